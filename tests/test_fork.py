"""A process that forks, while its threads are anywhere: the child opens stores of its own, and never hangs or holds up others."""

import os
import signal

import cloudvars
import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")

WARNS = ("-W", "ignore::DeprecationWarning")  # 3.12 and later warn of forks beside threads
PRELUDE = """if True:
    import asyncio, ctypes, gc, multiprocessing, os, signal, subprocess, sys, threading, time
    import cloudvars
    target = sys.argv[1]
    def add(score, user_id=1, value=1):
        c = score.get_commit()
        c.money_add(user_id=user_id, key="gold", value=value)
        return c.commit()
    def gold(score, user_id=1):
        return score.money_get(user_id=user_id, key="gold").data[0]["value"]
    def forked(work):
        "The exit code of a child that does this; -14 if it hangs."
        pid = os.fork()
        if pid == 0:
            signal.alarm(60)
            code = 99
            try:
                work()
                code = 0
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""
IDLE = """
    store = cloudvars.open(target, durability="off")
    score = store.room(limits=False).score
    add(score)
    if sys.argv[2] == "beside another":
        other = subprocess.Popen(["cat"], stdin=subprocess.PIPE)    # ends with its pipe
    if sys.argv[2] == "os":
        child = os.fork()
    else:
        child = ctypes.CDLL(None).fork()    # C code that knows no hooks
    if child == 0:
        time.sleep(600)
        os._exit(0)
    print(child, flush=True)
    while True:
        add(score)
"""
OPEN_FILES = """
    def of_the_file():
        links = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
        return sum(os.path.realpath(link).startswith(target) for link in links)
    store = cloudvars.open(target, readonly=sys.argv[2] == "True")
    room = store.room()
    assert room.score.subscribe_message("news", {"ok": lambda message: None})
    room.tick()
    assert room.score.money_get(user_id=1, key="gold").ok
    before = of_the_file()
    child = os.fork()
    if child == 0:
        os._exit(of_the_file())
    print(before > 0, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    store.close()
"""
BUSY = """
    kind = sys.argv[2]
    base = cloudvars.open(target + "-base", durability="off")
    hundred = base.room(limits=False).score
    for n in range(100):
        hundred.message_send(src_user_id=1, key="k", target_user_id=n, value=n)
    if kind == "backup":
        # Copied in several steps.
        for n in range(100):
            with hundred.get_commit() as c:
                c.set(user_id=n, key="big", value=["x" * 100_000])
    def work(n):
        room = base.room(limits=False)
        score = room.score
        while True:
            if kind == "open":
                cloudvars.open(target + str(n), durability="off").close()
            elif kind == "memory":
                add(cloudvars.open().room().score)
            elif kind == "commit":
                add(score, n)
            elif kind == "get":
                score.get(user_id=n, key=["k", "l"])
            elif kind == "dump":
                base.dump()
            elif kind == "backup":
                base.backup(target + f"-backup{n}")
                os.unlink(target + f"-backup{n}")
            elif kind == "subscribe":
                score.subscribe_channel(n, "k", {"ok": lambda message: None})
                score.unsubscribe_channel(n, "k")
            elif kind == "aio":
                async def main():
                    aio = room.score.aio
                    for _ in range(20):
                        c = aio.get_commit()
                        c.money_add(user_id=n, key="gold", value=1)
                        await asyncio.gather(c.commit(), aio.get(user_id=n, key="k"))
                asyncio.run(main())
    inherited = base.room("mine", limits=False)
    for n in range(3):
        threading.Thread(target=work, args=(n,), daemon=True).start()
    def child():
        for path in (":memory:", target + "-child", target + "-base"):
            with cloudvars.open(path, durability="off") as store:
                assert add(store.room(limits=False).score, 50).ok
        try:
            inherited.score.get(user_id=1, key="k")
        except cloudvars.StoreError:
            pass
        inherited.close()
        base.close()
    time.sleep(0.2)
    codes = [forked(child) for _ in range(25)]
    with cloudvars.open(target + "-base") as store:
        print(set(codes), gold(store.room().score, 50), flush=True)
    os._exit(0)
"""
LEAVES = """
    store = cloudvars.open(target)
    room = store.room()
    add(room.score)
    with store, room, store.faults.fail("get", code=1205), room.score.get_commit() as c:
        c.money_add(user_id=1, key="gold", value=5)
        pid = os.fork()
        if pid == 0:
            if sys.argv[2] == "drop":
                del c, room, store
                gc.collect()
            elif sys.argv[2] == "close":
                room.close()
                store.close()
            sys.exit(7)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert add(room.score).ok
    with cloudvars.open(target) as store:
        print(code, gold(store.room().score))
"""
FRESH = """
    os.environ["CLOUDVARS_URL"] = target
    def use(path):
        async def main():
            with cloudvars.open(path) as store:
                store.faults.delay("get", seconds=0.05, times=8)
                aio = store.room(limits=False).score.aio
                reads = await asyncio.gather(*(aio.get(user_id=n, key="k") for n in range(8)))
                assert all(reply.ok for reply in reads)
                c = aio.get_commit()
                c.money_add(user_id=1, key="gold", value=1)
                assert (await c.commit()).ok
        asyncio.run(main())
    def bare():
        heard = []
        cloudvars.LobbyGetAchievementStorage(heard.append, 7)
        assert len(heard) == 1
    def both():
        use(target + "-b")
        bare()
        cloudvars.open(target).close()
    both()
    def again():
        both()
        assert forked(both) == 0
    print(forked(both), forked(again))
    both()
"""
PLACES = """
    store = cloudvars.open(target, durability="off")
    room = store.room(limits=False)
    codes = []
    def child():
        with cloudvars.open(target, durability="off") as mine:
            assert add(mine.room().score).ok
    thread = threading.Thread(target=lambda: codes.append(forked(child)))
    thread.start()
    thread.join()
    codes.append(forked(lambda: codes.append(forked(child)) or codes.pop() and os._exit(3)))
    room.score.subscribe_message("live", {"ok": lambda message: codes.append(forked(child))})
    room.score.publish_message("live", 1)
    async def main():
        aio = room.score.aio
        c = aio.get_commit()
        c.money_add(user_id=1, key="gold", value=1)
        waits = asyncio.ensure_future(c.commit())
        await asyncio.sleep(0)
        codes.append(forked(child))
        assert (await waits).ok
    asyncio.run(main())
    print(codes, gold(room.score))
"""
METHODS = """
    def child(target):
        with cloudvars.open(target, durability="off") as mine:
            assert add(mine.room().score).ok
    if __name__ == "__main__":
        store = cloudvars.open(target, durability="off")
        room = store.room(limits=False)
        stop = threading.Event()
        def busy():
            while not stop.is_set():
                room.score.get(user_id=1, key="k")
        threads = [threading.Thread(target=busy) for _ in range(2)]
        for thread in threads:
            thread.start()
        codes = []
        for method in ("fork", "forkserver", "spawn"):
            process = multiprocessing.get_context(method).Process(target=child, args=(target,))
            process.start()
            process.join(60)
            codes.append(process.exitcode)
        stop.set()
        for thread in threads:
            thread.join()
        print(codes, gold(room.score))
"""


@pytest.fixture
def run(run_python):
    """run(code, *arguments): what a process that runs the code prints."""
    return lambda code, *arguments: run_python(*WARNS, "-c", PRELUDE + code, *arguments, timeout=300)


@pytest.mark.parametrize("how", ["os", "c", "beside another"])
def test_an_idle_child_of_a_killed_parent_holds_up_nobody(tmp_path, start_python, how):
    # C-7
    path = str(tmp_path / "s.db")
    with cloudvars.open(path, durability="off") as store:
        score = store.room(limits=False).score
        for number in range(12):
            parent = start_python(*WARNS, "-c", PRELUDE + IDLE, path, how)
            child = int(parent.stdout.readline())
            try:
                # Somewhere inside its next commits.
                while (
                    not (rows := score.money_get(user_id=1, key="gold").data)
                    or rows[0]["value"] < 20 * number
                ):
                    pass
                parent.kill()
                parent.wait()
                with cloudvars.open(path, durability="off") as other:
                    c = other.room().score.get_commit()
                    c.money_add(user_id=2, key="gold", value=1)
                    assert c.commit().ok
            finally:
                parent.kill()
                os.kill(child, signal.SIGKILL)
        assert score.money_get(user_id=2, key="gold").data[0]["value"] == 12


@pytest.mark.parametrize("kind", ["open", "memory", "commit", "get", "dump", "backup", "subscribe", "aio"])
def test_a_fork_beside_busy_threads(run, tmp_path, kind):
    # C-7
    assert run(BUSY, tmp_path / "s", kind) == "{0} 25\n"


@pytest.mark.parametrize("how", ["leave", "drop", "close"])
def test_a_child_that_leaves_has_its_own_exit_code(run, tmp_path, how):
    # The commit of the block belongs to the parent alone.
    assert run(LEAVES, tmp_path / "s.db", how) == "7 7\n"


def test_asyncio_and_the_default_room_are_fresh_in_a_child(run, tmp_path):
    assert run(FRESH, tmp_path / "s.db") == "0 0\n"


def test_forks_of_threads_children_callbacks_and_loops(run, tmp_path):
    assert run(PLACES, tmp_path / "s.db") == "[0, 0, 0, 0] 5\n"


def test_the_methods_of_multiprocessing(run_python, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(PRELUDE + METHODS)
    assert run_python(*WARNS, script, tmp_path / "s.db", timeout=300) == "[0, 0, 0] 3\n"


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="this system does not list open files")
@pytest.mark.parametrize("readonly", [False, True])
def test_a_child_has_nothing_of_the_file_open(run, tmp_path, readonly):
    path = tmp_path / "s.db"
    with cloudvars.open(path) as store:
        add = store.room().score.get_commit()
        add.money_add(user_id=1, key="gold", value=1)
        assert add.commit().ok
        assert run(OPEN_FILES, path, readonly) == "True 0\n"
