"""What is newest and what is unread is found without reading the rest."""

import random
import time

import pytest

FEW, MANY = 20, 6000
# Reading everything would be MANY / FEW = 300 times as slow.
GROWTH_MAX = 30


def seconds(call, count):
    began = time.perf_counter()
    call(count)
    return time.perf_counter() - began


def grows(call):
    """How much longer it takes for `MANY` than for `FEW`, by the shortest of many calls: a busy machine makes some
    longer, and none shorter."""
    call(FEW), call(MANY)
    few, many = zip(*[(seconds(call, FEW), seconds(call, MANY)) for _ in range(40)], strict=True)
    return min(many) / min(few)


@pytest.fixture
def score(store):
    """Without quotas."""
    with store.room(limits=False) as room:
        yield room.score


def add_items(score, key, count, world=None):
    for start in range(0, count, 1000):
        with score.get_commit() as c:
            for n in range(start, min(start + 1000, count)):
                place = {"user_id": 1, "key": key, "value": [n]}
                c.list_add(**place) if world is None else c.world_list_add(**place, world_id=world)


def send(score, key, count):
    """Read messages, and one that is not."""
    committers = []
    for n in range(count):
        score.message_send(src_user_id=5, key=key, target_user_id=1, value=n, read=1, deleted=n % 2)
    score.message_send(src_user_id=5, key=key, target_user_id=1, value="unread")
    return committers


@pytest.mark.parametrize("target", ["memory", "file", "mariadb"], indirect=True)
def test_the_newest_items_cost_what_they_are(score):
    # L-3, W-1
    for count in (FEW, MANY):
        add_items(score, f"bag{count}", count)
    newest = lambda count: score.list_query(user_id=1, key=f"bag{count}", limit=1).data
    assert [row["value"] for count in (FEW, MANY) for row in newest(count)] == [[FEW - 1], [MANY - 1]]
    assert grows(newest) < GROWTH_MAX
    several = lambda count: score.list_query(user_id=[1, 2], key=[f"bag{count}", "none", "bag"], limit=3).data
    assert [row["value"] for row in several(MANY)] == [[MANY - 1], [MANY - 2], [MANY - 3]]
    assert grows(several) < GROWTH_MAX


@pytest.mark.parametrize("target", ["memory", "file"], indirect=True)
def test_what_is_unread_costs_what_it_is(store, score):
    # S-2, S-4
    for count in (FEW, MANY):
        send(score, f"mail{count}", count)
    queries = [
        lambda count: score.message_query(key=f"mail{count}", target_user_id=1, read=2).data,
        lambda count: score.message_query(key=f"mail{count}", read=2).data,
        lambda count: score.message_query(key=f"mail{count}", src_user_id=5, read=2).data,
    ]
    for query in queries:
        assert [row["value"] for row in query(MANY)] == ["unread"]
        assert grows(query) < GROWTH_MAX

    def subscribe(count):
        got = []
        with store.room(limits=False) as room:
            assert room.score.subscribe_channel(1, f"mail{count}", {"ok": got.append})
        assert [message["value"] for message in got] == ["unread"]

    assert grows(subscribe) < GROWTH_MAX


def test_the_index_answers_what_the_rows_say(score):
    # L-3, S-2
    rng = random.Random(7)
    users, keys = [1, 2, -3], ["a", "b"]
    uuids, ids = [], []
    for _ in range(60):
        with score.get_commit() as c:
            for _ in range(rng.randrange(1, 4)):
                place = {"user_id": rng.choice(users), "key": rng.choice(keys), "value": [rng.random()]}
                uuids.append(c.list_add(**place))
            if rng.random() < 0.5:
                c.list_modify(uuid=rng.choice(uuids), value={"changed": rng.random()})
            if rng.random() < 0.3:
                c.list_delete(uuid=rng.choice(uuids))
        place = {
            "src_user_id": rng.choice(users),
            "target_user_id": rng.choice(users),
            "key": rng.choice(keys),
        }
        ids.append(score.message_send(**place, value=rng.random(), read=rng.randrange(2)).data["objectId"])
        score.message_modify_read(objectId=rng.choice(ids), new_read_value=rng.randrange(2))
        if rng.random() < 0.2:
            score.message_delete(objectId=rng.choice(ids))
    for user in [1, users, [9, *users]]:
        for key in ["a", keys]:
            whole = score.list_query(user_id=user, key=key).data
            for limit in (1, 2, 3, 10, len(whole), len(whole) + 1, 5000):
                assert score.list_query(user_id=user, key=key, limit=limit).data == whole[:limit]
    for target in (None, *users):
        for src in (None, *users):
            ask = (
                {"key": "a"}
                | ({"target_user_id": target} if target else {})
                | ({"src_user_id": src} if src else {})
            )
            whole = score.message_query(**ask).data
            assert score.message_query(**ask, read=2).data == [row for row in whole if row["read"] == 0]
            assert score.message_query(**ask, read=1).data == [row for row in whole if row["read"] == 1]
