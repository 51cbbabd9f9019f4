"""Quotas of a room: calls and bytes in a window of 60 seconds, bytes of one call."""

from functools import partial

import cloudvars
import pytest
from cloudvars import CloudError, CloudValueError
from model import packed_length
from score_calls import commit
from stores import one_store
from verbs import LIVE, PLACE, READS, WRITES, call_verb

MIB = 2**20
MESSAGE = {**WRITES["message_send"].fields, "value": None}
COUNTED = {
    "commit": lambda score: commit(score, *[("addi", {**PLACE, "value": 1})] * 5),
    "failed commit": lambda score: commit(score, ("money_cost", {**PLACE, "value": 1})),
    **{name: partial(call_verb, name=name) for name in WRITES},
}


def queue(room):
    with pytest.warns(ResourceWarning, match="dropped without commit"):
        room.score.get_commit().addi(**PLACE, value=1)


FREE = {
    **{name: lambda room, name=name: getattr(room.score, name)(*LIVE[name]) for name in LIVE},
    "test_cloud_value": lambda room: room.score.test_cloud_value(value=[1]),
    "tick": lambda room: room.tick(),
    "player_join": lambda room: room.player_join(1),
    "achievements": lambda room: room.achievement.LobbyGetAchievementStorage(lambda data: None, 1),
    "get_commit": queue,
}


def of_size(size):
    """A value of exactly that V-3 length."""
    value = ["x" * (size - 6)]
    assert packed_length(value) == size
    return value


@pytest.fixture
def big(target):
    """A room for values of many megabytes; the clock is on the store."""
    with cloudvars.open(target, clock=cloudvars.ManualClock()) as store, store.room() as room:
        yield store, room


def full(room):
    return {key: value for key, value in room.budget().items() if key != "resets_in"}


@pytest.mark.parametrize("name", READS)
def test_300_reads(room, clock, name):
    #
    read = partial(call_verb, room.score, name)
    for left in range(300, 0, -1):
        assert room.budget()["reads"] == left
        assert read().ok
    error_code, _, err_msg = read()
    assert error_code == cloudvars.codes.QUOTA == -429
    assert err_msg
    assert room.score.get(PLACE).error_code == -429
    assert room.budget()["writes"] == 300
    assert COUNTED["commit"](room.score).ok
    clock.advance(seconds=59.999)
    assert read().error_code == -429
    clock.advance(seconds=0.001)
    assert read().ok
    assert room.budget()["reads"] == 299


@pytest.mark.parametrize("name", COUNTED)
def test_300_writes(room, clock, name):
    #
    for left in range(300, 0, -1):
        assert room.budget()["writes"] == left
        assert COUNTED[name](room.score).error_code != -429
    assert COUNTED[name](room.score).error_code == -429
    assert room.budget() == {"reads": 300, "writes": 0, "bytes": room.budget()["bytes"], "resets_in": 60}
    assert room.score.get(PLACE).ok
    clock.advance(seconds=60)
    assert COUNTED[name](room.score).error_code != -429
    assert room.budget()["writes"] == 299


def test_a_refused_write_changes_nothing(room, clock):
    #
    score = room.score
    object_id = score.message_send(MESSAGE).unwrap()["objectId"]
    while COUNTED["commit"](score).ok:
        pass
    calls = [
        lambda: COUNTED["commit"](score),
        lambda: score.message_send(MESSAGE),
        lambda: score.message_modify_read(objectId=object_id, new_read_value=1),
        lambda: score.message_delete(objectId=object_id),
    ]
    before = score.get(PLACE).data, score.message_query(key="k").data
    for call in calls:
        assert call().error_code == -429
    assert (score.get(PLACE).data, score.message_query(key="k").data) == before
    assert before[0][0]["i_value"] == 299 * 5
    clock.advance(minutes=1)
    assert all(call().ok for call in calls)


def test_the_window_opens_at_the_first_counted_call(room, clock):
    #
    fresh = {"reads": 300, "writes": 300, "bytes": 48 * MIB, "resets_in": 60}
    assert room.budget() == fresh
    clock.advance(seconds=30)
    assert room.budget() == fresh
    room.score.get(PLACE)
    assert room.budget() == {**fresh, "reads": 299}
    clock.advance(seconds=45.5)
    room.score.get(PLACE)
    assert room.budget() == {**fresh, "reads": 298, "resets_in": 14.5}
    clock.advance(seconds=14.5)
    assert room.budget() == fresh
    clock.advance(seconds=10)
    assert room.score.get(PLACE).ok
    assert room.budget() == {**fresh, "reads": 299}


@one_store
def test_a_malformed_call_does_not_count(room):
    #
    for call in (room.score.get, room.score.message_send, room.score.list_query_by_uuid):
        with pytest.raises(CloudValueError):
            call({"bogus": 1})
    with pytest.raises(CloudValueError):
        room.score.get_commit().addi(**PLACE, value="x")
    assert full(room) == {"reads": 300, "writes": 300, "bytes": 48 * MIB}


@pytest.mark.parametrize("name", FREE)
def test_what_is_not_counted(room, name):
    #
    FREE[name](room)
    assert full(room) == {"reads": 300, "writes": 300, "bytes": 48 * MIB}


def test_rooms_have_their_own_counters(make_room):
    #
    first, second = make_room(), make_room()
    while first.score.get(PLACE).ok:
        pass
    assert second.budget()["reads"] == 300
    assert second.score.get(PLACE).ok


def test_quotas_may_be_switched_off(make_room):
    #
    room = make_room(limits=False)
    before = room.budget()
    for _ in range(310):
        assert room.score.get(PLACE).ok
        assert COUNTED["message_delete"](room.score).ok
    assert room.budget() == before
    assert full(room) == {"reads": 300, "writes": 300, "bytes": 48 * MIB}


def test_commits_made_together_count_one_by_one(room):
    #
    committers = [room.score.get_commit() for _ in range(302)]
    for committer in committers:
        committer.addi(**PLACE, value=1)
    codes = [reply.error_code for reply in room.score.commit_many(committers)]
    assert codes == [0] * 300 + [-429] * 2
    assert room.score.get(PLACE).data[0]["i_value"] == 300


@pytest.mark.parametrize(
    ("name", "fields", "size"),
    [
        ("set", {**PLACE, "value": {"color": "red", "price": 100}}, 21),
        ("set", {**PLACE, "s_value": "red", "i_value": 5}, 5),
        ("set", {**PLACE, "s_value": "red", "value": [1]}, 7),
        ("list_add", {**PLACE, "value": [1, 2]}, 3),
        ("world_data_set", {**PLACE, "world_id": 7, "value": [1, 2]}, 3),
        ("list_modify", {"uuid": 5, "value": [1, 2]}, 3),
    ],
)
def test_bytes_are_the_lengths_of_the_values(room, name, fields, size):
    #
    assert commit(room.score, (name, fields), (name, fields)).ok
    assert room.budget()["bytes"] == 48 * MIB - 2 * size


def test_a_message_counts_its_value(room):
    #
    assert room.score.message_send({**MESSAGE, "value": "red"}).ok
    assert room.budget()["bytes"] == 48 * MIB - 5


def test_32_mib_of_one_write(big):
    #
    _, room = big
    for kind in ({"value": of_size(32 * MIB + 1)}, {"value": of_size(32 * MIB - 4), "s_value": "red"}):
        reply = commit(room.score, ("addi", {**PLACE, "value": 1}), ("set", {**PLACE, **kind}))
        assert reply.error_code == cloudvars.codes.TOO_LONG == 1405
        assert room.score.get(PLACE).data == []
        assert room.budget()["bytes"] == 48 * MIB
    assert room.score.message_send({**MESSAGE, "value": of_size(32 * MIB + 1)}).error_code == 1405
    assert room.budget()["writes"] == 297
    assert commit(room.score, ("set", {**PLACE, "value": of_size(32 * MIB)})).ok
    assert room.budget()["bytes"] == 16 * MIB
    assert room.score.get(PLACE).data == [{**PLACE, "value": of_size(32 * MIB)}]


def test_operations_of_one_write_are_summed(big):
    #
    _, room = big
    half = of_size(16 * MIB)
    ops = [("set", {**PLACE, "value": half}), ("list_add", {**PLACE, "value": half})]
    assert commit(room.score, *ops, ("list_add", {**PLACE, "value": []})).error_code == 1405
    assert room.score.list_query(PLACE).data == []
    assert commit(room.score, *ops).ok


def test_48_mib_of_writes_in_a_window(big):
    #
    store, room = big
    for size, left in ((32, 16), (15, 1)):
        assert commit(room.score, ("set", {**PLACE, "value": of_size(size * MIB)})).ok
        assert room.budget()["bytes"] == left * MIB
    tiny = ("set", {"user_id": 2, "key": "k", "value": []})
    assert commit(room.score, ("set", {**PLACE, "value": of_size(MIB + 1)})).error_code == -429
    assert commit(room.score, ("set", {**PLACE, "value": of_size(MIB)})).ok
    assert commit(room.score, tiny).error_code == -429
    assert commit(room.score, ("addi", {**PLACE, "value": 1})).ok
    assert room.score.get(user_id=2, key="k").data == []
    store.clock.advance(seconds=60)
    assert commit(room.score, tiny).ok


def test_32_mib_of_one_read(big):
    #
    store, room = big
    for user, size in ((1, 16), (2, 16), (3, 8)):
        assert commit(room.score, ("set", {"user_id": user, "key": "k", "value": of_size(size * MIB)})).ok
    store.clock.advance(seconds=60)
    assert commit(room.score, ("set", {"user_id": 4, "key": "k", "value": []})).ok
    assert len(room.score.get(user_id=[1, 2], key="k").data) == 2
    for users in ([1, 2, 3], [1, 2, 4]):
        reply = room.score.get(user_id=users, key="k")
        assert reply.error_code == 1405
        assert not reply.ok
    assert len(room.score.get(user_id=[1, 3, 4], key="k").data) == 3


@pytest.mark.parametrize("limits", [True, False])
def test_32_mib_of_one_publish(big, limits):
    # Q-3, S-6
    store, _ = big
    seen = []
    with store.room(limits=limits) as room:
        assert room.score.subscribe_message("live", {"ok": seen.append})
        with pytest.raises(CloudValueError) as caught:
            room.score.publish_message("live", of_size(32 * MIB + 1))
        assert caught.value.code == 1405
        assert "33554433" in caught.value.message
        assert "33554432" in caught.value.message
        room.tick()
        assert seen == []
        room.score.publish_message("live", of_size(32 * MIB))
        room.tick()
        assert seen == [{"message": of_size(32 * MIB)}]


@one_store
@pytest.mark.parametrize("limits", ["yes", 5])
def test_limits_is_a_bool(store, limits):
    # Q-3, G-4
    with pytest.raises((CloudError, TypeError)):
        store.room(limits=limits)
