"""The event loop of a room: its callbacks run there and nowhere else, in slices, coroutine functions awaited."""

import asyncio
import functools
import gc
import threading

import cloudvars
import pytest
from cloudvars import CloudError, CloudTypeError, CloudValueError, _threads
from stores import one_store

MAIL = {"src_user_id": 1, "key": "mail", "target_user_id": 2}


async def until(condition):
    """Lets the loop run until the condition holds; the test's timeout is the bound."""
    while not condition():
        await asyncio.sleep(0.005)


@pytest.fixture
def other(make_room):
    return make_room("other", limits=False)


class Heard:
    """A callback that remembers what it got, and on which thread."""

    def __init__(self):
        self.values, self.threads = [], set()

    def __call__(self, message):
        self.threads.add(threading.get_ident())
        assert asyncio.get_running_loop() is not None
        self.values.append(message.get("message", message.get("value")))


# --- whose loop ---


def test_the_score_may_be_made_before_the_loop(make_room, other):
    # S-8, D-1
    aio, heard = make_room().score.aio, Heard()
    for number in range(5):
        assert other.score.message_send(**MAIL, value=number).ok

    async def main():
        assert await aio.subscribe_channel(2, "mail", heard)
        await until(lambda: len(heard.values) == 5)

    asyncio.run(main())
    assert heard.values == list(range(5))
    assert heard.threads == {threading.get_ident()}


def test_one_loop_after_the_other(make_room, other):
    # S-8, D-1: also with a back-log, whichever call is the first
    room, threads = make_room(), set()

    async def main(number):
        heard = Heard()
        assert other.score.message_send(**{**MAIL, "key": f"mail{number}"}, value=number).ok
        assert await room.score.aio.subscribe_channel(2, f"mail{number}", heard)
        await until(lambda: heard.values == [number])
        threads.update(heard.threads)

    for number in range(3):
        asyncio.run(main(number))
    assert threads == {threading.get_ident()}


def test_the_next_loop_takes_the_subscriptions_over(make_room, other):
    # D-1
    room, heard = make_room(limits=False), Heard()

    async def first():
        assert await room.score.aio.subscribe_message("live", heard)

    async def then(number):
        other.score.publish_message("live", number)
        await room.score.aio.get(user_id=1, key="k")
        await until(lambda: number in heard.values)

    asyncio.run(first())
    for number in range(3):
        asyncio.run(then(number))
    thread = threading.Thread(target=lambda: asyncio.run(then(3)))
    thread.start()
    thread.join()
    assert heard.values == [0, 1, 2, 3]
    assert heard.threads == {threading.get_ident(), thread.ident}


@pytest.mark.parametrize("call", ["get", "commit", "commit_many", "subscribe", "publish"])
def test_a_second_loop_is_refused_while_the_first_runs(make_room, other, call):
    # S-8: whatever it calls; and the first hears all
    room, heard = make_room("shared", limits=False), Heard()

    async def again():
        aio = room.score.aio
        c = aio.get_commit()
        calls = {
            "get": lambda: aio.get(user_id=1, key="k"),
            "commit": c.commit,
            "commit_many": lambda: aio.commit_many([c]),
            "subscribe": lambda: aio.subscribe_message("mine", print),
            "publish": lambda: aio.publish_message("live", "mine"),
        }
        with pytest.raises(CloudError, match="room 'shared' is used by another event loop"):
            await calls[call]()

    async def main():
        assert await room.score.aio.subscribe_message("live", heard)
        await asyncio.to_thread(lambda: asyncio.run(again()))
        other.score.publish_message("live", 1)
        await until(lambda: heard.values)
        publisher = threading.Thread(target=other.score.publish_message, args=("live", 2))
        publisher.start()
        await until(lambda: len(heard.values) == 2)
        publisher.join()

    async def afterwards():
        assert (await room.score.aio.get(user_id=1, key="k")).ok

    asyncio.run(main())
    assert heard.values == [1, 2]
    asyncio.run(afterwards())


def test_calls_of_other_threads_deliver_on_the_loop(make_room):
    # S-8, D-1: also a tick, and also what waits for an answer
    room, heard, answered = make_room(limits=False), Heard(), Heard()
    room.store.achievements.define("n", total=10)

    def use():
        room.score.publish_message("live", 1)
        assert room.score.get(user_id=1, key="k").ok
        assert room.tick() == 0
        room.achievement.LobbySetAchievementStorage(
            lambda data: answered({"value": data["code"]}),
            1,
            "n",
            1,
            lambda: answered({"value": "getter"}) or "extra",
        )
        room.storage.LobbyGetStorage(lambda data: answered({"value": "storage"}), 1, ["k"])

    async def main():
        assert await room.score.aio.subscribe_message("live", heard)
        await asyncio.to_thread(use)
        await until(lambda: len(answered.values) == 3 and heard.values)

    asyncio.run(main())
    assert heard.values == [1]
    assert answered.values == ["getter", 0, "storage"]
    assert heard.threads == answered.threads == {threading.get_ident()}


def test_a_helper_thread_never_delivers(make_room, other):
    # S-8: a call that is on its way when the loop ends
    room, threads = make_room(limits=False), []
    started, go_on = threading.Event(), threading.Event()
    assert room.score.subscribe_message(
        "live", lambda message: threads.append(threading.current_thread().name)
    )

    class Slow:
        def __index__(self):
            started.set()
            assert go_on.wait(60)
            return 1

    async def main():
        call = asyncio.create_task(room.score.aio.get(user_id=Slow(), key="k"))
        while not started.is_set():
            await asyncio.sleep(0.005)
        call.cancel()

    asyncio.run(main())
    other.score.publish_message("live", 1)
    go_on.set()
    # All of the helper threads at once: then the call is over.
    helpers = _threads.server(room.store).readers()
    together = threading.Barrier(helpers._max_workers + 1)
    for _ in range(helpers._max_workers):
        helpers.submit(together.wait)
    together.wait(60)
    assert room.tick() == 1
    assert threads == ["MainThread"]


def test_a_loop_that_rests_is_no_hindrance(make_room, other):
    # D-1: run_until_complete, and nothing in between
    room, heard = make_room(limits=False), []
    loop = asyncio.new_event_loop()

    async def subscribe():
        assert await room.score.aio.subscribe_message(
            "live", lambda message: heard.append(message["message"])
        )

    try:
        loop.run_until_complete(subscribe())
        other.score.publish_message("live", 1)
        assert room.tick() == 1
        other.score.publish_message("live", 2)
        loop.run_until_complete(until_heard(heard, 2))
        assert heard == [1, 2]
    finally:
        loop.close()
    other.score.publish_message("live", 3)
    assert room.tick() == 1


async def until_heard(heard, count):
    await until(lambda: len(heard) == count)


@pytest.mark.parametrize("what", ["room", "store"])
def test_closed_by_another_thread(store, what):
    # Q-4, S-8: what waits is answered on the loop
    store.achievements.define("n", total=10)
    room, answered = store.room(), Heard()

    async def main():
        assert (await room.score.aio.get(user_id=1, key="k")).ok
        for player in range(80):
            room.achievement.LobbySetAchievementStorage(
                lambda data: answered({"value": data["code"]}), player, "n", 1
            )
        await until(lambda: len(answered.values) == 50)
        await asyncio.to_thread(room.close if what == "room" else store.close)

    asyncio.run(main())
    assert answered.values == [0] * 80
    assert answered.threads == {threading.get_ident()}


# --- slices ---


@pytest.mark.parametrize("how", ["back-log", "live"])
def test_many_messages_come_in_slices(make_room, other, how):
    # D-1: the loop gets turns between the messages
    room, turns, seen, running = make_room(limits=False), [0], [], [True]
    assert not other.score.get(user_id=1, key="k").data

    async def beat():
        while running[0]:
            turns[0] += 1
            await asyncio.sleep(0)

    async def main():
        beating = asyncio.create_task(beat())
        if how == "back-log":
            for number in range(1000):
                assert other.score.message_send(**MAIL, value=number).ok
            assert await room.score.aio.subscribe_channel(
                2, "mail", lambda m: seen.append((turns[0], m["value"]))
            )
        else:
            assert await room.score.aio.subscribe_message(
                "live", lambda m: seen.append((turns[0], m["message"]))
            )
            for number in range(1000):
                other.score.publish_message("live", number)
        await until(lambda: len(seen) == 1000)
        running[0] = False
        await beating

    asyncio.run(main())
    assert [value for _, value in seen] == list(range(1000))
    assert len({turn for turn, _ in seen}) >= 5


def test_a_waiting_set_does_not_stop_the_loop(open_store, lock_out):
    # D-1, Q-4: sets are sent on a helper thread
    store = open_store()
    store.achievements.define("n", total=10)
    room, answered = store.room(), Heard()

    async def main():
        assert (await room.score.aio.get(user_id=1, key="k")).ok
        release = lock_out()
        room.achievement.LobbySetAchievementStorage(lambda data: answered({"value": data["code"]}), 1, "n", 1)
        for _ in range(20):
            await asyncio.sleep(0.005)
        assert answered.values == []
        release()
        await until(lambda: answered.values)

    asyncio.run(main())
    assert answered.values == [0]
    assert answered.threads == {threading.get_ident()}


# --- coroutine functions ---


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


def test_a_loop_that_ends_while_a_callback_is_awaited(make_room, other):
    # S-9: the next loop goes on with the next message
    room, seen = make_room(limits=False), []

    async def callback(message):
        seen.append(message["message"])
        if message["message"] == 0:
            await asyncio.Event().wait()

    async def first():
        assert await room.score.aio.subscribe_message("live", callback)
        for number in range(3):
            other.score.publish_message("live", number)
        await until(lambda: seen)

    async def then():
        assert (await room.score.aio.get(user_id=1, key="k")).ok
        await until(lambda: len(seen) == 3)

    asyncio.run(first())
    # A coroutine function is never called without a loop: neither by a tick nor by a call.
    if len(seen) < 3:
        assert room.tick() == 0
        assert room.score.get(user_id=1, key="k").ok
    asyncio.run(then())
    assert seen == [0, 1, 2]


def test_a_loop_that_ends_begins_no_callback_more(make_room, other):
    # S-9: what it begins while it cancels the one before never ends, and its message is lost
    room, seen = make_room(limits=False), []

    async def callback(message):
        if message["message"] == 0:
            seen.append(0)
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        seen.append(message["message"])

    async def first():
        assert await room.score.aio.subscribe_message("live", callback)
        for number in range(4):
            other.score.publish_message("live", number)
        await until(lambda: seen)

    async def then():
        assert (await room.score.aio.get(user_id=1, key="k")).ok
        await until(lambda: 3 in seen)

    asyncio.run(first())
    asyncio.run(then())
    assert seen == [0, 1, 2, 3]


def test_a_loop_that_is_closed_while_a_callback_is_awaited(make_room, other):
    # S-9: without any good-bye
    room, seen = make_room(limits=False), []

    async def callback(message):
        seen.append(message["message"])
        if message["message"] == 0:
            await asyncio.Event().wait()

    async def first():
        assert await room.score.aio.subscribe_message("live", callback)
        for number in range(2):
            other.score.publish_message("live", number)
        await until(lambda: seen)

    async def then():
        assert (await room.score.aio.get(user_id=1, key="k")).ok
        await until(lambda: len(seen) == 2)

    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda loop, context: None)
    loop.run_until_complete(first())
    tasks = asyncio.all_tasks(loop)
    loop.close()
    asyncio.run(then())
    assert seen == [0, 1]
    for task in tasks:
        task._log_destroy_pending = False
    del tasks, task
    gc.collect()


def test_closing_while_a_callback_is_awaited(make_room, other):
    # S-9, S-5
    room, seen = make_room(limits=False), []

    async def callback(message):
        room.close()
        await asyncio.sleep(0.001)
        seen.append(message["message"])

    async def main():
        assert await room.score.aio.subscribe_message("live", callback)
        other.score.publish_message("live", 0)
        other.score.publish_message("live", 1)
        await until(lambda: seen)
        await asyncio.sleep(0.05)

    asyncio.run(main())
    assert seen == [0]


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


@pytest.mark.parametrize("awaited", [False, True])
def test_no_player(make_room, awaited):
    # S-9: the document allows nil and does not say what it means
    score = make_room().score
    for call in (
        lambda: score.subscribe_channel(None, "k", print),
        lambda: score.unsubscribe_channel(None, "k"),
    ):
        with pytest.raises(CloudValueError, match="player: None; .*nil without saying what it means"):
            call()

    async def main():
        with pytest.raises(CloudValueError, match="nil without saying what it means"):
            await score.aio.subscribe_channel(None, "k", print)

    asyncio.run(main())


def test_two_rooms_may_have_two_loops(store):
    # S-8
    rooms, seen = [store.room(limits=False) for _ in range(2)], []

    async def main(number):
        heard = Heard()
        assert await rooms[number].score.aio.subscribe_message(f"live{number}", heard)
        await rooms[number].score.aio.publish_message(f"live{number}", number)
        await until(lambda: heard.values)
        seen.append((heard.values, heard.threads == {threading.get_ident()}))

    threads = [threading.Thread(target=asyncio.run, args=(main(number),)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [([0], True), ([1], True)]
    cloudvars.open().close()
