"""``store.faults``: failures on purpose, in every call, and a trace of them."""

import asyncio
import threading
import time

import cloudvars
import pytest
from cloudvars import testing
from stores import one_store
from verbs import OPERATIONS, READS, VERBS, WRITES

CODES = [*(code for code in cloudvars.codes if code), 5, -1, 1, 2**63 - 1, -(2**63)]


@pytest.fixture
def faults(store):
    return store.faults


def pay(score, value=5, user=7, key="gold"):
    c = score.get_commit()
    c.money_add(user_id=user, key=key, value=value)
    return c.commit()


def gold(score, user=7):
    rows = score.money_get(user_id=user, key="gold").unwrap()
    return rows[0]["value"] if rows else 0


@pytest.mark.parametrize("name", [*READS, *WRITES])
def test_every_call_fails_when_told(score, faults, name):
    # F-1
    call, fields = getattr(score, name), VERBS[name].fields
    good = call(fields)
    faults.fail(name, 7534)
    code, data, message = call(fields)
    assert (code, data) == (7534, None)
    assert name in message
    assert call(fields).error_code == good.error_code == 0
    assert [one["op"] for one in faults.trace] == [name]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_verb_fails_its_commit(score, faults, name):
    # F-1 C-2
    faults.fail(name, 1205)
    c = score.get_commit()
    c.set(user_id=1, key="other", i_value=1)
    getattr(c, name)(OPERATIONS[name].fields)
    code, data, message = c.commit()
    assert (code, data) == (1205, {"op": 0 if name == "set" else 1, "name": name})
    assert name in message
    assert score.get(user_id=1, key="other").data == []


@pytest.mark.parametrize("code", CODES)
def test_every_code(score, faults, code):
    # F-1 O-2
    faults.fail("commit", code)
    assert pay(score).error_code == code
    assert gold(score) == 0
    assert faults.trace == [
        {"room": "room-1", "op": "commit", "user_id": 7, "key": "gold", "fault": "fail", "code": code}
    ]


def test_the_nth_call_and_how_often(score, faults):
    # F-1
    faults.fail("commit", 1213, nth=3, times=2)
    assert [pay(score).error_code for _ in range(6)] == [0, 0, 1213, 1213, 0, 0]
    faults.clear()
    faults.fail("commit", 1213, times=None)
    assert [pay(score).error_code for _ in range(9)] == [1213] * 9
    faults.clear()
    assert pay(score).error_code == 0
    assert faults.trace == []


def test_users_keys_and_rooms_are_selected(make_room, faults):
    # F-1
    a, b = make_room("a").score, make_room("b").score
    faults.fail("commit", 1213, user_id="8", times=None)
    faults.fail("commit", 1205, key="gems", times=None)
    faults.fail(code=7534, room="b", times=None)
    assert [pay(a).error_code, pay(a, user=8).error_code, pay(a, key="gems").error_code] == [0, 1213, 1205]
    assert [pay(b).error_code, b.get(user_id=[7, 8], key="x").error_code] == [7534, 7534]
    assert a.get(user_id=[7, 8], key="x").error_code == 0
    faults.fail("get", 1405, user_id=8)
    assert [a.get(user_id=users, key="x").error_code for users in (7, [7, 8])] == [0, 1405]
    faults.fail("name_new", 1062, key="cl\x01an")
    c = a.get_commit()
    c.name_new(key="cl\x01an", name="wolves", value="")
    assert c.commit().error_code == 1062


def test_applied_but_reported_failed(make_room, faults):
    # F-1
    score = make_room().score
    faults.fail("commit", 1205, applied=True)
    faults.fail("message_send", 1205, applied=True)
    assert pay(score).error_code == 1205
    assert gold(score) == 5
    assert score.message_send(src_user_id=1, key="k", target_user_id=2, value="v").error_code == 1205
    assert [row["value"] for row in score.message_query(key="k").data] == ["v"]
    assert [one["fault"] for one in faults.trace] == ["applied, but fail"] * 2
    # A commit that fails by itself says why it did.
    faults.fail("commit", 1205, applied=True)
    c = score.get_commit()
    c.money_cost(user_id=7, key="gold", value=500)
    assert c.commit().error_code == 10001


def test_an_injected_failure_counts_like_the_call(room, score, faults):
    # F-1 Q-1
    faults.fail(code=1213, times=2)
    pay(score)
    score.get(user_id=7, key="k")
    assert (room.budget()["writes"], room.budget()["reads"]) == (299, 299)


def test_commit_many_and_the_with_block_fail_too(score, faults):
    # F-1 C-8
    faults.fail("commit", 1213, nth=2)
    many = [score.get_commit() for _ in range(3)]
    for c in many:
        c.money_add(user_id=7, key="gold", value=1)
    assert [reply.error_code for reply in score.commit_many(many)] == [0, 1213, 0]
    assert gold(score) == 2
    faults.fail("money_add", 1205)
    with pytest.raises(cloudvars.CommitError) as raised, score.get_commit() as c:
        c.money_add(user_id=7, key="gold", value=1)
    assert (raised.value.code, raised.value.op, raised.value.name) == (1205, 0, "money_add")


def test_asyncio_meets_them_and_a_delay_does_not_block_the_loop(target):
    # F-1 F-2
    async def play(store):
        aio = store.room("r").score.aio

        async def commit():
            c = aio.get_commit()
            c.money_add(user_id=7, key="gold", value=1)
            return (await c.commit()).error_code

        store.faults.fail("commit", 1213)
        store.faults.fail("get", 7534)
        assert [await commit(), await commit()] == [1213, 0]
        assert (await aio.get(user_id=7, key="k")).error_code == 7534
        many = [aio.get_commit() for _ in range(2)]
        store.faults.fail("commit", 1205, nth=2)
        assert [reply.error_code for reply in await aio.commit_many(many)] == [0, 1205]
        beats = 0
        store.faults.delay("commit", seconds=2)
        slow = asyncio.create_task(commit())
        while not slow.done():
            await asyncio.sleep(0.01)
            beats += 1
        assert (slow.result(), beats > 3) == (0, True)

    with cloudvars.open(target) as store:
        asyncio.run(play(store))


def test_a_delay_moves_a_manual_clock_and_sleeps_by_any_other(score, faults, clock, target):
    # F-2 Q-1
    start = clock.now()
    faults.delay("commit", seconds=90, times=None)
    assert [pay(score).error_code for _ in range(3)] == [0, 0, 0]
    assert (clock.now() - start).total_seconds() == 270
    assert faults.trace[0]["fault"] == "delay"
    with cloudvars.open() as real, real.faults.delay("get", seconds=0.05):
        before = time.monotonic()
        real.room().score.get(user_id=7, key="k")
        assert time.monotonic() - before >= 0.05


def test_live_calls_fail_only_by_name_and_raise(score, faults):
    # F-1 S-6
    faults.fail(code=1213, times=None)
    assert score.subscribe_message("news", print) is True
    faults.fail("publish_message", 7534)
    with pytest.raises(cloudvars.CloudError) as raised:
        score.publish_message("news", 1)
    assert raised.value.code == 7534
    faults.fail("subscribe_channel", 1205)
    with pytest.raises(cloudvars.CloudError):
        score.subscribe_channel(7, "k", print)
    assert score.subscribe_channel(7, "k", print) is True


def story(seed):
    with testing.cloud() as store:
        store.faults.random(seed=seed, rate=0.3, codes=[1213, 7534])
        score = store.room("r").score
        codes = [pay(score, user=n).error_code for n in range(200)]
        return codes, store.faults.trace


def test_random_faults_repeat_with_their_seed():
    # F-4
    codes, trace = story(5)
    assert story(5) == (codes, trace)
    assert story(6)[0] != codes
    hits = [code for code in codes if code]
    assert 30 <= len(hits) <= 90
    assert set(hits) == {1213, 7534}
    assert [one["code"] for one in trace] == hits


def test_the_ends_of_chance(score, faults):
    # F-4
    faults.random(1, 0, [1213])
    assert pay(score).error_code == 0
    faults.random(1, 1.0, 1213, op="commit")
    assert [pay(score).error_code for _ in range(20)] == [1213] * 20
    assert score.get(user_id=7, key="k").error_code == 0


def test_a_block_takes_its_fault_away(score, faults):
    # F-1
    with faults.fail("commit", 1213, times=None) as fault:
        assert pay(score).error_code == 1213
    assert pay(score).error_code == 0
    assert fault.injected == 1
    fault.remove()
    assert "1 calls" in repr(fault)


def test_threads_share_the_count(store, faults):
    # F-1 C-7
    faults.fail("commit", 1213, nth=5, times=10)
    codes = []

    def work(n):
        score = store.room(f"r{n}").score
        codes.extend(pay(score).error_code for _ in range(10))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count(1213) == 10
    assert gold(store.room().score) == 30 * 5


@one_store
@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda f: f.fail("comit", 1213), ["'comit'", "commit", "money_cost"]),
        (lambda f: f.fail("get_commit", 1213), ["'get_commit'"]),
        (lambda f: f.fail("commit"), ["code", "missing"]),
        (lambda f: f.fail("commit", 0), ["code: 0", "but 0"]),
        (lambda f: f.fail("commit", 2**63), ["code: 9223372036854775808", "int64"]),
        (lambda f: f.fail("commit", "5"), ["code: '5'"]),
        (lambda f: f.fail("commit", True), ["code: True"]),
        (lambda f: f.fail("commit", 1213, times=0), ["times: 0"]),
        (lambda f: f.fail("commit", 1213, nth=0), ["nth: 0"]),
        (lambda f: f.fail("get", 1213, applied=True), ["'get'", "message_send"]),
        (lambda f: f.fail("commit", 1213, user_id="x"), ["user_id: 'x'"]),
        (lambda f: f.delay("commit", seconds=0), ["seconds: 0"]),
        (lambda f: f.delay("commit", seconds="soon"), ["seconds: 'soon'"]),
        (lambda f: f.duplicate("commit"), ["'commit'", "subscribe_channel"]),
        (lambda f: f.random(1, 1.5, [1213]), ["rate: 1.5"]),
        (lambda f: f.random(1, 0.5, []), ["codes: []"]),
        (lambda f: f.random(1, 0.5, [1213, 0]), ["codes[1]: 0"]),
        (lambda f: f.conflict(7, "n", progress=-1), ["progress: -1"]),
    ],
)
def test_bad_faults_are_refused(faults, call, parts):
    # F-1 G-4
    with pytest.raises((cloudvars.CloudValueError, TypeError)) as raised:
        call(faults)
    assert all(part in str(raised.value) for part in parts), raised.value


def test_an_unknown_call_is_named_before_a_missing_code(cloud):
    # F-1 G-4
    with pytest.raises(
        cloudvars.CloudValueError, match="'AddNodeProgress' .it sends a LobbySetAchievementStorage"
    ):
        cloud.faults.fail("AddNodeProgress")
    with pytest.raises(cloudvars.CloudValueError, match="'gett' is no call"):
        cloud.faults.fail("gett")
    with pytest.raises(cloudvars.CloudTypeError, match="'code' is missing"):
        cloud.faults.fail("get")
