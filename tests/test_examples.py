"""The examples check themselves."""

from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).resolve().parents[1] / "examples").glob("*.py"))


def test_there_are_examples():
    # G-1
    assert EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(run_python, tmp_path, example):
    # G-1
    run_python("-W", "error", example, cwd=tmp_path)
