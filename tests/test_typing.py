"""Type checkers accept what users may write, and mark each line that is wrong."""

import importlib.util
import json
import os
import re

import pytest

CHECKERS = ["mypy", "pyright"]


def mypy(run_python, folder, root, name):
    """The lines of a sample on which mypy finds an error."""
    code = """if True:
        import sys
        from mypy import api
        out, failed, _ = api.run(sys.argv[1:])
        print(out, failed)
    """
    arguments = ["--strict", "--no-incremental", "--no-error-summary", "--config-file="]
    told = run_python("-c", code, *arguments, folder / name, cwd=folder, MYPYPATH=str(root / "python"))
    return {int(line) for line in re.findall(rf"{name}:(\d+): error:", told)}, told


def pyright(run_python, folder, root, name):
    """The same for pyright."""
    code = """if True:
        import subprocess, sys
        command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson", *sys.argv[1:]]
        done = subprocess.run(command, capture_output=True, encoding="utf-8")
        print(done.stdout or "{}")
    """
    told = run_python("-c", code, folder / name, cwd=folder)
    if told.strip() == "{}":
        unavailable("pyright cannot be fetched")
    found = json.loads(told)["generalDiagnostics"]
    return {one["range"]["start"]["line"] + 1 for one in found if one["severity"] == "error"}, told


def unavailable(why):
    (pytest.fail if os.environ.get("CI") else pytest.skip)(why)


def errors(checker, *arguments):
    if not importlib.util.find_spec(checker):
        unavailable(f"{checker} is not installed")
    return {"mypy": mypy, "pyright": pyright}[checker](*arguments)


@pytest.mark.parametrize("checker", CHECKERS)
def test_what_users_may_write_has_no_error(checker, run_python, root):
    # G-1, G-3
    found, told = errors(checker, run_python, root / "tests" / "typing", root, "right.py")
    assert not found, told


@pytest.mark.parametrize("checker", CHECKERS)
def test_each_wrong_line_has_an_error(checker, run_python, root):
    # G-3, G-4
    folder = root / "tests" / "typing"
    lines = (folder / "wrong.py").read_text("utf-8").splitlines()
    wrong = {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}
    found, told = errors(checker, run_python, folder, root, "wrong.py")
    assert len(wrong) > 25
    assert found == wrong, told
