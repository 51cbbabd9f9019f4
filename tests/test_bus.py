"""`?bus=redis://…`: others hear at once and nobody polls; whatever becomes of Redis, no message is lost."""

import asyncio
import logging
import os
import re
import statistics
import time
import warnings

import cloudvars
import pytest
from buses import PATIENCE_SECONDS, THREADS, hears, subscribed, threads, until

POLL_SECONDS = 5.0  # after so long the database is asked without a hint
TIMES = 50  # a call that waits for Redis takes thousands of times as long as one that does not
ECHO = """if True:
    import cloudvars, sys
    with cloudvars.open(sys.argv[1]) as store, store.room(limits=False) as room:
        heard = []
        room.score.subscribe_message("there", lambda message: heard.append(message["message"]))
        room.score.subscribe_channel(5, "there", lambda message: heard.append(message["value"]))
        print("ready", flush=True)
        while "end" not in heard:
            room.tick()
            for value in heard:
                room.score.publish_message("back", value)
                room.score.message_send(src_user_id=5, target_user_id=6, key="back", value=value)
            heard = [value for value in heard if value == "end"]
"""
PUBLISHER = """if True:
    import cloudvars, sys
    with cloudvars.open(sys.argv[1]) as store:
        store.room().score.publish_message("live", "from a short life")
"""


@pytest.fixture
def restarted(redis):
    """The Redis of the test run, which is there again afterwards."""
    yield redis
    if not redis.answers():
        redis.start()


def seconds_of(call, *arguments):
    """How long one call takes."""
    began = time.monotonic()
    call(*arguments)
    return time.monotonic() - began


def test_two_processes_hear_each_other_at_once(bus_url, open_room, start_python):
    # S-4, S-6, D-1
    child = start_python("-c", ECHO, bus_url)
    assert child.stdout.readline() == "ready\n"
    room, stored = open_room(bus_url), []
    live, waited = subscribed(room, "back"), []
    assert room.score.subscribe_channel(6, "back", lambda message: stored.append(message["value"]))
    for number in range(20):
        room.score.publish_message("there", ["live", number])
        waited.append(hears(room, live, [["live", number]]))
        hears(room, stored, [["live", number]])
        live.clear()
        stored.clear()
        room.score.message_send(src_user_id=6, target_user_id=5, key="there", value=number)
        waited.append(hears(room, live, [number]))
        hears(room, stored, [number])
        live.clear()
        stored.clear()
    # Each went there and back: without hints that takes a poll in each process.
    assert statistics.median(waited) < POLL_SECONDS / 2
    room.score.publish_message("there", "end")
    assert child.wait() == 0


def test_the_last_words_of_a_process_are_heard_at_once(bus_url, open_room, redis, run_python):
    # S-6
    room = open_room(bus_url)
    inbox = subscribed(room)
    until(redis.channels)
    room.tick()
    before = hints(redis)
    run_python("-c", PUBLISHER, bus_url)
    assert hints(redis) > before
    hears(room, inbox, ["from a short life"])


def hints(redis):
    """How many hints Redis was given so far."""
    counted = re.search(r"^cmdstat_publish:calls=(\d+)", redis.ask_redis("INFO", "commandstats"), re.M)
    return int(counted[1]) if counted else 0


def questions(mariadb):
    return int(mariadb.execute("SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])


@pytest.mark.parametrize("bus", [False, True])
def test_who_has_nothing_to_hear_asks_nothing(mariadb, redis, bus_url, open_room, bus):
    room = open_room(bus_url if bus else bus_url.partition("?")[0])
    subscribed(room)
    if bus:
        until(redis.channels)
    room.tick()
    before = questions(mariadb)
    for _ in range(1000):
        room.tick()
    asked = questions(mariadb) - before
    assert asked < 20 if bus else asked >= 1000


def test_a_task_is_told_at_once(bus_url, open_room, redis, monkeypatch):
    # S-6, D-1
    monkeypatch.setattr("cloudvars._loop.POLL_SECONDS", 3600)
    room, sender = open_room(bus_url), open_room(bus_url)

    async def hear():
        heard = asyncio.Queue()
        assert await room.score.aio.subscribe_message("live", heard.put_nowait)
        await asyncio.to_thread(until, redis.channels)
        for number in range(20):
            await asyncio.to_thread(sender.score.publish_message, "live", number)
            assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == {"message": number}

    asyncio.run(hear())
    assert "cloudvars-news" in threads()
    sender.store.close()
    room.store.close()
    until(lambda: threads() == set())


def test_publishers_in_one_process_hear_themselves_in_turn(bus_url, open_room):
    # S-6, S-8
    room, other = open_room(bus_url), open_room(bus_url)
    inbox, there = subscribed(room), subscribed(other)
    for number in range(50):
        room.score.publish_message("live", number)
        assert inbox == list(range(number + 1))
    hears(other, there, list(range(50)))


def test_without_redis_the_database_is_polled_and_nothing_is_lost(bus_url, open_room, restarted, caplog):
    # S-4, S-6
    room, sender = open_room(bus_url), open_room(bus_url)
    inbox = subscribed(room)
    until(restarted.channels)
    sent, took = 0, {True: [], False: []}
    with caplog.at_level(logging.WARNING, "cloudvars"):
        for there in (True, False):
            if not there:
                restarted.kill()
            for _ in range(30):
                took[there].append(seconds_of(sender.score.publish_message, "live", sent))
                sent += 1
                hears(room, inbox, list(range(sent)))
        until(lambda: room.tick() == 0 and sender.tick() == 0 and len(caplog.records) >= 2)
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2  # one for each store
    assert all(f"127.0.0.1:{restarted.port} cannot be used" in line for line in said)
    assert restarted.password not in caplog.text
    # Nobody waited for it.
    assert sum(took[False]) < TIMES * sum(took[True])
    restarted.start()
    until(restarted.channels)
    sender.score.publish_message("live", sent)
    hears(room, inbox, list(range(sent + 1)))


def test_after_redis_is_back_nobody_polls(mariadb, bus_url, open_room, restarted):
    room = open_room(bus_url)
    subscribed(room)
    until(restarted.channels)
    for _ in range(2):
        restarted.stop()
        restarted.start()
        until(restarted.channels)
    room.tick()
    before = questions(mariadb)
    for _ in range(500):
        room.tick()
    assert questions(mariadb) - before < 20


def test_a_redis_that_stands_still_slows_nobody(bus_url, open_room, redis):
    # S-6
    room, sender = open_room(bus_url), open_room(bus_url)
    inbox = subscribed(room)
    until(redis.channels)
    running = sum(seconds_of(sender.score.publish_message, "live", number) for number in range(20))
    redis.pause()
    try:
        paused = sum(seconds_of(sender.score.publish_message, "live", number) for number in range(20, 40))
        assert paused < TIMES * running
        hears(room, inbox, list(range(40)))
    finally:
        redis.resume()


def test_whatever_is_said_on_the_channel_is_only_a_hint(bus_url, redis, open_room):
    # S-6
    room = open_room(bus_url)
    inbox = subscribed(room)
    until(redis.channels)
    (channel,) = redis.channels()
    for payload in ("", "rubbish", "x" * 100_000):
        assert redis.ask_redis("PUBLISH", channel, payload) == ":1"
    room.score.publish_message("live", 1)
    assert inbox == [1]


def test_closing_ends_the_threads(bus_url, redis, open_room):
    until(lambda: threads() == set())  # of the tests before
    room = open_room(bus_url)
    assert threads() == set()
    subscribed(room)
    until(redis.channels)
    until(lambda: threads() == THREADS - {"cloudvars-news"})
    room.store.close()
    assert threads() == set()
    until(lambda: redis.channels() == [])


def test_a_forked_child_leaves_the_bus_to_its_parent(bus_url, redis, open_room):
    room, sender = open_room(bus_url), open_room(bus_url)
    inbox = subscribed(room)
    until(redis.channels)
    room.tick()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads
        child = os.fork()
    if child == 0:
        try:
            room.store.close()  # of what is the parent's, nothing is closed
            room.score.publish_message("live", 0)
        except cloudvars.StoreError:
            del room
            os._exit(0)
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    sender.score.publish_message("live", 1)
    hears(room, inbox, [1])
    assert len(redis.channels()) == 1
