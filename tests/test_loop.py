"""The event loop of a room: its callbacks run there and nowhere else, in slices, coroutine functions awaited."""

import asyncio
import threading

import cloudvars
import pytest
from cloudvars import CloudError, _threads
from loops import MAIL, Heard, until


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
