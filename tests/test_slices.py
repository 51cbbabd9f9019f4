"""Large answers are built in slices: other threads run meanwhile, the event loop too, and Ctrl-C is heard."""

import asyncio
import itertools
import os
import signal
import sys
import threading
import time

import cloudvars
import pytest

ROWS = 2_000
ITEMS = 300
LIST = {"user_id": 1, "key": "bag"}


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A store with many list items, and one large value: reading takes a part of the time, building objects the rest."""
    with cloudvars.open(tmp_path_factory.mktemp("slices") / "s.db", durability="off") as store:
        score = store.room(limits=False).score
        value = [{"number": number} for number in range(ITEMS)]
        c = score.get_commit()
        for _ in range(ROWS):
            c.list_add(**LIST, value=value)
        c.set(user_id=1, key="large", value=value * ROWS)
        assert c.commit().ok
        yield store


def query(store):
    assert len(store.room(limits=False).score.list_query(LIST).data) == ROWS


def large_value(store):
    value = store.room(limits=False).score.get(user_id=1, key="large").data[0]["value"]
    assert len(value) == ROWS * ITEMS


def dump(store):
    assert len(store.dump()["games"]["default"]["list"]) == ROWS


_dumped = []


def load(store):
    if not _dumped:
        _dumped.append(store.dump())
    with cloudvars.open() as other:
        other.load(_dumped[0])


def fork(store):
    store.fork().close()


READS = [query, large_value, dump]


@pytest.mark.parametrize("call", READS)
def test_another_thread_runs_meanwhile(full, call):
    # D-1: the longest time without a turn of another thread is a small part of the call
    turns, done = [], threading.Event()

    def beat():
        while not done.is_set():
            turns.append(time.perf_counter())
            time.sleep(0.0005)

    thread = threading.Thread(target=beat)
    thread.start()
    began = time.perf_counter()
    call(full)
    ended = time.perf_counter()
    done.set()
    thread.join()
    assert longest(began, turns, ended) < (ended - began) / 2


def longest(began, turns, ended):
    turns = [began, *(turn for turn in turns if began < turn < ended), ended]
    return max(after - before for before, after in itertools.pairwise(turns))


@pytest.mark.parametrize("name", ["list_query", "get"])
def test_the_event_loop_runs_meanwhile(full, name):
    # D-1
    score = full.room(limits=False).score.aio
    fields = LIST if name == "list_query" else {"user_id": 1, "key": "large"}

    async def main():
        turns, began = [], time.perf_counter()
        task = asyncio.create_task(getattr(score, name)(fields))
        while not task.done():
            turns.append(time.perf_counter())
            await asyncio.sleep(0)
        return longest(began, turns, turns[-1]), turns[-1] - began

    without, whole = asyncio.run(main())
    assert without < whole / 2


@pytest.mark.parametrize("call", [query, dump, load, fork])
def test_ctrl_c_is_heard_within(full, call):
    # F-7
    began = time.perf_counter()
    call(full)
    whole = time.perf_counter() - began
    raised = []

    def handler(*_):
        raised.append(time.perf_counter())
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, handler)
    ready = threading.Event()

    def press():
        ready.wait()
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    ready.set()
    began = time.perf_counter()
    try:
        with pytest.raises(KeyboardInterrupt):
            call(full)
            threading.Event().wait()
    finally:
        thread.join()
        signal.signal(signal.SIGINT, before)
    assert raised[0] - began < whole / 2
    # It is the store as it was.
    call(full)


def test_a_dump_is_what_json_reads(full, tmp_path):
    # F-7
    import json

    dumped = full.dump(tmp_path / "dump.json")
    text = (tmp_path / "dump.json").read_text(encoding="utf-8")
    assert dumped == json.loads(text)
    with cloudvars.open() as other:
        other.load(dumped)
        assert other.dump() == dumped
    assert sys.getrefcount(dumped) < 10


@pytest.mark.parametrize(
    "source", [{"games": {1: []}}, {"games": {"g": {"money": [{1: {2: object()}}]}}}, {"games": float("nan")}]
)
def test_what_is_no_dump_is_refused(source):
    # F-7
    with cloudvars.open() as store, pytest.raises(cloudvars.CloudValueError, match="source"):
        store.load(source)
