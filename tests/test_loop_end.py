"""A loop that ends, or a room that is closed, while callbacks are awaited or requests wait."""

import asyncio
import gc
import threading

import pytest
from loops import Heard, until


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
        # The other thread hands the answers to the loop, which gives them when it is its turn.
        await until(lambda: len(answered.values) == 80)

    asyncio.run(main())
    assert answered.values == [0] * 80
    assert answered.threads == {threading.get_ident()}


class Stuck:
    """A callback that waits for ever at message 0; a loop that publishes these messages, and the next loop."""

    def __init__(self, room, other, messages):
        self.room, self.other, self.messages, self.seen = room, other, messages, []

    async def callback(self, message):
        self.seen.append(message["message"])
        if message["message"] == 0:
            await asyncio.Event().wait()

    async def first(self):
        assert await self.room.score.aio.subscribe_message("live", self.callback)
        for number in range(self.messages):
            self.other.score.publish_message("live", number)
        await until(lambda: self.seen)

    async def then(self):
        assert (await self.room.score.aio.get(user_id=1, key="k")).ok
        await until(lambda: self.messages - 1 in self.seen)


class Slow(Stuck):
    """The same; every other message is heard one turn later."""

    async def callback(self, message):
        if message["message"] != 0:
            await asyncio.sleep(0)
        await super().callback(message)


def test_a_loop_that_ends_while_a_callback_is_awaited(make_room, other):
    # S-9: the next loop goes on with the next message
    room = make_room(limits=False)
    stuck = Stuck(room, other, 3)
    asyncio.run(stuck.first())
    # A coroutine function is never called without a loop: neither by a tick nor by a call.
    if len(stuck.seen) < 3:
        assert room.tick() == 0
        assert room.score.get(user_id=1, key="k").ok
    asyncio.run(stuck.then())
    assert stuck.seen == [0, 1, 2]


def test_a_loop_that_ends_begins_no_callback_more(make_room, other):
    # S-9: what it begins while it cancels the one before never ends, and its message is lost
    slow = Slow(make_room(limits=False), other, 4)
    asyncio.run(slow.first())
    asyncio.run(slow.then())
    assert slow.seen == [0, 1, 2, 3]


def test_a_loop_that_is_closed_while_a_callback_is_awaited(make_room, other):
    # S-9: without any good-bye
    stuck = Stuck(make_room(limits=False), other, 2)
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda loop, context: None)
    loop.run_until_complete(stuck.first())
    tasks = asyncio.all_tasks(loop)
    loop.close()
    asyncio.run(stuck.then())
    assert stuck.seen == [0, 1]
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
