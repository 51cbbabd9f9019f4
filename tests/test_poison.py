"""Malformed operations, and committers that are used up."""

import pytest
from cloudvars import CloudValueError, CommitError, StoreError
from model import numbers

APPLE = {"user_id": 55555555, "key": "apple"}
GOOD = [
    ("set", {**APPLE, "i_value": 1}),
    ("money_add", {**APPLE, "value": 5}),
    ("list_add", {**APPLE, "value": [1]}),
]
POISONS = {
    "set": ({**APPLE}, 10003),
    "addi": ({**APPLE, "value": "many"}, 10003),
    "money_add": ({**APPLE, "value": 2.5}, 10003),
    "money_cost": ({**APPLE, "value": 0}, 10003),
    "list_add": ({**APPLE, "value": {1}}, 10003),
    "list_modify": ({"uuid": "x", "value": []}, 10003),
    "list_delete": ({}, 10003),
    "name_new": ({"key": "k", "name": "n" * 181, "value": ""}, 1405),
    "world_data_set": ({**APPLE, "value": [], "world_id": 7, "bogus": 1}, 10003),
    "world_list_add": ({"user_id": 1, "key": "k" * 181, "value": [], "world_id": 7}, 1405),
    "withlimit_add": ({**APPLE, "value": 1, "limit": 3, "refresh_day": 0}, 10003),
}


@pytest.mark.parametrize("place", [0, 2])
@pytest.mark.parametrize("name", POISONS)
def test_a_malformed_operation_poisons(score, name, place):
    # C-3
    fields, code = POISONS[name]
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
    # C-1
    room = make_room()
    c = room.score.get_commit()
    c.set(**APPLE, i_value=1)
    room.close()
    with pytest.raises(StoreError):
        c.commit()
    assert score.get(APPLE).data == []
