"""Malformed operations, and committers that are used up."""

import contextlib
import sqlite3

import cloudvars
import pytest
from cloudvars import CloudError, CloudValueError, CommitError, StoreError
from mappings import Fields
from score_calls import numbers
from stores import one_store
from verbs import OPERATIONS

APPLE = {"user_id": 55555555, "key": "apple"}
GOOD = [
    ("set", {**APPLE, "i_value": 1}),
    ("money_add", {**APPLE, "value": 5}),
    ("list_add", {**APPLE, "value": [1]}),
]
# An operation that is not here gets no fields.
POISONS = {
    "set": ({**APPLE}, 10003),
    "addi": ({**APPLE, "value": "many"}, 10003),
    "money_add": ({**APPLE, "value": 2.5}, 10003),
    "money_cost": ({**APPLE, "value": 0}, 10003),
    "list_add": ({**APPLE, "value": {1}}, 10003),
    "list_modify": ({"uuid": "x", "value": []}, 10003),
    "name_new": ({"key": "k", "name": "n" * 181, "value": ""}, 1405),
    "world_data_set": ({**APPLE, "value": [], "world_id": 7, "bogus": 1}, 10003),
    "world_list_add": ({"user_id": 1, "key": "k" * 181, "value": [], "world_id": 7}, 1405),
    "withlimit_add": ({**APPLE, "value": 1, "limit": 3, "refresh_day": 0}, 10003),
}


@one_store
@pytest.mark.parametrize("place", [0, 2])
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_malformed_operation_poisons(score, name, place):
    # C-3
    fields, code = POISONS.get(name, ({}, 10003))
    c = score.get_commit()
    for op, good in GOOD[:place]:
        getattr(c, op)(**good)
    with pytest.raises(CloudValueError) as caught:
        getattr(c, name)(**fields)
    assert caught.value.code == code
    for op, good in GOOD:
        with pytest.raises(CommitError):
            getattr(c, op)(**good)
    error_code, data, err_msg = c.commit()
    assert error_code == code
    assert (data["op"], data["name"]) == (place, name)
    assert err_msg
    assert numbers(score, 55555555, "apple") == [[]] * 8
    with pytest.raises(CommitError):
        c.commit()


def test_a_poisoned_committer_raises_at_the_end_of_its_block(score):
    # C-3, C-8
    with pytest.raises(CommitError) as caught, score.get_commit() as c:
        c.set(**APPLE, i_value=1)
        with pytest.raises(CloudValueError):
            c.money_cost(**APPLE, value=-1)
    assert (caught.value.code, caught.value.op, caught.value.name) == (10003, 1, "money_cost")
    assert score.get(APPLE).data == []


@pytest.mark.parametrize("outcome", ["empty", "stored", "failed"])
def test_a_committer_is_used_once(score, outcome):
    # C-5
    c = score.get_commit()
    if outcome == "stored":
        c.addi(**APPLE, value=1)
    if outcome == "failed":
        c.money_cost(**APPLE, value=1)
    assert c.commit().ok == (outcome != "failed")
    for name, fields in GOOD:
        with pytest.raises(CommitError):
            getattr(c, name)(**fields)
    with pytest.raises(CommitError):
        c.commit()
    assert numbers(score, 55555555, "apple")[1:] == [[]] * 7


def test_an_empty_commit(score):
    # C-5
    assert score.get_commit().commit() == (0, {}, None)


def test_a_committer_of_a_closed_room_cannot_commit(make_room, score):
    room = make_room()
    c = room.score.get_commit()
    c.set(**APPLE, i_value=1)
    room.close()
    with pytest.raises(StoreError):
        c.commit()
    assert score.get(APPLE).data == []


def failing(fields, error):
    """Fields that are read from somewhere; the first of them cannot be read."""

    def read():
        raise error

    return Fields(fields, read)


@one_store
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CloudError("busy", 1205), 1205),
        (CloudError("all reads are used up", -429), -429),
        (CloudError("who knows", 10004), 10004),
        (CloudValueError("too long", 1405), 1405),
        (KeyError("value"), 10003),
        (ZeroDivisionError(), 10003),
    ],
)
def test_commit_answers_the_code_that_the_operation_raised(score, error, code):
    # C-3: what is transient does not become a malformed argument.
    c = score.get_commit()
    c.money_add(**APPLE, value=1)
    with pytest.raises(type(error)) as caught:
        c.list_add(failing({**APPLE, "value": []}, error))
    assert caught.value is error
    with pytest.raises(CommitError, match="an earlier operation was refused") as caught:
        c.money_add(**APPLE, value=1)
    assert caught.value.code == code
    reply = c.commit()
    assert (reply.error_code, reply.data) == (code, {"op": 1, "name": "list_add"})
    assert numbers(score, 55555555, "apple") == [[]] * 8


def test_a_store_that_failed_an_operation_fails_its_commit(score):
    # C-3, G-4
    def failed():
        c = score.get_commit()
        with pytest.raises(StoreError):
            c.list_add(failing(APPLE, StoreError("the disk is gone")))
        with pytest.raises(StoreError, match="an earlier operation was refused: .*the disk is gone"):
            c.money_add(**APPLE, value=1)
        return c

    with pytest.raises(StoreError, match=r"op 0 \(list_add\): the disk is gone"):
        failed().commit()
    with pytest.raises(StoreError, match="the disk is gone"), failed():
        pass


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_operation_that_was_interrupted_may_be_called_again(score, error):
    # C-3
    c = score.get_commit()
    with pytest.raises(error):
        c.money_add(failing(APPLE, error()))
    c.money_add(**APPLE, value=1)
    c.money_cost(**APPLE, value=2)
    reply = c.commit()
    assert (reply.error_code, reply.data) == (10001, {"op": 1, "name": "money_cost"})


def test_a_uuid_that_could_not_be_fetched(path):
    # C-3, L-1
    with (
        cloudvars.open(path) as store,
        contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        score = store.room().score
        other.execute("BEGIN IMMEDIATE")
        c, raised = score.get_commit(), 0
        try:
            c.list_add(**APPLE, value=[])
        except CloudError as error:
            raised = error.code
        other.execute("ROLLBACK")
        assert raised in {0, 1205}
        assert c.commit().error_code == raised
        assert len(score.list_query(APPLE).data) == (raised == 0)
