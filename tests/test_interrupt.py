"""Ctrl-C is heard wherever a call waits or works for long, and what it interrupted is whole or not there."""

import contextlib
import os
import signal
import threading

import cloudvars
import pytest
from pressed import ROUNDS, Pressed
from score_calls import commit

GOLD = {"user_id": 1, "key": "gold"}
NOTHING_STORED = "the call was interrupted: nothing was stored"


@pytest.fixture
def address(path):
    """Servers are in `test_server_interrupt.py`."""
    return path


WRITE = """if True:
    import cloudvars, sys
    score = cloudvars.open(sys.argv[1]).room("other").score
    print("open", flush=True)
    while True:
        c = score.get_commit()
        c.money_add(user_id=2, key="gold", value=1)
        c.commit()
"""


@pytest.fixture(params=["a stranger", "another process"])
def hold(request, lock_out, start_python, path):
    """Keeps the test's store from being written until it is let go: by SQLite's own lock, or by that and a turn."""

    def hold():
        if request.param == "a stranger":
            return lock_out()
        other = start_python("-c", WRITE, path)
        assert other.stdout.readline() == "open\n"
        release = lock_out()

        def let_go():
            other.kill()
            other.wait()
            release()

        return let_go

    return hold


def committer(score, verb="money_add", **fields):
    c = score.get_commit()
    getattr(c, verb)(**(fields or {**GOLD, "value": 10}))
    return c


def with_block(score):
    with score.get_commit() as c:
        c.money_add(**GOLD, value=10)


CALLS = {
    "commit": lambda store, room: committer(room.score).commit(),
    "with": lambda store, room: with_block(room.score),
    "commit_many": lambda store, room: room.score.commit_many([committer(room.score) for _ in range(3)]),
    "message_send": lambda store, room: room.score.message_send(
        src_user_id=1, key="m", target_user_id=1, value="x"
    ),
    "publish_message": lambda store, room: room.score.publish_message("c", 1),
    "player_join": lambda store, room: room.player_join(77),
    "bulk": lambda store, room: room.score.bulk("money_add", [{**GOLD, "value": 10}]),
    "set_balance": lambda store, room: store.operator.set_balance(**GOLD, value=10),
    "delete": lambda store, room: store.operator.delete("list", uuid=1),
    "a new game": lambda store, room: store.room(game="another"),
    "storage": lambda store, room: store.storage.sort_keys("k"),
    "define": lambda store, room: store.achievements.define("node", total=1),
    "sweep": lambda store, room: store._sweep(0),
}


@pytest.mark.parametrize("call", CALLS)
def test_while_another_process_writes(open_store, hold, heard, call):
    store = open_store(clock=None)
    room = store.room("r", limits=False)
    assert commit(room.score, ("list_add", {**GOLD, "value": {}})).ok
    before = store.dump()
    release = hold()
    assert heard(lambda: CALLS[call](store, room))[0] == NOTHING_STORED
    release()
    after = store.dump()
    after["games"]["default"]["money"] = [
        row for row in after["games"]["default"].get("money", []) if row["user_id"] != 2
    ]
    before["games"]["default"].setdefault("money", [])
    assert after["games"] == before["games"]
    # Nothing is left behind: neither a lock nor a place in a queue.
    assert committer(room.score).commit().ok
    assert room.score.money_get(GOLD).data[0]["value"] == 10


def test_while_it_wants_an_id(path, lock_out, heard):
    # A store that was opened while another process writes has no ids yet.
    cloudvars.open(path).room().close()
    with cloudvars.open(path) as store:
        room = store.room(limits=False)
        release = lock_out()
        c = room.score.get_commit()
        assert heard(lambda: c.list_add(**GOLD, value={})) == [NOTHING_STORED]
        release()
        c = committer(room.score, "list_add", **GOLD, value={})
        assert c.commit().ok
        assert len(room.score.list_query(GOLD).data) == 1


def test_in_the_queue_behind_another_thread(open_store, lock_out, heard):
    # What waits in the queue is taken back, and the writer is not disturbed.
    store = open_store(clock=None)
    score = store.room(limits=False).score
    assert committer(score).commit().ok
    release = lock_out()
    replies = []
    leader = threading.Thread(
        target=lambda: replies.append(committer(score, **{**GOLD, "value": 100}).commit())
    )
    leader.start()
    threading.Event().wait(0.2)
    assert heard(lambda: committer(score).commit()) == [NOTHING_STORED]
    release()
    leader.join()
    assert replies[0].ok
    assert score.money_get(GOLD).data[0]["value"] == 110


def test_who_leads_others(open_store, lock_out, heard):
    # C-7: the main thread leads a batch with others in it: they stay, and are stored
    store = open_store(clock=None)
    score = store.room(limits=False).score
    assert committer(score).commit().ok
    release = lock_out()
    replies = []

    def work():
        replies.append(committer(score, **{**GOLD, "value": 100}).commit())

    followers = [threading.Thread(target=work) for _ in range(8)]
    # One leads at first, the main thread is among those who wait; later it leads them, or one of them does.
    for follower in followers[:4]:
        follower.start()
    later = threading.Timer(0.1, lambda: [follower.start() for follower in followers[4:]])
    later.start()
    note = heard(lambda: committer(score).commit(), 0.5)
    release()
    later.join()
    for follower in followers:
        follower.join()
    assert note == [NOTHING_STORED]
    assert [reply.ok for reply in replies] == [True] * 8
    assert score.money_get(GOLD).data[0]["value"] == 810


def test_a_handler_that_raises_nothing_does_not_end_the_wait(open_store, lock_out):
    store = open_store(clock=None)
    score = store.room(limits=False).score
    assert committer(score).commit().ok
    heard = []
    release = lock_out()

    def press():
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()

    def handler(*_):
        # The store waits under it, and says so; before the commit has begun nothing waits.
        try:
            score.money_get(GOLD)
        except cloudvars.StoreError:
            heard.append(True)
            release()
        else:
            press()

    before = signal.signal(signal.SIGINT, handler)
    press()
    assert committer(score).commit().ok
    signal.signal(signal.SIGINT, before)
    assert heard == [True]
    assert score.money_get(GOLD).data[0]["value"] == 20


@pytest.mark.parametrize("op", ["get", "commit", "message_send", "publish_message"])
def test_in_a_delay(heard, op):
    with cloudvars.open() as store:
        room = store.room()
        store.faults.delay(op, seconds=100)
        call = {
            "get": lambda: room.score.get(GOLD),
            "commit": lambda: committer(room.score).commit(),
            "message_send": lambda: CALLS["message_send"](store, room),
            "publish_message": lambda: room.score.publish_message("c", 1),
        }[op]
        assert heard(call) == [NOTHING_STORED]
        assert room.score.money_get(GOLD).data == []


def test_what_a_room_was_to_send(open_store, lock_out, heard):
    # H-4, A-3: it lines up again, and is sent once, without another call of its getter
    store = open_store(clock=None)
    store.achievements.define("node", total=10)
    room, got, asked = store.room(delivery="tick", limits=False), [], []

    def entities():
        asked.append(True)
        return [{"key": "a", "value": 1}]

    room.storage.LobbySetStorageAndUserItem(lambda reply: got.append(reply["code"]), 1, None, entities)
    room.achievement.LobbySetAchievementStorage(lambda reply: got.append(reply["code"]), 1, "node", 3)
    release = lock_out()
    for _ in range(3):
        assert heard(room.tick) == [NOTHING_STORED]
    release()
    while len(got) < 2:
        room.tick()
    assert (got, asked) == ([0, 0], [True])
    room.achievement.LobbyGetAchievementStorage(lambda reply: got.append(reply["entity"][0]["progress"]), 1)
    room.tick()
    assert got[2:] == [3]


@pytest.mark.parametrize("users", [1, 100_000])
def test_one_huge_commit(open_store, press, users):
    # C-1: heard while its operations are applied, and nothing of it is stored; one that came to its end is whole
    store = open_store(clock=None)
    score = store.room(limits=False).score
    assert committer(score).commit().ok
    before, total, count = store.dump(), 0, 500_000
    for _ in range(ROUNDS):
        c = score.get_commit()
        for number in range(count):
            c.money_add(user_id=number * 7919 % users + 2, key="silver", value=1)
        with pytest.raises(Pressed) as caught:
            press(0.03)
            c.commit()
            threading.Event().wait(60)
        if getattr(caught.value, "__notes__", None) == [NOTHING_STORED]:
            break
        after = store.dump()
        if after["games"] == before["games"]:
            continue  # The machine was busy: the press came before the commit had begun.
        stored = [row["value"] for row in after["games"]["default"]["money"] if row["key"] == "silver"]
        total += count
        assert (len(stored), sum(stored)) == (users, total)
        # The machine was quick: the commit came to its end.
        before, count = after, min(2 * count, 4_000_000)
    else:
        pytest.fail("no commit was interrupted")
    assert store.dump()["games"] == before["games"]
    assert committer(score).commit().ok


def test_opening(path, lock_out, press):
    # One store does not exist yet, the other does.
    with cloudvars.open(path) as store:
        assert committer(store.room().score).commit().ok
    release = lock_out()
    with contextlib.suppress(Pressed):
        press(0.3)
        with cloudvars.open(path) as store:
            assert store.room().score.money_get(GOLD).data[0]["value"] == 10
            while True:
                committer(store.room().score).commit()
    release()
    with cloudvars.open(path) as store:
        assert committer(store.room().score).commit().ok
