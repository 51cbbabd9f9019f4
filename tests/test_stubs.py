"""The stubs say what the package is, in the same words."""

import inspect

import cloudvars
import pytest


@pytest.mark.parametrize("module", ["cloudvars._native", "cloudvars._awaited"])
def test_the_stubs_match_the_package(run_python, root, module):
    run_python("-m", "mypy.stubtest", module, cwd=root / "tests")


def test_the_stubs_have_the_docstrings_of_the_package(run_python, root):
    run_python(root / "lint" / "docstrings.py", "--check", cwd=root / "tests")


def test_a_signature_names_the_fields(score):
    # G-3
    for call in (cloudvars.Score.money_get, score.money_get, score.aio.money_get):
        assert list(inspect.signature(call).parameters)[-2:] == ["user_id", "key"]
    assert "refresh_week" in inspect.signature(cloudvars.Committer.withlimit_add).parameters


def test_the_awaitable_calls_are_those_of_score(score):
    # S-9
    names = {name for name in dir(score) if not name.startswith("_")} - {"aio"}
    assert names <= set(dir(score.aio))
    assert inspect.iscoroutinefunction(score.aio.get)
    assert "the item that changed last first" in score.aio.list_query.__doc__
