"""Codes and exceptions."""

import enum
import pickle

import cloudvars
import pytest
from cloudvars import CloudError, CloudValueError, CommitError, StoreError, codes
from score_calls import commit

CODES = {
    "OK": 0,
    "DEADLOCK": 1213,
    "LOCK_TIMEOUT": 1205,
    "THROTTLED": 7534,
    "TOO_LONG": 1405,
    "NAME_TAKEN": 1062,
    "OUT_OF_RANGE": 1690,
    "QUOTA": -429,
    "NOT_ENOUGH_MONEY": 10001,
    "LIMIT_EXCEEDED": 10002,
    "BAD_VALUE": 10003,
    "OUTCOME_UNKNOWN": 10004,
}


def test_the_codes():
    # O-2
    assert issubclass(codes, enum.IntEnum)
    assert {code.name: code.value for code in codes} == CODES


@pytest.mark.parametrize("name", CODES)
def test_each_code_says_what_to_do(name):
    # O-2
    text = codes[name].__doc__
    assert text
    assert name == "OK" or len(text.split()) >= 3
    assert sum(code.__doc__ == text for code in codes) == 1


def test_the_classes_of_errors():
    # O-2, G-4, C-8
    assert issubclass(CloudError, Exception)
    for error in (CommitError, StoreError, CloudValueError):
        assert issubclass(error, CloudError)
    assert issubclass(CloudValueError, ValueError)
    assert not issubclass(CommitError, ValueError)
    assert not issubclass(StoreError, ValueError)


def test_an_error_reads_well(score):
    # O-2, C-2
    reply = commit(score, ("money_cost", {"user_id": 7, "key": "gold", "value": 3}))
    with pytest.raises(CommitError) as caught:
        reply.unwrap()
    error = caught.value
    assert error.code == codes.NOT_ENOUGH_MONEY
    assert reply.err_msg in (error.message, str(error))
    assert "money_cost" in str(error)


def test_codes_compare_with_plain_ints(score):
    # O-2, G-1
    reply = commit(score, ("money_cost", {"user_id": 7, "key": "gold", "value": 3}))
    assert reply.error_code == 10001 == cloudvars.codes.NOT_ENOUGH_MONEY
    assert reply.error_code in (codes.NOT_ENOUGH_MONEY, codes.LIMIT_EXCEEDED)
    assert isinstance(reply.error_code, int)


def test_replies_and_errors_survive_pickling(score):
    # O-2, G-1
    reply = commit(score, ("money_cost", {"user_id": 7, "key": "gold", "value": 3}))
    assert pickle.loads(pickle.dumps(reply)) == reply
    with pytest.raises(CommitError) as failed:
        reply.unwrap()
    with pytest.raises(CloudValueError) as refused:
        score.get(user_id="abc", key="k")
    for caught in (failed.value, refused.value):
        again = pickle.loads(pickle.dumps(caught))
        assert type(again) is type(caught)
        assert (again.code, again.message, str(again)) == (caught.code, caught.message, str(caught))
    again = pickle.loads(pickle.dumps(failed.value))
    assert (again.op, again.name) == (0, "money_cost")
