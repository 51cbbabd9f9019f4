"""Callbacks that are coroutine functions: awaited on the loop of the room, refused elsewhere."""

import asyncio
import functools

import pytest
from cloudvars import CloudTypeError
from loops import MAIL, until
from stores import one_store


class Awaited:
    """An object whose call is to be awaited."""

    def __init__(self, fn):
        self.fn = fn

    async def __call__(self, *args):
        return await self.fn(*args)


SHAPES = {
    "function": lambda fn: fn,
    "partial": lambda fn: functools.partial(fn),
    "partial of partial": lambda fn: functools.partial(functools.partial(fn)),
    "object": Awaited,
    "method": lambda fn: Awaited(fn).__call__,
    "partial of object": lambda fn: functools.partial(Awaited(fn)),
    "ok": lambda fn: {"ok": fn},
    "ok object": lambda fn: {"ok": Awaited(fn)},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_coroutine_function_is_awaited(make_room, other, shape):
    # S-9: one after the other
    room, seen, running = make_room(limits=False), [], []

    async def callback(message):
        assert running == []
        running.append(1)
        for _ in range(3):
            await asyncio.sleep(0)
        seen.append(message.get("message", message.get("value")))
        running.pop()

    async def main():
        for number in range(3):
            assert other.score.message_send(**MAIL, value=number).ok
        assert await room.score.aio.subscribe_channel(2, "mail", SHAPES[shape](callback))
        assert await room.score.aio.subscribe_message("live", SHAPES[shape](callback))
        await until(lambda: len(seen) == 3)
        for number in range(3, 200):
            other.score.publish_message("live", number)
        await until(lambda: len(seen) == 200)

    asyncio.run(main())
    assert seen == list(range(200))


def test_plain_and_awaited_callbacks_keep_their_order(make_room, other):
    # S-9
    room, seen = make_room(limits=False), []

    async def slow(message):
        await asyncio.sleep(0.001)
        seen.append(message["message"])

    async def main():
        aio = room.score.aio
        assert await aio.subscribe_message("slow", slow)
        assert await aio.subscribe_message("fast", lambda message: seen.append(message["message"]))
        for number in range(50):
            other.score.publish_message(("slow", "fast")[number % 2], number)
        await until(lambda: len(seen) == 50)

    asyncio.run(main())
    assert seen == list(range(50))


def test_a_coroutine_function_may_use_its_room(make_room):
    # S-9, D-1
    room, seen = make_room(limits=False), []

    async def callback(message):
        number = message["message"]
        seen.append(number)
        aio = room.score.aio
        async with aio.get_commit() as c:
            c.money_add(user_id=1, key="gold", value=1)
        assert (await aio.money_get(user_id=1, key="gold")).data[0]["value"] == number + 1
        if number < 4:
            await aio.publish_message("live", number + 1)
        else:
            assert await aio.unsubscribe_message("live")

    async def main():
        assert await room.score.aio.subscribe_message("live", callback)
        await room.score.aio.publish_message("live", 0)
        await until(lambda: len(seen) == 5)

    asyncio.run(main())
    assert seen == list(range(5))


def test_what_an_awaited_callback_raises(make_room, other, caplog):
    # S-9, A-8: the next message comes all the same
    room, told, seen = make_room(limits=False), [], []

    async def callback(message):
        await asyncio.sleep(0)
        seen.append(message["message"])
        raise ZeroDivisionError(message["message"])

    async def main():
        asyncio.get_running_loop().set_exception_handler(
            lambda loop, context: told.append(context["exception"])
        )
        assert await room.score.aio.subscribe_message("live", callback)
        for number in range(3):
            other.score.publish_message("live", number)
        await until(lambda: len(told) == 3)

    asyncio.run(main())
    assert seen == [0, 1, 2]
    assert [str(error) for error in told] == ["0", "1", "2"]
    assert caplog.text.count("ZeroDivisionError: ") == 3


@one_store
@pytest.mark.parametrize("shape", SHAPES)
def test_elsewhere_a_coroutine_function_is_refused(make_room, shape):
    # S-9
    room = make_room()

    async def callback(message):
        raise AssertionError

    given = SHAPES[shape](callback)
    with pytest.raises(CloudTypeError, match="score.aio"):
        room.score.subscribe_message("live", given)
    with pytest.raises(CloudTypeError, match="score.aio"):
        room.score.subscribe_channel(2, "mail", given)
    assert room.score.unsubscribe_message("live") is False

    async def main():
        # Also inside a loop, where the room does not belong to it.
        with pytest.raises(CloudTypeError, match="score.aio"):
            room.score.subscribe_message("live", given)

    asyncio.run(main())


@one_store
def test_an_async_generator_is_no_callback(make_room):
    # S-9
    async def callback(message):
        yield message

    with pytest.raises(CloudTypeError):
        make_room().score.subscribe_message("live", callback)


REQUESTS = {
    "get": lambda room, fn: room.achievement.LobbyGetAchievementStorage(fn, 1),
    "set": lambda room, fn: room.achievement.LobbySetAchievementStorage(fn, 1, "n", 1),
    "getter": lambda room, fn: room.achievement.LobbySetAchievementStorage(print, 1, "n", 1, fn),
    "progress": lambda room, fn: room.achievement.AddNodeProgress(1, "n", 1, fn),
    "finish": lambda room, fn: room.achievement.SetNodeFinish(1, "n", print, fn),
    "storage": lambda room, fn: room.storage.LobbyGetStorage(fn, 1, ["k"]),
    "sort": lambda room, fn: room.storage.LobbyGetStorageBySort(fn, "k", True, 0, 1),
    "storage set": lambda room, fn: room.storage.LobbySetStorageAndUserItem(fn, 1),
    "storage getter": lambda room, fn: room.storage.LobbySetStorageAndUserItem(print, 1, None, fn),
    "orders": lambda room, fn: room.storage.QueryLobbyUserItem(fn, 1),
}


@one_store
@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("awaited", [False, True])
def test_a_request_calls_plain_functions_only(make_room, name, awaited):
    # S-9: what they answer decides, at once
    room = make_room()

    async def callback(*args):
        raise AssertionError

    async def main():
        if awaited:
            assert (await room.score.aio.get(user_id=1, key="k")).ok
        for given in (callback, functools.partial(callback), Awaited(callback)):
            with pytest.raises(CloudTypeError, match="plain function"):
                REQUESTS[name](room, given)

    asyncio.run(main())


def test_a_function_that_returns_a_coroutine(make_room, other, caplog):
    # S-9: nobody can see that before; on a loop it is awaited, elsewhere it is an error and not silence
    room, seen = make_room(limits=False), []

    async def callback(message):
        seen.append(message["message"])

    assert room.score.subscribe_message("live", lambda message: callback(message))
    other.score.publish_message("live", 1)
    with pytest.raises(CloudTypeError, match="coroutine"):
        room.tick()
    assert seen == []

    async def main():
        assert (await room.score.aio.get(user_id=1, key="k")).ok
        other.score.publish_message("live", 2)
        await until(lambda: seen)

    asyncio.run(main())
    assert seen == [2]
