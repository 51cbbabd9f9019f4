"""Large answers are built in slices: other threads run meanwhile, the event loop too, and Ctrl-C is heard."""

import asyncio
import gc
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


@pytest.fixture(autouse=True)
def quiet_collector():
    """Of what a long test run has left behind nothing is looked through while an answer is built, and no callback of a
    test tool runs then: an exception that a signal raises in one is lost."""
    callbacks = gc.callbacks[:]
    gc.callbacks.clear()
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
    gc.callbacks.extend(callbacks)


def query(store):
    rows = store.room(limits=False).score.list_query(LIST).data
    assert len(rows) == ROWS
    return rows


def large_value(store):
    value = store.room(limits=False).score.get(user_id=1, key="large").data[0]["value"]
    assert len(value) == ROWS * ITEMS
    return value


def dump(store):
    dumped = store.dump()
    assert len(dumped["games"]["default"]["list"]) == ROWS
    return dumped


READS = [query, large_value, dump]

ROUNDS = 20
PARTS = 50
FEW = 5


class Built:
    """How much of a call's answer is built: Python's own count of memory blocks tells, whatever the time that took."""

    def __init__(self, call):
        gc.collect()
        self.before = sys.getallocatedblocks()
        answer = call()
        self.whole = sys.getallocatedblocks() - self.before
        assert answer is not None and self.whole > 100_000
        del answer
        gc.collect()
        self.before = sys.getallocatedblocks()

    def part(self):
        return (sys.getallocatedblocks() - self.before) * PARTS // self.whole

    def is_begun(self):
        return 0 < self.part() < PARTS - 1


@pytest.mark.parametrize("call", READS)
def test_another_thread_runs_meanwhile(full, call):
    # The other thread sees the answer half built, at several sizes. If it were built in one go, nobody would ever see that.
    built, seen = Built(lambda: call(full)), set()
    done = threading.Event()

    def watch():
        while not done.is_set():
            if built.is_begun():
                seen.add(built.part())
            time.sleep(0.0005)

    thread = threading.Thread(target=watch)
    thread.start()
    rounds = 0
    while len(seen) < FEW and rounds < ROUNDS:
        call(full)
        rounds += 1
    done.set()
    thread.join()
    assert len(seen) >= FEW


@pytest.mark.parametrize("name", ["list_query", "get"])
def test_the_event_loop_runs_meanwhile(full, name):
    score = full.room(limits=False).score.aio
    fields = LIST if name == "list_query" else {"user_id": 1, "key": "large"}
    built, seen = Built(lambda: getattr(full.room(limits=False).score, name)(fields)), set()

    async def main():
        task = asyncio.create_task(getattr(score, name)(fields))
        while not task.done():
            if built.is_begun():
                seen.add(built.part())
            await asyncio.sleep(0)
        assert task.result().ok

    rounds = 0
    while len(seen) < FEW and rounds < ROUNDS:
        asyncio.run(main())
        rounds += 1
    assert len(seen) >= FEW


@pytest.fixture
def press():
    """`press(wanted)`: as if somebody pressed Ctrl-C again and again, by the time that the process works; the first
    press while it is wanted is raised."""

    def press(wanted):
        def handler(*_):
            if wanted():
                signal.setitimer(signal.ITIMER_PROF, 0)
                raise KeyboardInterrupt

        signal.signal(signal.SIGPROF, handler)
        signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)

    before = signal.getsignal(signal.SIGPROF)
    yield press
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


@pytest.mark.parametrize("call", READS)
def test_ctrl_c_is_heard_while_an_answer_is_built(full, press, call):
    built, rounds = Built(lambda: call(full)), 0
    with pytest.raises(KeyboardInterrupt):
        while rounds < ROUNDS:
            press(built.is_begun)
            call(full)
            rounds += 1
    # It is the store as it was.
    call(full)


@pytest.mark.parametrize("name", ["load", "fork"])
def test_ctrl_c_is_heard_while_a_store_is_filled(full, press, tmp_path, name):
    # A key press just before or after the call says nothing about it.
    dumped = full.dump(tmp_path / "dump.json")
    heard = []
    with cloudvars.open() as other:
        call = (
            (lambda: other.load(tmp_path / "dump.json")) if name == "load" else (lambda: full.fork().close())
        )
        for _ in range(10 * ROUNDS):
            try:
                press(lambda: True)
                call()
            except KeyboardInterrupt as error:
                heard += getattr(error, "__notes__", [])
            if heard:
                break
        assert heard == ["the call was interrupted: nothing was stored"]
        # It is the store as it was.
        call()
        assert (full if name == "fork" else other).dump() == dumped


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
