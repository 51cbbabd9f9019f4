"""One call has one name in the core, the bindings, the stubs and `score.aio`: what lacks one of them is named."""

import ast
import inspect

import cloudvars
import pytest
from cloudvars.aio import AsyncCommitter, AsyncScore

OWNERS = ("Committer", "Score", "Achievement", "Storage")
# Public methods that are no calls: nothing can make them fail on purpose.
BESIDE = {
    "Committer": set(),
    "Score": {
        "bulk",
        "get_commit",
        "commit_many",
        "aio",
        "test_cloud_value",
        "unsubscribe_channel",
        "unsubscribe_message",
    },
}


@pytest.fixture
def store():
    with cloudvars.open(":memory:") as store:
        yield store


@pytest.fixture
def names(store):
    """The names that the core knows, as a wrong one is answered."""
    with pytest.raises(ValueError, match="accepted are") as refused:
        store.faults.delay("no_such_call", seconds=1)
    return str(refused.value).partition("accepted are ")[2].split(", ")


@pytest.fixture
def bound(store):
    """The methods of each class that has calls."""
    room = store.room("lobby")
    has = {"Committer": room.score.get_commit(), "Score": room.score}
    has |= {"Achievement": room.achievement, "Storage": room.storage}
    return {
        owner: {name for name in dir(type(one)) if not name.startswith("_")} for owner, one in has.items()
    }


@pytest.fixture
def stubs(root):
    """The same, as the stubs say."""
    tree = ast.parse((root / "python/cloudvars/_native.pyi").read_text("utf-8"))
    classes = {part.name: part.body for part in tree.body if isinstance(part, ast.ClassDef)}
    named = {
        owner: {part.name for part in classes[owner] if isinstance(part, ast.FunctionDef)} for owner in OWNERS
    }
    return {owner: {name for name in names if not name.startswith("_")} for owner, names in named.items()}


def test_every_call_has_a_method_and_a_stub(names, bound, stubs):
    assert len(names) == len(set(names))
    for name in names:
        assert [owner for owner in OWNERS if name in bound[owner]] != [], f"{name} lacks a method"
        assert [owner for owner in OWNERS if name in stubs[owner]] != [], f"{name} lacks a stub"


@pytest.mark.parametrize("owner", BESIDE)
def test_every_method_is_a_call_that_faults_know(names, bound, stubs, owner):
    assert bound[owner] - BESIDE[owner] - set(names) == set()
    assert stubs[owner] - BESIDE[owner] - set(names) == set()


def test_every_call_of_a_score_has_an_async_one(names, bound):
    for name in bound["Score"] & set(names):
        assert inspect.iscoroutinefunction(getattr(AsyncScore, name, None)), f"score.aio lacks {name}"
    for name in bound["Score"] - {"aio"}:
        assert hasattr(AsyncScore, name), f"score.aio lacks {name}"
    assert inspect.iscoroutinefunction(AsyncCommitter.commit)
    for name in bound["Committer"] - {"commit"}:
        assert hasattr(AsyncCommitter, name), f"the committer of score.aio lacks {name}"
