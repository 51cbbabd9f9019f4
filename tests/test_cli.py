"""The command line: how it starts, what is wrong, what the page says of it."""

import os
import re
import subprocess
import sys
from importlib import metadata

import cloudvars
import pytest
from cloudvars import cli
from cloudvars.cli.commands import COMMANDS


@pytest.mark.parametrize("arguments", [[], ["achievements"], ["achievements", "check"], ["bake"]])
def test_a_wrong_command_is_2(arguments, capsys):
    with pytest.raises(SystemExit) as exit:
        cli.main(arguments)
    assert exit.value.code == 2
    assert "usage: cloudvars" in capsys.readouterr().err


def test_what_cannot_be_read_or_written_is_2(csv_folder, tmp_path, capsys):
    assert cli.main(["achievements", "check", str(tmp_path / "none")]) == 2
    assert cli.main(["achievements", "check", str(csv_folder / "NodeSetting.csv")]) == 2
    assert cli.main(["achievements", "pack", str(csv_folder), "-o", str(tmp_path / "none" / "out.zip")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert [line.partition(":")[0] for line in captured.err.splitlines()] == ["cloudvars"] * 3


def test_both_ways_to_start_it(run_python, csv_folder):
    version = run_python("-W", "error", "-m", "cloudvars", "--version")
    assert version == f"cloudvars {cloudvars.__version__}\n"
    shown = run_python("-W", "error", "-m", "cloudvars", "achievements", "check", csv_folder)
    assert "1 nodes" in shown
    [script] = metadata.entry_points(group="console_scripts", name="cloudvars")
    assert script.load() is cli.main


@pytest.mark.skipif(os.name == "nt", reason="the encoding of pipes is set otherwise there")
def test_a_terminal_that_lacks_the_characters(csv_folder):
    environment = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "cloudvars", "achievements", "check", str(csv_folder)]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0
    assert rb"\u6210\u5c31: 1 nodes" in done.stdout


def commands(parser, words=()):
    """Each command's words and options."""
    subparsers = [action for action in parser._actions if isinstance(action.choices, dict)]
    yield " ".join(words), [option for action in parser._actions for option in action.option_strings]
    for action in subparsers:
        for name, child in action.choices.items():
            yield from commands(child, (*words, name))


@pytest.fixture
def page(root):
    """What the documentation says of the command line."""
    return (root / "docs" / "cli.md").read_text("utf-8")


def test_every_command_and_option_is_documented(page):
    found = dict(commands(cli.parser()))
    assert {"achievements check", "achievements pack", "table", "import"} <= found.keys()
    for words, options in found.items():
        assert f"cloudvars {words}".strip() in page
        for option in options:
            assert f"`{option}`" in page or f"`{option} " in page or f" {option}`" in page, (words, option)


def test_every_documented_command_and_option_is_there(page):
    found = dict(commands(cli.parser()))
    named = set(re.findall(r"`cloudvars ([a-z]+(?: (?:check|pack))?)\b", page))
    assert named <= found.keys()
    options = {option for options in found.values() for option in options}
    assert set(re.findall(r"(?<=`)-[-a-z]+|(?<= )--[-a-z]+", page)) <= options


def test_every_help_has_an_example(command):
    for words in dict(commands(cli.parser())):
        code, out, err = command(*words.split(), "--help")
        assert (code, err) == (0, "")
        assert f"\n  cloudvars {words}" in out


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["tabel"], "table"),
        (["exprot"], "export"),
        (["achievements", "chek"], "check"),
        (["info", "x", "--jsno"], "--json"),
    ],
    ids=str,
)
def test_what_was_probably_meant_is_named(command, given, meant):
    code, out, err = command(*given)
    assert (code, out) == (2, "")
    assert f"did you mean '{meant}'?" in err


LOADED = """if True:
    import sys
    import cloudvars
    assert not [name for name in sys.modules if name.startswith(("cloudvars.cli", "argparse"))]
    from cloudvars.cli import main
    try:
        main(sys.argv[1:])
    except SystemExit:
        pass
    print(sorted(name for name in sys.modules if name.startswith("cloudvars.cli.")))
"""


def test_only_the_command_that_runs_is_imported(run_python, path):
    cloudvars.open(path).close()
    one = run_python("-c", LOADED, "check", path)
    for other in ("sql", "export", "import_", "grant", "achievements", "copy", "where"):
        assert f"cloudvars.cli.{other}'" not in one
    assert "cloudvars.cli.check'" in one


def test_the_page_needs_an_extra(path, command, monkeypatch):
    cloudvars.open(path).close()

    def missing(*_args, **_fields):
        raise ImportError('the page needs Starlette and uvicorn: pip install "cloudvars[explore]"')

    monkeypatch.setattr("cloudvars.explore.serve", missing)
    code, out, err = command("explore", path)
    assert (code, out) == (2, "")
    assert 'pip install "cloudvars[explore]"' in err


def test_without_a_command_all_are_named(command):
    code, out, err = command()
    assert (code, out) == (2, "")
    assert set(COMMANDS) <= set(err.split())
