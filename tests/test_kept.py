"""What a callback raises during a call that has a Reply: the Reply comes, the exception is raised by a later call."""

import asyncio
import logging
import traceback
from functools import partial

import cloudvars
import pytest
from score_calls import commit, gold
from verbs import PLACE, READS, WRITES, call_verb

MESSAGE = {"src_user_id": 1, "key": "k", "target_user_id": 5}


class MineError(Exception):
    pass


def raising(what="mine", kind=MineError):
    def callback(*_):
        raise kind(what)

    return callback


REPLIES = {
    "commit": lambda score: commit(score, ("money_add", {**PLACE, "value": 1})),
    "commit_many": lambda score: score.commit_many([score.get_commit()])[0],
    **{name: partial(call_verb, name=name) for name in [*READS, *WRITES]},
    "refused": lambda score: commit(score, ("money_cost", {**PLACE, "user_id": 9, "value": 1})),
}


@pytest.fixture
def heard(make_room):
    """A room whose listener raises, once, at its next call."""
    room, other = make_room("mine"), make_room("other")
    assert room.score.subscribe_message("live", raising())
    other.score.publish_message("live", 1)
    return room


@pytest.mark.parametrize("name", REPLIES)
def test_a_call_with_a_reply_returns_it(heard, caplog, name):
    #
    reply = REPLIES[name](heard.score)
    assert reply.error_code == (10001 if name == "refused" else 0)
    assert "MineError: mine" in caplog.text
    with pytest.raises(MineError, match="mine"):
        heard.tick()
    assert heard.tick() == 0


LATER = {
    "tick": lambda room: room.tick(),
    "publish_message": lambda room: room.score.publish_message("nobody", 1),
    "subscribe_message": lambda room: room.score.subscribe_message("nobody", print),
    "subscribe_channel": lambda room: room.score.subscribe_channel(5, "k", print),
    "unsubscribe_message": lambda room: room.score.unsubscribe_message("nobody"),
    "unsubscribe_channel": lambda room: room.score.unsubscribe_channel(5, "k"),
    "player_join": lambda room: room.player_join(1),
    "player_leave": lambda room: room.player_leave(1),
    "get achievements": lambda room: room.achievement.LobbyGetAchievementStorage(lambda data: None, 1),
    "get storage": lambda room: room.storage.LobbyGetStorage(lambda data: None, 1, ["k"]),
    "set_nickname": lambda room: room.storage.set_nickname(1, "name"),
    "close": lambda room: room.close(),
    "store.close": lambda room: room.store.close(),
    "leaving the room": lambda room: room.__exit__(None, None, None),
    "leaving the store": lambda room: room.store.__exit__(None, None, None),
}


@pytest.mark.parametrize("name", LATER)
def test_the_next_call_without_a_reply_raises_it(heard, name):
    #
    assert heard.score.get(PLACE).ok
    with pytest.raises(MineError):
        LATER[name](heard)
    LATER[name](heard) if "clos" in name or "leaving" in name else heard.tick()


def test_a_commit_block_is_no_failure(heard):
    # A-8, C-8
    with heard.score.get_commit() as c:
        c.money_add(user_id=1, key="gold", value=1)
    assert gold(heard.score) == 1
    with pytest.raises(MineError):
        heard.tick()


def test_an_order_keeps_its_id(heard):
    # A-8, H-6
    assert heard.storage.place_order(1, "sword") > 0
    with pytest.raises(MineError):
        heard.tick()


@pytest.mark.parametrize("culprit", ["callback", "getter", "extra", "conflict", "hook", "storage"])
def test_whatever_raises_is_kept(store, make_room, node_tree, culprit):
    # a waiting set goes when its second has come, in a call that has a Reply
    store.achievements.define("kill", total=600)
    room, other = make_room(), make_room()
    getters = {"getter": raising(), "extra": lambda: 5, "conflict": lambda: "extra"}
    callback = raising() if culprit in ("callback", "conflict", "storage") else (lambda data: None)
    for number in range(50):
        other.achievement.LobbySetAchievementStorage(lambda data: None, number, "kill", 1)
        other.storage.LobbySetStorageAndUserItem(lambda data: None, number, None, lambda: [])
    error = MineError
    if culprit == "storage":
        room.storage.LobbySetStorageAndUserItem(callback, 7, None, lambda: [])
    elif culprit == "hook":
        room.achievement._on_complete(raising())
        assert room.achievement.SetNodeFinish(7, "cloud", lambda data: None)
    elif culprit in ("getter", "extra"):
        # One set waits, and the getter of the next one is called when that has gone.
        room.achievement.LobbySetAchievementStorage(lambda data: None, 7, "kill", 1)
        room.achievement.LobbySetAchievementStorage(callback, 7, "kill", 1, getters[culprit])
        error = MineError if culprit == "getter" else cloudvars.CloudValueError
    else:
        room.achievement.LobbySetAchievementStorage(callback, 7, "kill", 1, getters.get(culprit))
        if culprit == "conflict":
            # Another room was faster: the set meets code 5.
            store.clock.advance(seconds=1)
            other.achievement.LobbySetAchievementStorage(lambda data: None, 7, "kill", 1)
    store.clock.advance(seconds=1)
    reply = commit(room.score, ("money_add", {"user_id": 1, "key": "gold", "value": 1}))
    assert reply.ok
    with pytest.raises(error):
        room.tick()
    assert gold(room.score) == 1
    assert room.tick() == 0


def test_nothing_is_lost_of_several(make_room, caplog):
    # the first one is raised, the others stand behind it
    room, other = make_room(), make_room()
    for name in "abc":
        assert room.score.subscribe_message(name, raising(name))
    for name in "abc":
        other.score.publish_message(name, 1)
        assert room.score.get(PLACE).ok
    with pytest.raises(MineError, match="a") as raised:
        room.tick()
    told = "".join(traceback.format_exception(raised.value))
    assert [told.count(f"MineError: {name}\n") for name in "abc"] == [1, 1, 1]
    assert caplog.text.count("Traceback") == 3
    assert room.tick() == 0


def test_what_is_kept_is_bounded(make_room, caplog):
    # the log has all; the same exception again and again is one
    room, other, one = make_room(limits=False), make_room(), MineError("the same")

    def callback(message):
        raise one if message["message"] == "same" else MineError(str(message["message"]))

    assert room.score.subscribe_message("live", callback)
    with caplog.at_level(logging.ERROR, "cloudvars"):
        for value in ["same", "same", *range(100)]:
            other.score.publish_message("live", value)
            assert room.score.get(PLACE).ok
    with pytest.raises(MineError, match="the same") as raised:
        room.tick()
    count, error = 0, raised.value
    while error is not None:
        count, error = count + 1, error.__context__
    assert 2 <= count <= 32
    assert len(caplog.records) == 102


ANY = {
    **REPLIES,
    **LATER,
    "get_commit": lambda score: score.get_commit(),
    "add and commit": lambda score: commit(score, ("money_add", {"user_id": 1, "key": "gold", "value": 1})),
}


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
@pytest.mark.parametrize("name", ["get", "get_commit", "add and commit", "tick", "publish_message", "close"])
def test_what_ends_the_program_waits_for_the_reply_too(make_room, kind, name):
    # then nothing more is begun, whatever it is, with this room or another
    room, other = make_room(), make_room()
    assert room.score.subscribe_message("live", raising("now", kind))
    other.score.publish_message("live", 1)
    assert ANY["add and commit"](room.score).ok
    with pytest.raises(kind):
        ANY[name](other if name in LATER else room.score)
    if name == "close":
        # Closed all the same.
        with pytest.raises(cloudvars.StoreError, match="closed"):
            other.tick()
    assert gold(room.score) == 1
    room.tick()


@pytest.mark.parametrize("of", ["room", "store"])
def test_closing_hides_nothing_of_the_body(store, of):
    #
    room, other = store.room(), store.room()
    assert room.score.subscribe_message("live", raising("callback"))
    other.score.publish_message("live", 1)
    with pytest.raises(MineError, match="callback") as raised, room if of == "room" else store:
        assert room.score.get(PLACE).ok
        raise ValueError("body")
    assert isinstance(raised.value.__context__, ValueError)
    with pytest.raises(cloudvars.StoreError, match="closed"):
        room.score.get(PLACE)


def test_the_end_of_the_program_goes_first(store, caplog):
    #
    room, other = store.room(), store.room()
    assert room.score.subscribe_message("live", raising("callback"))
    other.score.publish_message("live", 1)
    with pytest.raises(KeyboardInterrupt), room:
        assert room.score.get(PLACE).ok
        raise KeyboardInterrupt
    assert "MineError: callback" in caplog.text


def test_asyncio_tells_the_exception_handler_of_the_loop(make_room):
    # A-8, D-1: as of any callback
    room, other, told, heard = make_room(), make_room(), [], []

    def callback(message):
        heard.append(message["message"])
        raise MineError(str(message["message"]))

    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context))
        aio = room.score.aio
        assert await aio.subscribe_message("live", callback)
        for number in range(3):
            other.score.publish_message("live", number)
        for _ in range(3):
            c = aio.get_commit()
            c.money_add(user_id=1, key="gold", value=1)
            assert (await c.commit()).ok
            assert (await aio.get(PLACE)).ok
        while len(told) < 3:
            await asyncio.sleep(0.005)

    asyncio.run(main())
    assert heard == [0, 1, 2]
    assert [str(context["exception"]) for context in told] == ["0", "1", "2"]
    assert all(room.name in context["message"] for context in told)
    assert gold(room.score) == 3


def test_a_hosted_mod_raises_at_the_end_of_the_test_s_call(store, hosted):
    # A-8, E-2
    game = hosted
    other = store.room()
    assert game.room.score.subscribe_message("live", raising())
    other.score.publish_message("live", 1)
    assert game.room.score.get(PLACE).ok
    with pytest.raises(MineError):
        game.join(1)
    assert game.players == ["1"]
    game.tick()


@pytest.fixture
def hosted(store):
    modsdk = pytest.importorskip("cloudvars.modsdk")
    with store.room("game") as room, modsdk.host(room) as game:
        yield game
