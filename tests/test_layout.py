"""The files of the tests: helpers are in helper modules, and a file holds one noun."""

import ast

import pytest

LINES = 300


@pytest.fixture
def files(root):
    """The Python files of the tests: their text."""
    tests = root / "tests"
    paths = [path for folder in ("", "cluster", "servers") for path in (tests / folder).glob("*.py")]
    assert len(paths) > 150
    return {str(path.relative_to(tests)): path.read_text("utf-8") for path in paths}


def test_no_file_imports_from_a_test_file(files):
    for name, text in files.items():
        for part in ast.walk(ast.parse(text)):
            if isinstance(part, ast.ImportFrom | ast.Import):
                modules = (
                    [part.module or ""] if isinstance(part, ast.ImportFrom) else [a.name for a in part.names]
                )
                wrong = [module for module in modules if module.startswith("test_") or module == "conftest"]
                assert wrong == [], f"{name} imports {wrong}: what several files need is in a helper module"


def test_no_file_is_long(files):
    long = {name: text.count("\n") for name, text in files.items() if text.count("\n") > LINES}
    assert long == {}, "split it by what it tests"
