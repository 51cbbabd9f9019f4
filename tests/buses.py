"""Rooms that hear each other through Redis, and how long to wait for that. The fixtures are there for every test."""

import contextlib
import threading
import time
from pathlib import Path

import cloudvars
import pytest

PATIENCE_SECONDS = 120.0  # against hanging


THREADS = {"cloudvars-tell", "cloudvars-hear", "cloudvars-news"}


@pytest.fixture
def bus_url(mariadb, redis):
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
