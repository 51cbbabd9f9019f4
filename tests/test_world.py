"""World data and world lists."""

import pytest
from cloudvars import CloudValueError
from score_calls import commit
from stores import one_store

SEED = {"user_id": 55555555, "key": "种子", "world_id": 777}


def add(score, value, place=SEED):
    c = score.get_commit()
    uuid = c.world_list_add(**place, value=value)
    assert c.commit().ok
    return uuid


def values(score):
    return [row["value"] for row in score.world_list_query(SEED).data]


def test_world_data(score):
    # W-2
    assert score.world_data_get(SEED) == (0, [], None)
    assert commit(score, ("world_data_set", {**SEED, "value": {"b": 1}})).ok
    assert score.world_data_get(SEED) == (0, [{"user_id": 55555555, "key": "种子", "value": {"b": 1}}], None)
    assert commit(
        score, ("world_data_set", {**SEED, "value": [2]}), ("world_data_set", {**SEED, "value": [3]})
    ).ok
    assert score.world_data_get({**SEED, "user_id": "55555555"}).data[0]["value"] == [3]


def test_worlds_are_apart(score):
    # W-1, W-2
    for world_id in (0, 1, -1, 2**63 - 1):
        place = {**SEED, "world_id": world_id}
        ops = [(name, {**place, "value": [world_id]}) for name in ("world_data_set", "world_list_add")]
        assert commit(score, *ops).ok
    for world_id in (0, 1, -1, 2**63 - 1):
        place = {**SEED, "world_id": world_id}
        assert [row["value"] for row in score.world_data_get(place).data] == [[world_id]]
        assert [row["value"] for row in score.world_list_query(place).data] == [[world_id]]
    assert score.world_data_get({**SEED, "world_id": 2}).data == []


def test_world_data_without_a_value_changes_nothing(score):
    # W-2
    assert commit(score, ("world_data_set", SEED)).ok
    assert score.world_data_get(SEED).data == []
    assert commit(score, ("world_data_set", {**SEED, "value": [1]})).ok
    assert commit(score, ("world_data_set", SEED), ("world_data_set", {**SEED, "value": None})).ok
    assert score.world_data_get(SEED).data[0]["value"] == [1]


def test_world_list_rows(score, clock):
    # W-1
    clock.set("2022-12-09T22:00:23.539+08:00")
    uuid = add(score, {"name": "AK47"})
    row = {"uuid": uuid, **SEED, "value": {"name": "AK47"}, "updatedAt": "2022-12-09T14:00:23.539Z"}
    assert score.world_list_query(SEED) == (0, [row], None)
    assert score.world_list_query_by_uuid(uuid=uuid) == (0, [row], None)
    clock.advance(seconds=1)
    assert commit(score, ("world_list_modify", {"uuid": str(uuid), "value": [2]})).ok
    assert score.world_list_query(SEED).data == [{**row, "value": [2]}]


@pytest.mark.parametrize("timezone", ["UTC", "America/New_York"])
def test_updated_at_is_utc_in_every_zone(open_store, timezone):
    # W-1
    score = open_store(timezone=timezone).room().score
    add(score, [1])
    assert score.world_list_query(SEED).data[0]["updatedAt"] == "2025-12-31T16:00:00.000Z"


def test_world_lists_change_as_lists_do(score):
    # W-1
    c = score.get_commit()
    uuids = [c.world_list_add(**SEED, value=[n]) for n in range(4)]
    c.world_list_modify(uuid=uuids[1], value=["again"])
    c.world_list_delete(uuid=uuids[2])
    assert c.commit().ok
    assert len(set(uuids)) == 4
    assert values(score) == [["again"], [3], [0]]
    assert commit(score, ("world_list_modify", {"uuid": uuids[0], "value": ["newest"]})).ok
    assert values(score) == [["newest"], ["again"], [3]]
    assert commit(
        score, ("world_list_delete", {"uuid": 5}), ("world_list_modify", {"uuid": 5, "value": []})
    ).ok
    assert commit(score, ("world_list_modify", {"uuid": uuids[2], "value": ["ghost"]})).ok
    assert values(score) == [["newest"], ["again"], [3]]


def test_a_query_answers_the_newest_1000(make_room):
    # W-1
    score = make_room(limits=False).score
    c = score.get_commit()
    uuids = [c.world_list_add(**SEED, value=[n]) for n in range(1005)]
    assert c.commit().ok
    assert values(score) == [[n] for n in range(1004, 4, -1)]
    assert commit(score, ("world_list_modify", {"uuid": uuids[0], "value": ["again"]})).ok
    assert values(score) == [["again"], *[[n] for n in range(1004, 5, -1)]]
    assert score.world_list_query_by_uuid(uuid=uuids[1]).data[0]["value"] == [1]


def test_lists_and_world_lists_do_not_see_each_other(score):
    # W-1
    c = score.get_commit()
    world = c.world_list_add(**SEED, value=["world"])
    plain = c.list_add(user_id=55555555, key="种子", value=["plain"])
    assert world != plain
    assert c.commit().ok
    changes = [
        ("list_modify", {"uuid": world, "value": ["wrong"]}),
        ("list_delete", {"uuid": world}),
        ("world_list_modify", {"uuid": plain, "value": ["wrong"]}),
        ("world_list_delete", {"uuid": plain}),
    ]
    assert commit(score, *changes).ok
    assert values(score) == [["world"]]
    assert [row["value"] for row in score.list_query(user_id=55555555, key="种子").data] == [["plain"]]
    assert score.list_query_by_uuid(uuid=world).data == []
    assert score.world_list_query_by_uuid(uuid=plain).data == []


@one_store
@pytest.mark.parametrize("world_id", ["x", 1.5, True, None, 2**63], ids=repr)
def test_what_is_no_world_id_is_refused(score, world_id):
    # W-1, W-2, G-4
    place = {**SEED, "world_id": world_id}
    for call in (score.world_data_get, score.world_list_query):
        with pytest.raises(CloudValueError, match="world_id"):
            call(place)
    for name in ("world_data_set", "world_list_add"):
        with pytest.raises(CloudValueError, match="world_id"):
            getattr(score.get_commit(), name)(**place, value=[1])
