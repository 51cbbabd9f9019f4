"""The examples check themselves."""

import re
import shutil
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "examples"
EXAMPLES = sorted(FOLDER.glob("*.py"))
PLANTED = {
    "gold_rush": r"^  [AB] step 3  LobbySetStorageAndUserItem 7 'gold' -> 2  another room set one of the keys",
    "night_watch": r"^  [AB] step 3  LobbySetAchievementStorage 7 'nightWatch' -> 5  latest: ",
}
"""The call of each mod's planted bug, as the report shows it."""
BROKEN = {
    "gold_rush": (
        "goldRushScripts/mine.py",
        "\t\t\t\tpurse.Delivered()\n",
        "\t\t\t\tpurse.Arrived()\n",
        "test_one_room.py::test_another_room_delivers_first",
    ),
    "night_watch": (
        "nightWatchScripts/watch.py",
        "\t\t\t\t\treturn True\n",
        "\t\t\t\t\treturn False\n",
        "test_two_rooms.py::test_different_kinds",
    ),
}
"""Of each mod a file, a line of it, another line that makes it wrong, and a test that finds that."""
MODS = sorted(path.parent for path in (FOLDER / "mods").glob("*/pytest.ini"))


def test_there_are_examples():
    assert EXAMPLES
    assert MODS


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(run_python, tmp_path, example):
    run_python("-W", "error", example, cwd=tmp_path)


@pytest.fixture(params=MODS, ids=lambda path: path.name)
def mod(request, tmp_path):
    """A copy of an example's folder, which its author's project would be: nothing of this one is above it."""
    return shutil.copytree(
        request.param, tmp_path / request.param.name, ignore=shutil.ignore_patterns("__pycache__", ".*")
    )


def suite(run_python, mod, *options):
    """What pytest says in the folder."""
    return run_python("-m", "pytest", *options, cwd=mod, PYTEST_ADDOPTS="", COLUMNS="120")


def test_a_mods_suite_runs_in_its_folder(run_python, mod):
    # F-8, E-1, E-6
    before = {path: path.read_bytes() for path in mod.rglob("*") if path.is_file()}
    output = suite(run_python, mod)
    assert re.search(r"\b\d+ passed in", output), output
    assert "skipped" not in output
    assert {path: path.read_bytes() for path in before} == before


def test_a_mods_suite_finds_its_planted_bug(run_python, mod):
    # F-5, A-6
    output = suite(run_python, mod, "-rP", "-k", "planted")
    assert "1 passed" in output
    report = output[output.index("order '") :]
    assert re.match(r"order '[AB]+' fails \(\d+ of 20 orders do\): AssertionError: stored: ", report)
    assert re.search(PLANTED[mod.name], report, re.M)
    assert "to play it again: interleave(..., orders=['" in report


def test_a_mod_that_is_broken_fails_its_suite(run_python, mod):
    # F-5, A-6
    name, right, wrong, test = BROKEN[mod.name]
    file = mod / "behavior_pack" / name
    source = file.read_text("utf-8")
    assert source.count(right) == 1
    file.write_text(source.replace(right, wrong), "utf-8")
    with pytest.raises(AssertionError, match=f"FAILED {re.escape(test)}"):
        suite(run_python, mod)
