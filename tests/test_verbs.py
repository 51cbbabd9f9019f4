"""The table of calls that the tests share is complete: a call or a field that it lacks is named here."""

import pytest
from cloudvars import CloudTypeError
from stores import one_store
from verbs import LIVE, OPERATIONS, READS, VERBS, WRITES, call_verb

# Public names of a score that are no calls with fields; each has tests of its own.
BESIDE = {"bulk", "get_commit", "commit_many", "aio", "test_cloud_value"}


def public(one):
    return {name for name in dir(one) if not name.startswith("_")}


@one_store
def test_every_call_of_a_score_is_in_the_table(score):
    assert public(score) - BESIDE == {*READS, *WRITES, *LIVE}


@one_store
def test_every_operation_of_a_committer_is_in_the_table(score):
    assert public(score.get_commit()) - {"commit"} == set(OPERATIONS)


@one_store
@pytest.mark.parametrize("name", VERBS)
def test_every_field_of_a_call_is_in_the_table(score, name):
    with pytest.raises(CloudTypeError, match="unknown field 'bogus'") as caught:
        call_verb(score, name, {"bogus": 1})
    assert set(str(caught.value).rpartition("accepted are ")[2].split(", ")) == set(VERBS[name].names)
