"""The command line where nobody reads what it prints, where that cannot be written, or where it is interrupted."""

import os
import signal
import subprocess
import sys

import cloudvars
import pytest
from children import child_environment

ROWS = "".join(f"n{number},no.png,no.png,t,d,0,1\r\n" for number in range(3000))
HEADER = "NodeId,PrePic,FinPic,Title,Description,Total,Rank\r\n"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes, signals and /dev/full are Unix's")


@pytest.fixture
def defects(tmp_path):
    """A folder with thousands of defects: more to print than a pipe holds."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "NodeSetting.csv").write_bytes((HEADER + ROWS).encode("gbk"))
    return folder


@pytest.fixture(params=["", "1"], ids=["buffered", "unbuffered"])
def shell(request):
    """Runs a shell's line in which $CLOUDVARS is the command; its exit code, and what it says on stderr."""

    def shell(line, **options):
        command = f'"{sys.executable}" -m cloudvars'
        done = subprocess.run(
            ["bash", "-c", "set -o pipefail; " + line.replace("$CLOUDVARS", command)],
            env=child_environment(PYTHONUNBUFFERED=request.param), stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False,
            **options,
        )  # fmt: skip
        return done.returncode, done.stderr

    return shell


WHERE = {
    # 141 is what a shell makes of a program that SIGPIPE ended: what other commands do there.
    "a reader that has enough": ("| head -1", 141, ""),
    "a reader that reads nothing": ("| true", 141, ""),
    "a closed stdout": (">&-", 2, "cloudvars: stdout cannot be written: it is closed\n"),
    "a full disk": ("> /dev/full", 2, "cloudvars: stdout cannot be written: No space left on device\n"),
    "a closed stderr": ("2>&- > /dev/null", 1, ""),
    "both closed": (">&- 2>&-", 2, ""),
    "a reader of stdout and stderr": ("2>&1 | head -1", 141, ""),
}


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("options", ["", "--json"])
def test_output_that_cannot_be_written(shell, defects, options, where):
    line, code, said = WHERE[where]
    if "/dev/full" in line and not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    assert shell(f'$CLOUDVARS achievements check "{defects}" {options} {line}') == (code, said)


@pytest.mark.parametrize("words", ["--help", "--version", "achievements check --help"])
@pytest.mark.parametrize("where", ["> /dev/full", "| true"])
def test_help_that_cannot_be_written(shell, words, where):
    code, said = shell(f"$CLOUDVARS {words} {where}")
    assert (code, said) in {(0, ""), (141, ""), (2, WHERE["a full disk"][2])}
    assert (code == 2) == (where == "> /dev/full" and os.path.exists("/dev/full"))


@pytest.mark.parametrize("where", ["2>&-", "2> /dev/full", ">&- 2>&-"])
def test_an_error_that_cannot_be_said(shell, tmp_path, where):
    assert shell(f'$CLOUDVARS achievements check "{tmp_path}/none" {where}') == (2, "")


def test_a_copy_whose_result_cannot_be_written(shell, tmp_path, path):
    cloudvars.open(path).close()
    code, said = shell(f'$CLOUDVARS copy "{path}" "{tmp_path}/other.db" > /dev/full')
    assert (code, said) == (2, WHERE["a full disk"][2])
    cloudvars.open(tmp_path / "other.db").close()
    code, said = shell(f'$CLOUDVARS copy "{path}" "{tmp_path}/third.db" >&-')
    assert (code, said) == (2, WHERE["a closed stdout"][2])
    assert not (tmp_path / "third.db").exists()


INTERRUPTED = """if True:
    import signal, sys
    from cloudvars.cli import main
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started this may ignore it
    sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("verb", ["check", "pack"])
def test_ctrl_c(tmp_path, verb):
    table = tmp_path / "NodeSetting.csv"
    os.mkfifo(table)
    options = ["-o", str(tmp_path / "out.zip")] if verb == "pack" else []
    command = [sys.executable, "-c", INTERRUPTED, "achievements", verb, str(tmp_path), *options]
    child = subprocess.Popen(command, env=child_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with table.open("wb"):  # now it reads, and there is nothing
        child.send_signal(signal.SIGINT)
        out, said = child.communicate()
    assert (child.returncode, out, said) == (130, b"", b"cloudvars: stopped\n")
    assert [entry.name for entry in tmp_path.iterdir()] == ["NodeSetting.csv"]
