"""What is newest and what is unread is found without reading the rest."""

import contextlib
import random
import sqlite3
import time

import cloudvars
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


def add_one_by_one(score, count):
    return [list_of(score, [n]) for n in range(count)]


def list_of(score, value):
    with score.get_commit() as c:
        return c.list_add(user_id=1, key="bag", value=value)


def is_in_order(score, changed):
    """Every limit answers the uuids by last change, newest first."""
    newest_first = list(reversed(changed))
    for limit in (None, 1, 2, 50, len(changed) or 1, len(changed) + 1):
        ask = {} if limit is None else {"limit": limit}
        found = [row["uuid"] for row in score.list_query(user_id=1, key="bag", **ask).data]
        assert found == newest_first[:limit]


@pytest.mark.parametrize("target", ["memory", "file"], indirect=True)
def test_a_list_grows_long_and_short_again(score):
    # L-3: a file looks at short lists and at long ones in two ways
    changed = []
    for _ in range(2):
        for count in (100, 27, 1, 1, 1, 30):
            changed += add_one_by_one(score, count)
            is_in_order(score, changed)
        for _ in range(5):
            changed.append(changed.pop(17))
            with score.get_commit() as c:
                c.list_modify(uuid=changed[-1], value=["changed"])
            is_in_order(score, changed)
        with score.get_commit() as c:
            c.list_delete(uuid=changed.pop(0))
            c.list_delete(uuid=changed.pop())
        is_in_order(score, changed)
        with score.get_commit() as c:
            for uuid in changed[:-3]:
                c.list_delete(uuid=uuid)
        del changed[:-3]
        is_in_order(score, changed)
        changed += add_one_by_one(score, 3)
        is_in_order(score, changed)
        with score.get_commit() as c:
            for uuid in changed:
                c.list_delete(uuid=uuid)
        changed.clear()
        is_in_order(score, changed)


@pytest.mark.parametrize("many", [1, 20])
def test_uuids_that_come_in_any_order(path, many):
    # L-1, L-3: two stores hand out uuids of their own, and commit them in any order
    rng = random.Random(many)
    with cloudvars.open(path) as one, cloudvars.open(path) as other:
        scores = [store.room(limits=False).score for store in (one, other)]
        changed, waiting = [], []
        for _ in range(300 // many + 40):
            for _ in range(rng.randrange(1, 3)):
                c = rng.choice(scores).get_commit()
                waiting.append(
                    (
                        c,
                        [
                            c.list_add(user_id=1, key="bag", value=[n])
                            for n in range(rng.randrange(1, many + 1))
                        ],
                    )
                )
            if rng.random() < 0.3 and changed:
                with rng.choice(scores).get_commit() as c:
                    if rng.random() < 0.5:
                        c.list_delete(uuid=changed.pop(rng.randrange(len(changed))))
                    else:
                        changed.append(changed.pop(rng.randrange(len(changed))))
                        c.list_modify(uuid=changed[-1], value={})
            c, uuids = waiting.pop(rng.randrange(len(waiting)))
            assert c.commit().ok
            changed += uuids
            if rng.random() < 0.2:
                is_in_order(scores[0], changed)
        for c, uuids in waiting:
            assert c.commit().ok
            changed += uuids
        is_in_order(scores[1], changed)


def rows_in_the_index(path):
    with contextlib.closing(sqlite3.connect(path)) as sql:
        plan = "SELECT count(*) FROM cloud INDEXED BY cloud_list WHERE kind IN (3, 5) AND nth = 0"
        return sql.execute(plan).fetchone()[0]


def test_only_long_lists_stand_in_the_index_of_a_file(path):
    # An index page that every commit to a list changes would be one more page to flush.
    with cloudvars.open(path) as store:
        add_one_by_one(store.room(limits=False).score, 128)
    assert rows_in_the_index(path) == 0
    with cloudvars.open(path) as store:
        list_of(store.room(limits=False).score, ["one more"])
    assert rows_in_the_index(path) == 129
