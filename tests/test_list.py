"""Lists: uuids, changes, order, times."""

import pytest
from cloudvars import CloudValueError
from model import INT64_MAX
from score_calls import commit
from stores import one_store

BAG = {"user_id": 55555555, "key": "背包格子"}
START = 1767196800  # ManualClock's default start, 2026-01-01T00:00:00+08:00


def add(score, value, place=BAG):
    """Adds one item in a commit of its own: its uuid."""
    c = score.get_commit()
    uuid = c.list_add(**place, value=value)
    assert c.commit().ok
    return uuid


def values(score, **more):
    return [row["value"] for row in score.list_query(**BAG, **more).data]


def test_a_uuid_is_a_positive_int64_at_once(score):
    # L-1
    c = score.get_commit()
    uuids = [c.list_add(**BAG, value=[n]) for n in range(50)]
    assert all(type(uuid) is int and 0 < uuid <= INT64_MAX for uuid in uuids)
    assert len(set(uuids)) == 50
    assert score.list_query(BAG).data == []
    assert c.commit().ok
    assert {row["uuid"] for row in score.list_query(BAG).data} == set(uuids)


@pytest.mark.filterwarnings("ignore:a committer of room:ResourceWarning")
def test_a_uuid_is_never_handed_out_again(open_store, reopen):
    # L-1
    seen = []
    store = open_store()
    for _ in range(4):
        rooms = [store.room(), store.room(game="other")]
        for room in rooms:
            failed, dropped = room.score.get_commit(), room.score.get_commit()
            seen += [failed.list_add(**BAG, value=[1]), failed.world_list_add(**BAG, value=[1], world_id=7)]
            seen += [dropped.list_add(**BAG, value=[1])]
            failed.money_cost(user_id=1, key="none", value=1)
            assert not failed.commit().ok
            seen += [add(room.score, [n]) for n in range(3)]
        store = reopen(store)
    assert len(seen) == len(set(seen)) == 48


def test_two_stores_of_one_file_hand_out_different_uuids(open_store):
    # L-1
    scores = [open_store().room().score for _ in range(3)]
    uuids = [add(score, [n]) for n in range(20) for score in scores]
    assert len(set(uuids)) == 60
    assert all(len(score.list_query(BAG).data) == 60 for score in scores)


def test_modify_and_delete(score):
    # L-2
    first, second = add(score, {"name": "AK47"}), add(score, {"name": "M16", "level": 2})
    assert commit(score, ("list_modify", {"uuid": second, "value": {"name": "M16", "level": 3}})).ok
    assert commit(score, ("list_delete", {"uuid": first})).ok
    [row] = score.list_query(BAG).data
    assert (row["uuid"], row["value"]) == (second, {"name": "M16", "level": 3})
    assert score.list_query_by_uuid(uuid=first) == (0, [], None)


@pytest.mark.parametrize("uuid", [1, INT64_MAX])
def test_an_unknown_uuid_has_no_effect(score, uuid):
    # L-2
    known = add(score, [1])
    changes = [("list_modify", {"uuid": uuid, "value": [2]}), ("list_delete", {"uuid": uuid})]
    assert commit(score, *changes, ("addi", {**BAG, "value": 1})) == (0, {}, None)
    assert score.list_query_by_uuid(uuid=uuid).data == []
    assert [row["uuid"] for row in score.list_query(BAG).data] == [known]
    assert score.get(BAG).data[0]["i_value"] == 1


def test_a_deleted_item_does_not_come_back(score):
    # L-2
    uuid = add(score, [1])
    assert commit(score, ("list_delete", {"uuid": uuid})).ok
    assert commit(score, ("list_modify", {"uuid": uuid, "value": [2]}), ("list_delete", {"uuid": uuid})).ok
    assert score.list_query(BAG).data == []


def test_two_rooms_change_different_items(make_room):
    # L-2
    first, second = make_room().score, make_room().score
    one, two = add(first, [1]), add(first, [2])
    a, b = first.get_commit(), second.get_commit()
    a.list_modify(uuid=one, value=[10])
    b.list_modify(uuid=two, value=[20])
    assert a.commit().ok
    assert b.commit().ok
    assert values(first) == [[20], [10]]
    a, b = first.get_commit(), second.get_commit()
    b.list_modify(uuid=one, value=["b"])
    a.list_modify(uuid=one, value=["a"])
    assert b.commit().ok
    assert a.commit().ok
    assert values(second) == [["a"], [20]]


@pytest.mark.parametrize("seconds", [0, 1])
def test_the_newest_change_comes_first(score, clock, seconds):
    # L-3
    uuids = []
    for number in range(4):
        uuids.append(add(score, [number]))
        clock.advance(seconds=seconds)
    assert values(score) == [[3], [2], [1], [0]]
    assert commit(score, ("list_modify", {"uuid": uuids[1], "value": ["again"]})).ok
    assert values(score) == [["again"], [3], [2], [0]]
    clock.advance(seconds=seconds)
    changes = [("list_modify", {"uuid": uuids[n], "value": [n, n]}) for n in (3, 0)]
    assert commit(score, *changes).ok
    assert values(score) == [[0, 0], [3, 3], ["again"], [2]]


def test_a_later_operation_of_a_commit_is_newer(score):
    # L-3
    c = score.get_commit()
    first = c.list_add(**BAG, value=[1])
    c.list_add(**BAG, value=[2])
    c.list_modify(uuid=first, value=[11])
    c.list_add(**BAG, value=[3])
    assert c.commit().ok
    assert values(score) == [[3], [11], [2]]


def test_order_survives_reopening(open_store, reopen):
    # L-3, C-6
    store = open_store()
    score = store.room().score
    uuids = [add(score, [n]) for n in range(4)]
    assert commit(score, ("list_modify", {"uuid": uuids[0], "value": ["again"]})).ok
    score = reopen(store).room().score
    assert values(score) == [["again"], [3], [2], [1]]
    add(score, ["new"])
    assert values(score) == [["new"], ["again"], [3], [2], [1]]


def test_order_holds_although_the_clock_stands_back(score, clock):
    # L-3
    add(score, [1])
    clock.set("2020-01-01T00:00:00+08:00")
    add(score, [2])
    assert values(score) == [[2], [1]]


def test_limit(score):
    # L-3
    for number in range(5):
        add(score, [number])
    assert values(score, limit=2) == [[4], [3]]
    assert values(score, limit=1) == [[4]]
    assert values(score, limit=5) == values(score, limit=99) == values(score)
    assert values(score, limit=INT64_MAX) == values(score)
    for limit in (0, -1, 1.5, "2", True, [1]):
        with pytest.raises(CloudValueError, match="limit"):
            score.list_query(**BAG, limit=limit)


def test_without_a_limit_every_row_comes(make_room):
    # L-3
    score = make_room(limits=False).score
    c = score.get_commit()
    for number in range(3000):
        c.list_add(**BAG, value=[number])
    assert c.commit().ok
    assert values(score) == [[number] for number in reversed(range(3000))]
    assert values(score, limit=1500) == [[number] for number in reversed(range(1500, 3000))]


def test_arrays_are_merged_newest_first(score):
    # L-3, G-5
    places = [{"user_id": user, "key": key} for user in (1, 2) for key in ("a", "b")]
    for number, place in enumerate([*places, *reversed(places)]):
        add(score, [number], place)
    rows = score.list_query(user_id=[1, 2], key=["a", "b"]).data
    assert [row["value"] for row in rows] == [[n] for n in reversed(range(8))]
    rows = score.list_query(user_id=[1, 2, 1], key="a", limit=3).data
    assert [(row["user_id"], row["value"]) for row in rows] == [(1, [7]), (2, [5]), (2, [2])]
    assert score.list_query(user_id=[], key="a").data == []


def test_rows(score, clock):
    # L-3, L-4, L-5
    clock.set("2024-07-02T18:23:34+08:00")
    uuid = add(score, {"name": "AK47"})
    row = {"uuid": uuid, **BAG, "value": {"name": "AK47"}, "updatedAt": "2024-07-02 18:23:34"}
    assert score.list_query(BAG) == (0, [row], None)
    assert score.list_query_by_uuid(uuid=uuid) == (0, [row], None)
    assert score.list_query_by_uuid(uuid=str(uuid)).data == [row]
    stamp = int(clock.now().timestamp())
    assert score.list_query(**BAG, timetype="stamp").data == [{**row, "updatedAt": stamp}]
    assert type(score.list_query(**BAG, timetype="stamp").data[0]["updatedAt"]) is int


def test_updated_at_is_the_time_of_creation(score, clock):
    # L-4
    c = score.get_commit()
    uuid = c.list_add(**BAG, value=[1])
    clock.advance(hours=1, minutes=2, seconds=3)
    assert c.commit().ok
    clock.advance(days=1)
    assert commit(score, ("list_modify", {"uuid": uuid, "value": [2]})).ok
    assert [row["updatedAt"] for row in score.list_query(BAG).data] == ["2026-01-01 01:02:03"]
    assert [row["updatedAt"] for row in score.list_query(**BAG, timetype="stamp").data] == [START + 3723]


@pytest.mark.parametrize(
    ("timezone", "printed"),
    [
        ("UTC", "2025-12-31 16:00:00"),
        ("Asia/Kathmandu", "2025-12-31 21:45:00"),
        ("America/New_York", "2025-12-31 11:00:00"),
    ],
)
def test_updated_at_is_printed_in_the_zone_of_the_store(open_store, timezone, printed):
    # L-4, T-5
    score = open_store(timezone=timezone).room().score
    add(score, [1])
    assert score.list_query(BAG).data[0]["updatedAt"] == printed
    assert score.list_query(**BAG, timetype="stamp").data[0]["updatedAt"] == START


@one_store
@pytest.mark.parametrize("uuid", [0, -1, "abc", "", 1.5, True, None, 2**63, "0", b"1", [1]], ids=repr)
def test_what_is_no_uuid_is_refused(score, uuid):
    # L-1, L-5
    with pytest.raises(CloudValueError, match="uuid"):
        score.list_query_by_uuid(uuid=uuid)
    with pytest.raises(CloudValueError, match="uuid"):
        score.get_commit().list_modify(uuid=uuid, value=[1])
    with pytest.raises(CloudValueError, match="uuid"):
        score.get_commit().list_delete(uuid=uuid)


def test_operations_take_a_numeric_string(score):
    # L-1
    uuid = add(score, [1])
    assert commit(score, ("list_modify", {"uuid": str(uuid), "value": [2]})).ok
    assert values(score) == [[2]]
    assert commit(score, ("list_delete", {"uuid": str(uuid)})).ok
    assert values(score) == []


@pytest.mark.parametrize("given", [str, int])
def test_a_change_returns_the_uuid(score, given):
    # L-2, W-1
    c = score.get_commit()
    uuid = c.list_add(user_id=1, key="bag", value=[1])
    assert c.list_modify(uuid=given(uuid), value=[2]) == uuid
    other = c.world_list_add(user_id=1, key="bag", value=[1], world_id=7)
    assert c.world_list_modify(uuid=given(other), value=[2]) == other
    assert [type(uuid), type(c.list_modify(uuid="123", value=[]))] == [int, int]
    assert c.commit().ok
    assert [row["value"] for row in score.list_query(user_id=1, key="bag").data] == [[2]]
