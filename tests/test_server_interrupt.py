"""Ctrl-C while a call waits for a server: for a row that somebody has locked, or for a server that says nothing."""

import contextlib
import threading

import cloudvars
import pytest
from cloudvars._copy import Steps
from servers.proxy import Proxy

GOLD = {"user_id": 1, "key": "gold"}
INTERRUPTED = "the call was interrupted"


@pytest.fixture
def address(mariadb):
    return mariadb.new_database()


def pay(score, value=10):
    c = score.get_commit()
    c.money_add(**GOLD, value=value)
    return c


def balance(score):
    return score.money_get(GOLD).data[0]["value"]


@pytest.mark.parametrize("call", ["commit", "commit_many", "message_send", "a new game"])
def test_while_rows_are_locked(open_store, lock_out, heard, call):
    # C-6, C-7: heard before the server gives up, and whole or not there
    store = open_store(clock=None)
    score = store.room(limits=False).score
    assert pay(score).commit().ok
    assert score.message_send(src_user_id=1, key="m", target_user_id=1, value="x").ok
    calls = {
        "commit": lambda: pay(score).commit(),
        "commit_many": lambda: score.commit_many([pay(score), pay(score)]),
        "message_send": lambda: score.message_send(src_user_id=1, key="m", target_user_id=1, value="x"),
        "a new game": lambda: store.room(game="another"),
    }
    release = lock_out()
    # A wait to its end would answer 1205.
    assert heard(calls[call])[0].startswith(INTERRUPTED)
    release()
    assert pay(score, 100).commit().ok
    assert balance(score) in ({110, 120, 130} if call == "commit_many" else {110, 120})


def test_while_a_server_says_nothing(mariadb, proxy, heard):
    # The call is a read, a commit, an open or a close.
    url = mariadb.new_database()
    with cloudvars.open(f"{proxy.url(url)}?timeout=60&read-timeout=60&connect-timeout=60") as store:
        score = store.room(limits=False).score
        assert pay(score).commit().ok
        proxy.hold()
        assert heard(lambda: score.money_get(GOLD))[0].startswith(INTERRUPTED)
        assert heard(lambda: pay(score).commit())[0].startswith(INTERRUPTED)
        assert heard(lambda: cloudvars.open(f"{proxy.url(url)}?timeout=60&read-timeout=60"))[0].startswith(
            INTERRUPTED
        )
        proxy.hold(False)
    with cloudvars.open(url) as store:
        assert balance(store.room().score) in (10, 20)


def nothing(*_):
    """A callback, or a getter that has nothing to say."""


def with_request(store, room, score):
    """What closing has to send: a set that waits for its turn."""
    ticked = store.room(delivery="tick", limits=False)
    ticked.storage.LobbyGetStorage(nothing, 1, ["a"])
    return ticked


CALLS = {
    "commit": lambda store, room: pay(room.score).commit(),
    "commit_many": lambda store, room: room.score.commit_many([pay(room.score), pay(room.score)]),
    "message_send": lambda store, room: room.score.message_send(
        src_user_id=1, key="m", target_user_id=1, value="x"
    ),
    "publish_message": lambda store, room: room.score.publish_message("c", 1),
    "bulk": lambda store, room: room.score.bulk("money_add", [{**GOLD, "value": 10}] * 2, chunk=1),
    "set_balance": lambda store, room: store.operator.set_balance(**GOLD, value=10),
    "set_progress": lambda store, room: store.operator.set_progress(1, "node", 1),
    "reset_limit": lambda store, room: store.operator.reset_limit(**GOLD),
    "release_name": lambda store, room: store.operator.release_name("k", "n"),
    "delete": lambda store, room: store.operator.delete("money", **GOLD),
    "delete a node": lambda store, room: store.operator.delete("node", node_id="other"),
    "get": lambda store, room: room.score.get(GOLD),
    "money_get": lambda store, room: room.score.money_get(GOLD),
    "list_query": lambda store, room: room.score.list_query(GOLD),
    "name_search": lambda store, room: room.score.name_search(key="k", name_prefix="n"),
    "message_query": lambda store, room: room.score.message_query(key="m", target_user_id=1),
    "withlimit_query": lambda store, room: room.score.withlimit_query(GOLD),
    "subscribe_channel": lambda store, room: room.score.subscribe_channel(2, "m", nothing),
    "subscribe_message": lambda store, room: room.score.subscribe_message("other", nothing),
    "tick": lambda store, room: room.tick(),
    "player_join": lambda store, room: room.player_join(77),
    "LobbyGetAchievementStorage": lambda store, room: room.achievement.LobbyGetAchievementStorage(nothing, 1),
    "LobbySetAchievementStorage": lambda store, room: room.achievement.LobbySetAchievementStorage(
        nothing, 1, "node", 1
    ),
    "AddNodeProgress": lambda store, room: room.achievement.AddNodeProgress(1, "node", 1),
    "SetNodeFinish": lambda store, room: room.achievement.SetNodeFinish(1, "node"),
    "GetNodeDetailInfo": lambda store, room: room.achievement.GetNodeDetailInfo(1, "node"),
    "GetChildrenNode": lambda store, room: room.achievement.GetChildrenNode("node"),
    "_load_cloud": lambda store, room: room.achievement._load_cloud(1),
    "_nodes": lambda store, room: room.achievement._nodes(),
    "LobbyGetStorage": lambda store, room: room.storage.LobbyGetStorage(nothing, 1, ["a"]),
    "LobbyGetStorageBySort": lambda store, room: room.storage.LobbyGetStorageBySort(
        nothing, "sorted", True, 0, 1
    ),
    "LobbySetStorageAndUserItem": lambda store, room: room.storage.LobbySetStorageAndUserItem(
        nothing, 1, None, lambda: [{"key": "a", "value": 1}]
    ),
    "QueryLobbyUserItem": lambda store, room: room.storage.QueryLobbyUserItem(nothing, 1),
    "place_order": lambda store, room: room.storage.place_order(1, "cmd"),
    "set_nickname": lambda store, room: room.storage.set_nickname(1, "name"),
    "a new game": lambda store, room: store.room(game="another"),
    "sort_keys": lambda store, room: store.storage.sort_keys("k"),
    "define": lambda store, room: store.achievements.define("other", total=1),
    "faults.conflict": lambda store, room: store.faults.conflict(1, "node"),
    "dump": lambda store, room: store.dump(),
    "load": lambda store, room: store.load(cloudvars.open().dump()),
    "fork": lambda store, room: store.fork(),
    "reopen": lambda store, room: store.reopen(),
    "_sweep": lambda store, room: store._sweep(0),
}


@pytest.fixture(scope="module")
def silent(mariadb):
    """A store behind a proxy, with a room that is subscribed to something."""
    with Proxy(mariadb.port) as proxy:
        url = proxy.url(mariadb.new_database())
        with cloudvars.open(f"{url}?timeout=60&read-timeout=60&connect-timeout=60") as store:
            room = store.room(limits=False)
            room.score.subscribe_message("c", nothing)
            room.score.subscribe_channel(1, "m", nothing)
            store.achievements.define("node", total=1000)
            store.storage.sort_keys("sorted")
            assert pay(room.score).commit().ok
            yield proxy, store, room


@pytest.mark.parametrize("call", CALLS)
def test_every_call_while_a_server_says_nothing(silent, heard, call):
    # A wait to its end would take a minute and raise something else. What was asked for in vain comes later.
    proxy, store, room = silent
    proxy.hold()
    try:
        assert heard(lambda: CALLS[call](store, room))[0].startswith(INTERRUPTED)
    finally:
        proxy.hold(False)
    with contextlib.suppress(cloudvars.StoreError):
        CALLS[call](store, room)
    assert pay(room.score).commit().ok


@pytest.mark.parametrize("holds_at", [None, 0, 1, 2, "achievement"])
def test_nothing_is_lost_that_was_on_its_way(mariadb, proxy, heard, holds_at):
    # S-4, D-1, H-2, A-2: each comes once and in order, whenever the server answers
    url = proxy.url(mariadb.new_database())
    with cloudvars.open(f"{url}?timeout=60&read-timeout=60") as store:
        room, got = store.room(delivery="tick", limits=False), []

        def take(what, value):
            got.append(value)
            if what == holds_at:
                proxy.hold()
                threading.Event().wait(0.01)

        room.score.subscribe_channel(1, "m", lambda message: take(message["value"], message["value"]))
        for value in range(3):
            room.score.message_send(src_user_id=2, key="m", target_user_id=1, value=value)
        room.storage.LobbyGetStorage(lambda reply: take("storage", reply["entity"]["data"]), 1, ["a"])
        room.achievement.LobbyGetAchievementStorage(lambda reply: take("achievement", reply["entity"]), 1)
        if holds_at is None:
            proxy.hold()
        for _ in range(2):
            assert heard(room.tick)[0].startswith(INTERRUPTED)
        proxy.hold(False)
        while len(got) < 5:
            room.tick()
        assert got[:3] == [0, 1, 2]
        assert got[3:] == [[], []]
        assert room.tick() == 0


def test_a_subscription_that_was_given_up_is_none(mariadb, proxy, heard):
    # S-4, S-6: it can be made again, and hears each message once
    url = proxy.url(mariadb.new_database())
    with cloudvars.open(f"{url}?timeout=60&read-timeout=60") as store:
        score, got = store.room(limits=False).score, []
        proxy.hold()
        for subscribe in (score.subscribe_channel, score.subscribe_channel):
            assert heard(lambda subscribe=subscribe: subscribe(1, "m", got.append))[0].startswith(INTERRUPTED)
        proxy.hold(False)
        assert score.subscribe_channel(1, "m", lambda message: got.append(message["value"]))
        assert score.message_send(src_user_id=2, key="m", target_user_id=1, value="x").ok
        assert got == ["x"]


@pytest.mark.parametrize("requests", [0, 1])
def test_closing_while_a_server_says_nothing(mariadb, proxy, heard, requests):
    # The store is closed whether something was to be sent or not.
    url = proxy.url(mariadb.new_database())
    store = cloudvars.open(f"{url}?timeout=60&read-timeout=60")
    room, got = store.room(delivery="tick", limits=False), []
    assert pay(room.score).commit().ok
    for _ in range(requests):
        room.storage.LobbyGetStorage(got.append, 1, ["a"])
    proxy.hold()
    assert heard(store.close)[0].startswith(INTERRUPTED)
    proxy.hold(False)
    with pytest.raises(cloudvars.StoreError, match="closed"):
        room.score.money_get(GOLD)


@pytest.mark.parametrize("away", ["source", "target"])
def test_a_copy_while_a_server_says_nothing(mariadb, proxy, heard, path, away):
    # Ctrl-C comes while the source is opened, and in a step.
    server = proxy.url(mariadb.new_database())
    held = f"{server}?timeout=60&read-timeout=60&connect-timeout=60"
    source, target = (held, path) if away == "source" else (path, held)
    with cloudvars.open(source) as store:
        assert pay(store.room(limits=False).score).commit().ok
    proxy.hold()
    assert heard(lambda: cloudvars.copy(source, target))[0].startswith(INTERRUPTED)
    proxy.hold(False)
    if away == "source":
        assert heard(lambda: copy_held(source, target, proxy))[0].startswith(INTERRUPTED)
    proxy.hold(False)
    assert cloudvars.copy(source, target).rows > 0


def copy_held(source, target, proxy):
    with Steps(source, target, "full") as steps:
        for _ in steps:
            proxy.hold()
            # A call at the heels of another that a server answered at once is not interrupted.
            threading.Event().wait(0.01)


def test_a_backup_while_a_server_says_nothing(mariadb, proxy, heard, tmp_path):
    url = proxy.url(mariadb.new_database())
    with cloudvars.open(f"{url}?timeout=60&read-timeout=60") as store:
        assert pay(store.room(limits=False).score).commit().ok
        proxy.hold()
        assert heard(lambda: store.backup(tmp_path / "copy.db"))[0].startswith(INTERRUPTED)
        proxy.hold(False)


def test_answers_come_as_before(open_store):
    # G-1, C-2, G-4: from another thread, every kind of answer
    store = open_store(clock=None)
    score = store.room(limits=False).score
    for number in range(50):
        assert pay(score, 1).commit() == (0, {}, None)
        assert balance(score) == number + 1
    c = score.get_commit()
    c.money_cost(**GOLD, value=51)
    assert c.commit().error_code == 10001
    store.close()
    with pytest.raises(cloudvars.StoreError, match="closed"):
        score.money_get(GOLD)
