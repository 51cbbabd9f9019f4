"""What nobody has any more is freed: rooms, stores, their threads, and whatever a callback refers to."""

import asyncio
import functools
import gc
import logging
import threading
import time
import weakref
from datetime import datetime, timedelta, tzinfo

import cloudvars
import pytest
from cloudvars import _native, _threads

MANY = 30


class Mark:
    """Counts itself."""

    alive = 0

    def __init__(self):
        Mark.alive += 1

    def __del__(self):
        Mark.alive -= 1


def keep(*things, answer=None):
    """A callback or getter that refers to these."""
    return functools.partial(lambda things, *_: answer, things)


def subscribed(room, thing):
    assert room.score.subscribe_message("c", keep(thing, Mark()))


def request(room, thing):
    room.achievement.LobbySetAchievementStorage(keep(thing, Mark()), 1, "n", 1, keep(thing, answer="extra"))


def raised(room, thing):
    """The exception of a callback, which is kept for a later call, knows the callback's variables."""
    mark = Mark()

    def callback(message):
        assert thing is not None
        assert mark is None

    assert room.score.subscribe_message("c", callback)
    room.store.room().score.publish_message("c", 1)
    assert room.score.get(user_id=1, key="k").ok


CYCLES = {
    "score": lambda room: subscribed(room, room.score),
    "committer": lambda room: subscribed(room, room.score.get_commit()),
    "achievement": lambda room: subscribed(room, room.achievement),
    "storage": lambda room: subscribed(room, room.storage),
    "room": lambda room: subscribed(room, room),
    "store": lambda room: subscribed(room, room.store),
    "aio": lambda room: subscribed(room, room.score.aio),
    "aio committer": lambda room: subscribed(room, room.score.aio.get_commit()),
    "bound": lambda room: subscribed(room, room.score.aio.publish_message),
    "achievement request": lambda room: request(room, room.achievement),
    "storage request": lambda room: room.storage.LobbyGetStorage(keep(room, Mark()), 1, ["k"]),
    "storage set": lambda room: room.storage.LobbySetStorageAndUserItem(
        keep(room, Mark()), 1, None, keep(room.storage, Mark(), answer=())
    ),
    "hook": lambda room: room.achievement._on_complete(keep(room, Mark())),
    "kept exception": lambda room: raised(room, room.score),
}


@pytest.fixture(autouse=True)
def no_records(monkeypatch):
    """The captured log would keep exceptions, and all that they know."""
    monkeypatch.setattr(logging.getLogger("cloudvars"), "disabled", True)


def settled(count, expected=None):
    """What is counted, once it has not changed for a while: threads take a moment to end. What is expected may take
    long to come, where every core is busy."""
    counted, ends = [], time.monotonic() + 120
    while len(counted) < 10 or any(one != counted[-1] for one in counted[-10:]):
        gc.collect()
        counted.append(count())
        if expected not in (None, counted[-1]) and time.monotonic() < ends:
            counted.clear()
        time.sleep(0.02)
    return counted[-1]


@pytest.mark.filterwarnings("ignore:room .* was dropped:ResourceWarning")
@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("delivery", ["inline", "tick"])
@pytest.mark.parametrize("name", CYCLES)
def test_a_room_in_a_cycle_is_freed(store, name, delivery, closed):
    # The store lives on.
    store.achievements.define("n", total=10**6)

    def one():
        room = store.room(limits=False, delivery="inline" if name == "kept exception" else delivery)
        CYCLES[name](room)
        if closed:
            try:
                room.close()
            except AssertionError:
                assert name == "kept exception"

    before = Mark.alive
    for _ in range(MANY):
        one()
    gc.collect()
    assert Mark.alive - before <= 2


@pytest.mark.filterwarnings("ignore:room .* was dropped:ResourceWarning")
@pytest.mark.parametrize("name", CYCLES)
def test_a_store_in_a_cycle_is_freed(name):
    def one():
        clock = cloudvars.ManualClock()
        store = cloudvars.open(clock=clock)
        store.achievements.define("n", total=10**6)
        CYCLES[name](store.room(limits=False, delivery="inline" if name == "kept exception" else "tick"))
        return weakref.ref(store)

    before = Mark.alive
    stores = [one() for _ in range(5)]
    gc.collect()
    assert Mark.alive == before
    assert [ref() for ref in stores] == [None] * 5


def test_a_clock_in_a_cycle_is_freed():
    class Zone(tzinfo):
        def __init__(self):
            self.mark = Mark()

        def utcoffset(self, when):
            return timedelta(0)

        def dst(self, when):
            return timedelta(0)

    def one():
        zone = Zone()
        zone.clock = cloudvars.ManualClock(datetime(2020, 1, 1, tzinfo=zone))
        assert zone.clock.now().year == 2020

    before = Mark.alive
    for _ in range(MANY):
        one()
    gc.collect()
    assert Mark.alive == before


def instances():
    """How many objects of each class of the bindings there are, as far as the collector knows them."""
    classes = [one for one in vars(_native).values() if isinstance(one, type)]
    found = {cls.__name__: 0 for cls in classes}
    for one in gc.get_objects():
        if type(one).__name__ in found and type(one) in classes:
            found[type(one).__name__] += 1
    return found


def test_every_class_that_holds_objects_takes_part(store):
    # A class that refers to no Python object needs no collector.
    room = store.room()
    things = [store, room, room.score, room.achievement, room.storage, room.score.get_commit(), store.clock]
    table = store.tables["money"]
    assert store in gc.get_referents(table)
    assert all(gc.is_tracked(thing) for thing in things)
    assert all(room in gc.get_referents(thing) for thing in things[2:6])
    assert room.score.aio in gc.get_referents(room)
    assert store in gc.get_referents(room)
    others = [
        store.achievements,
        store.storage,
        store.faults,
        store.operator,
        table,
        iter(table),
        store.faults.delay("get", seconds=1),
        store._core(),
    ]
    known = {type(thing) for thing in [*things, *others]} | {
        _native.SystemClock,
        _native.PythonClock,
        _native._Bulk,
        _native._Copy,
    }
    assert {one for one in vars(_native).values() if isinstance(one, type)} == known
    store.faults.clear()


def registries():
    """Everything that the modules hold for later."""
    return len(_threads._servers), len(_threads._hearing)


def test_nothing_is_left_in_any_registry(quiet):
    # This holds with asyncio and without, for what was closed and what was not.
    async def use(store, close):
        room = store.room(limits=False)
        score = room.score.aio
        async with score.get_commit() as c:
            c.money_add(user_id=1, key="gold", value=1)
        assert await score.subscribe_message("c", keep(score, Mark()))
        await score.publish_message("c", 1)
        if close:
            room.close()

    def all_of_it():
        for close in (False, True):
            asyncio.run(use(cloudvars.open(), close))
        with cloudvars.open() as store:
            asyncio.run(use(store, close=False))

    def left():
        return registries(), instances(), Mark.alive

    before = settled(left)
    for _ in range(5):
        all_of_it()
    assert settled(left, before) == before


def test_rooms_are_freed_while_the_loop_runs(store):
    async def main():
        async def use(number):
            room = store.room(limits=False)
            assert await room.score.aio.subscribe_message("c", keep(room, Mark()))
            await room.score.aio.publish_message("c", number)
            room.close()

        before = Mark.alive
        for number in range(MANY):
            await use(number)
        for _ in range(6000):
            await asyncio.sleep(0.01)
            gc.collect()
            if Mark.alive <= before + 2:
                break
        assert Mark.alive <= before + 2

    asyncio.run(main())


def test_a_subscribed_room_lives_as_long_as_its_loop(store):
    # Nobody has the room but the loop.
    seen = []

    async def main():
        assert await store.room().score.aio.subscribe_message("c", lambda m: seen.append(m["message"]))
        for _ in range(3):
            gc.collect()
            await asyncio.sleep(0.03)
        store.room().score.publish_message("c", 1)
        while not seen:
            await asyncio.sleep(0.005)

    asyncio.run(main())
    gc.collect()
    store.room().score.publish_message("c", 2)
    assert seen == [1]


def test_threads_that_only_read_leave_nothing(store):
    # The room was used by a thread that has ended.
    def use():
        room = store.room(limits=False)
        subscribed(room, room.score)
        assert room.score.get(user_id=1, key="k").ok

    before = Mark.alive
    for _ in range(MANY):
        thread = threading.Thread(target=use)
        thread.start()
        thread.join()
    gc.collect()
    assert Mark.alive - before <= 2
