"""The end of a program whose daemon threads are inside calls: it ends with its own exit code, and soon."""

import concurrent.futures
import subprocess
import sys

import pytest

RUNS = 8
END = """if True:
    import asyncio, atexit, collections.abc, sys, threading, time
    import cloudvars
    sys.setswitchinterval(1e-6)
    kind = sys.argv[1]
    store = cloudvars.open()
    busy = threading.Semaphore(0)
    class Row(collections.abc.Mapping):
        "A mapping whose methods are Python code."
        def __init__(self, **fields):
            self.fields = fields
        def __getitem__(self, name):
            return self.fields[name]
        def __iter__(self):
            return iter(self.fields)
        def __len__(self):
            return len(self.fields)
    class Number:
        def __init__(self, number):
            self.number = number
        def __index__(self):
            return sum(1 for _ in range(self.number))
    def heard(message):
        sum(range(100))
    def call(room, n):
        score = room.score
        if kind == "get":
            score.get(user_id=n, key="k")
        elif kind == "mapping":
            score.list_query(Row(user_id=Number(n), key="bag"))
            score.money_get({"user_id": [Number(n)], "key": "gold"})
        elif kind == "commit":
            with score.get_commit() as c:
                c.set(user_id=n, key="k", value={"a": [n]})
        elif kind == "callback":
            score.publish_message(str(n), n)
            room.tick()
        elif kind == "open":
            cloudvars.open().room()
        elif kind == "aio":
            async def main():
                for _ in range(5):
                    c = score.aio.get_commit()
                    c.money_add(user_id=n, key="gold", value=1)
                    await asyncio.gather(c.commit(), score.aio.get(user_id=n, key="k"))
            asyncio.run(main())
    def work(n):
        room = store.room(limits=False)
        if kind == "callback":
            room.score.subscribe_message(str(n), {"ok": heard})
        call(room, n)
        busy.release()
        while True:
            call(room, n)
    threads = 4 if kind == "aio" else 16
    for n in range(threads):
        threading.Thread(target=work, args=(n,), daemon=True).start()
    for _ in range(threads):
        busy.acquire()
"""
LATER = """if True:
    import atexit, sys, threading
    def last():
        assert room.score.get(user_id=1, key="k").ok
        def tell():
            print(room.score.get(user_id=1, key="k").ok)
        thread = threading.Thread(target=tell)
        try:
            thread.start()
            thread.join()
        except RuntimeError:
            tell()  # 3.12 starts no thread here any more
        store.close()
    if sys.argv[1] == "before":
        atexit.register(last)
    import cloudvars
    if sys.argv[1] == "after":
        atexit.register(last)
    store = cloudvars.open()
    room = store.room(limits=False)
    def work():
        try:
            while True:
                room.score.get(user_id=1, key="k")
        except cloudvars.StoreError:
            pass  # last() closed the store under it, before threads are stopped
    threading.Thread(target=work, daemon=True).start()
    sys.exit(3)
"""
SLOW = """if True:
    import atexit, sys, threading, time
    atexit.register(time.sleep, 0.05)  # comes after what cloudvars registers
    import cloudvars
    class Number:
        def __init__(self, number):
            self.number = number
        def __index__(self):
            return self.number
    class Late:
        "Keeps the interpreter at its end."
        def __del__(self, sleep=time.sleep):
            sleep(0.3)
    sys.late = Late()
    store = cloudvars.open()
    busy = threading.Semaphore(0)
    def call(room, n):
        if kind == "get":
            room.score.get(user_id=n, key="k")
        elif kind == "refused":
            try:
                room.score.get(user_id="nobody", key="k")
            except cloudvars.CloudValueError:
                pass
        elif kind == "player":
            room.player_join(Number(n))
        elif kind == "clock":
            store.clock.now().isoformat()
        elif kind == "callback":
            room.score.publish_message(str(n), n)
        elif kind == "commit":
            with room.score.get_commit() as c:
                c.set(user_id=Number(n), key="k", i_value=n)
        elif kind == "open":
            cloudvars.open().room(f"room {n}")
        elif kind == "load":
            cloudvars.open().load(dumped)
    kind = sys.argv[1]
    dumped = store.dump()
    def work(n):
        room = store.room(limits=False)
        room.score.subscribe_message(str(n), {"ok": lambda message: None})
        call(room, n)
        busy.release()
        # As a debugger or a profiler would: all Python code takes long, and lets other threads run.
        sys.setprofile(lambda *_: time.sleep(0.004))
        while True:
            call(room, n)
            time.sleep(0.001 * n)
    for n in range(1, 17):
        threading.Thread(target=work, args=(n,), daemon=True).start()
    for _ in range(16):
        busy.acquire()
"""
ASLEEP = """if True:
    import sys, threading, time
    import cloudvars
    store = cloudvars.open()
    room = store.room()
    sleeps = threading.Event()
    def heard(message):
        sleeps.set()
        time.sleep(3600)
    def work():
        room.score.subscribe_message("live", {"ok": heard})
        room.score.publish_message("live", 1)
    threading.Thread(target=work, daemon=True).start()
    sleeps.wait()
    sys.exit(4)
"""


def ends(*arguments):
    # -u: Python itself aborts where a daemon thread that reports an exception holds the lock of a buffered stderr.
    done = subprocess.run(
        [sys.executable, "-u", "-c", *arguments], capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("kind", ["get", "mapping", "commit", "callback", "open", "aio"])
def test_a_program_ends_while_daemon_threads_call(kind):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda _: ends(END, kind), range(RUNS)))
    if kind == "aio":
        # Event loops that find asyncio's own threads gone say so.
        ended = [(code, "", "") for code, _, _ in ended]
    assert ended == [(0, "", "")] * RUNS


@pytest.mark.parametrize("kind", ["get", "refused", "player", "clock", "callback", "commit", "open", "load"])
def test_a_program_ends_while_slow_python_code_runs_inside_calls(kind):
    # This holds for threads that call when the end has begun, too.
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: ends(SLOW, kind), range(4))) == [(0, "", "")] * 4


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_atexit_calls_uses_the_store(when):
    # This holds on a thread that it waits for, too.
    assert ends(LATER, when) == (3, "True\n", "")


def test_a_callback_that_sleeps_does_not_keep_the_program():
    assert ends(ASLEEP) == (4, "", "")
