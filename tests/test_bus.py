"""`?bus=redis://…`: others hear at once and nobody polls; whatever becomes of Redis, no message is lost."""

import asyncio
import contextlib
import logging
import os
import re
import statistics
import threading
import time
import warnings
from pathlib import Path
from urllib.parse import quote

import cloudvars
import pytest
from cloudvars import CloudValueError

PATIENCE_SECONDS = 120.0  # against hanging
POLL_SECONDS = 5.0  # after so long the database is asked without a hint
TIMES = 50  # a call that waits for Redis takes thousands of times as long as one that does not
THREADS = {"cloudvars-tell", "cloudvars-hear", "cloudvars-news"}
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
def url(mariadb, redis):
    return f"{mariadb.new_database()}?bus={redis.url()}"


@pytest.fixture
def open_room():
    """Opens a store of its own and a room in it."""
    stores = []

    def open_room(url):
        stores.append(cloudvars.open(url))
        return stores[-1].room(limits=False)

    yield open_room
    for store in stores:
        store.close()


@pytest.fixture
def restarted(redis):
    """The Redis of the test run, which is there again afterwards."""
    yield redis
    if not redis.answers():
        redis.start()


def until(check):
    """Waits until it is true; how long that took."""
    began = time.monotonic()
    while not check():
        assert time.monotonic() < began + PATIENCE_SECONDS
        time.sleep(0.001)
    return time.monotonic() - began


def hears(room, inbox, expected):
    def check():
        room.tick()
        return inbox == expected

    try:
        return until(check)
    except AssertionError:
        assert inbox == expected
        raise


def seconds_of(call, *arguments):
    """How long one call takes."""
    began = time.monotonic()
    call(*arguments)
    return time.monotonic() - began


def subscribed(room, channel="live"):
    inbox = []
    assert room.score.subscribe_message(channel, lambda message: inbox.append(message["message"]))
    return inbox


def threads():
    """Which of them run: those of the core as the system names them, the package's own as Python does."""
    names = set()
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # it has just ended
            names.add((task / "comm").read_text().strip())
    return THREADS & (names | {thread.name for thread in threading.enumerate()})


def test_two_processes_hear_each_other_at_once(url, open_room, start_python):
    # S-4, S-6, D-1
    child = start_python("-c", ECHO, url)
    assert child.stdout.readline() == "ready\n"
    room, stored = open_room(url), []
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


def test_the_last_words_of_a_process_are_heard_at_once(url, open_room, redis, run_python):
    # S-6
    room = open_room(url)
    inbox = subscribed(room)
    until(redis.channels)
    room.tick()
    before = hints(redis)
    run_python("-c", PUBLISHER, url)
    assert hints(redis) > before
    hears(room, inbox, ["from a short life"])


def hints(redis):
    """How many hints Redis was given so far."""
    counted = re.search(r"^cmdstat_publish:calls=(\d+)", redis.ask_redis("INFO", "commandstats"), re.M)
    return int(counted[1]) if counted else 0


def questions(mariadb):
    return int(mariadb.execute("SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])


@pytest.mark.parametrize("bus", [False, True])
def test_who_has_nothing_to_hear_asks_nothing(mariadb, redis, url, open_room, bus):
    room = open_room(url if bus else url.partition("?")[0])
    subscribed(room)
    if bus:
        until(redis.channels)
    room.tick()
    before = questions(mariadb)
    for _ in range(1000):
        room.tick()
    asked = questions(mariadb) - before
    assert asked < 20 if bus else asked >= 1000


def test_a_task_is_told_at_once(url, open_room, redis, monkeypatch):
    # S-6, D-1
    monkeypatch.setattr("cloudvars._loop.POLL_SECONDS", 3600)
    room, sender = open_room(url), open_room(url)

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


def test_publishers_in_one_process_hear_themselves_in_turn(url, open_room):
    # S-6, S-8
    room, other = open_room(url), open_room(url)
    inbox, there = subscribed(room), subscribed(other)
    for number in range(50):
        room.score.publish_message("live", number)
        assert inbox == list(range(number + 1))
    hears(other, there, list(range(50)))


def test_without_redis_the_database_is_polled_and_nothing_is_lost(url, open_room, restarted, caplog):
    # S-4, S-6
    room, sender = open_room(url), open_room(url)
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


def test_after_redis_is_back_nobody_polls(mariadb, url, open_room, restarted):
    room = open_room(url)
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


def test_a_redis_that_stands_still_slows_nobody(url, open_room, redis):
    # S-6
    room, sender = open_room(url), open_room(url)
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


@pytest.mark.parametrize("wrong", ["password", "port", "host"])
def test_a_bus_that_cannot_be_used_is_warned_of(url, redis, open_room, wrong):
    # S-6
    bad = url.replace(redis.password, "wr0ng")
    if wrong != "password":
        elsewhere = {"port": "127.0.0.1:1", "host": "nowhere.invalid:1"}[wrong]
        bad = bad.replace(f"127.0.0.1:{redis.port}", elsewhere)
    place = bad.rpartition("@")[2]
    with pytest.warns(UserWarning, match=f"the bus redis://{place} cannot be used") as caught:
        room = open_room(bad)
    assert len(caught) == 1
    assert "wr0ng" not in str(caught[0].message)
    assert "wr0ng" not in repr(room.store)
    inbox = subscribed(room)
    other = open_room(url)
    for number in range(5):
        other.score.publish_message("live", number)
        hears(room, inbox, list(range(number + 1)))


BAD_BUSES = {
    "redis": "bus: this is no redis:// URL",
    "": "bus: this is no redis:// URL",
    "http://:hunter2@h": "bus: this is no redis:// URL",
    "unix:/tmp/hunter2": "bus: the scheme is another one, or the host is missing",
    "redis://": "bus: the scheme is another one, or the host is missing",
    "redis://:hunter2@h:port": "bus: this is no redis:// URL",
    "redis://:hunter2@h/words": "bus: a part of it cannot be read",
    "redis://:hunter2@h/0?protocol=3": "bus: a '?' or '#' in it",
    "rediss://:hunter2@h/%23insecure": "bus: a '?' or '#' in it",
    "rediss://:hunter2@h&bus-ca=missing.pem": "bus-ca: 'missing.pem' cannot be read",
    "redis://:hunter2@h&bus-ca=missing.pem": "bus-ca goes with a rediss:// bus",
}


@pytest.mark.parametrize("bus", BAD_BUSES)
def test_a_bad_bus_is_refused_by_its_part(bus):
    # G-4
    with pytest.raises(CloudValueError, match="target") as caught:
        cloudvars.open(f"mysql://ann:hunter2@h/db?bus={bus}")
    assert BAD_BUSES[bus] in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_an_authority_without_a_bus_is_refused():
    # G-4
    with pytest.raises(CloudValueError, match="bus-ca goes with"):
        cloudvars.open("mysql://ann:hunter2@h/db?bus-ca=ca.pem")


def test_a_bus_over_tls(mariadb, redis_tls, open_room):
    # S-6
    url = f"{mariadb.new_database()}?bus={redis_tls.url()}"
    with pytest.warns(UserWarning, match=r"the bus rediss://127\.0\.0\.1.*certificate"):
        open_room(url)
    url += f"&bus-ca={redis_tls.authority}"
    room, sender = open_room(url), open_room(url)
    inbox = subscribed(room)
    for number in range(10):
        sender.score.publish_message("live", number)
        hears(room, inbox, list(range(number + 1)))


def test_rights_that_are_too_few(url, redis, open_room, caplog):
    redis.ask_redis("ACL", "SETUSER", "deaf", "on", ">x", "resetchannels", "&cloudvars:*", "+publish")
    deaf = url.replace(f":{redis.password}@", "deaf:x@")
    room = open_room(deaf)
    inbox = subscribed(room)
    with caplog.at_level(logging.WARNING, "cloudvars"):
        until(lambda: room.tick() == 0 and caplog.records)
    assert "no permissions to run the 'subscribe' command" in caplog.text
    open_room(url).score.publish_message("live", 1)
    hears(room, inbox, [1])


def test_a_user_with_few_rights_and_a_password_with_every_character(url, redis, open_room):
    password = "p/@?%:#&+ ü"
    redis.ask_redis(
        "ACL", "SETUSER", "few", "on", f">{password}", "resetchannels", "&cloudvars:*", "+@pubsub", "+ping"
    )
    encoded = quote(quote(password, safe=""), safe="")
    url = url.replace(f":{redis.password}@", f"few:{encoded}@")
    room, sender = open_room(url), open_room(url)
    inbox = subscribed(room)
    until(redis.channels)
    sender.score.publish_message("live", 1)
    hears(room, inbox, [1])
    room.store.close()
    until(lambda: threads() == {"cloudvars-tell"})  # the sender's


def test_whatever_is_said_on_the_channel_is_only_a_hint(url, redis, open_room):
    # S-6
    room = open_room(url)
    inbox = subscribed(room)
    until(redis.channels)
    (channel,) = redis.channels()
    for payload in ("", "rubbish", "x" * 100_000):
        assert redis.ask_redis("PUBLISH", channel, payload) == ":1"
    room.score.publish_message("live", 1)
    assert inbox == [1]


def test_closing_ends_the_threads(url, redis, open_room):
    until(lambda: threads() == set())  # of the tests before
    room = open_room(url)
    assert threads() == set()
    subscribed(room)
    until(redis.channels)
    until(lambda: threads() == THREADS - {"cloudvars-news"})
    room.store.close()
    assert threads() == set()
    until(lambda: redis.channels() == [])


def test_a_forked_child_leaves_the_bus_to_its_parent(url, redis, open_room):
    room, sender = open_room(url), open_room(url)
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
