"""A full disk, writes and flushes that fail: what was acknowledged is there, reads go on, and so do writes when they can.

`fixtures/disk.c` makes them fail; RLIMIT_FSIZE and a small file system are really full.
"""

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import cloudvars
import pytest

WAYS = ["commit", "threads", "aio", "commit_many"]

HELP = """if True:
    import asyncio, os, resource, signal, sys, threading
    import cloudvars
    path, way = sys.argv[1], sys.argv[2]
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

    def disk(*failures):
        told = os.environ.get("DISK_FAILS")
        if failures:
            with open(told + ".new", "w") as file:
                file.write("".join(failure + "\\n" for failure in failures))
            os.replace(told + ".new", told)
        elif os.path.exists(told):
            os.unlink(told)

    def queue(score, user, padding):
        c = score.get_commit()
        c.money_add(user_id=user, key="count", value=1)
        c.list_add(user_id=user, key="bag", value=["x" * padding])
        return c

    def one(score, user, padding):
        "1: acknowledged; 0: refused."
        try:
            return int(queue(score, user, padding).commit().ok)
        except cloudvars.StoreError as error:
            assert "internal" not in error.message, error
            return 0

    def round_of(room, padding, users=8):
        "Eight users' commits, in the way that is tested: how many were acknowledged."
        score = room.score
        if way == "commit":
            return sum(one(score, user, padding) for user in range(users))
        if way == "threads":
            done = []
            threads = [threading.Thread(target=lambda user=user: done.append(one(score, user, padding))) for user in range(users)]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
            assert len(done) == users
            return sum(done)
        if way == "aio":
            async def commit(user):
                c = score.aio.get_commit()
                try:
                    c.money_add(user_id=user, key="count", value=1)
                    uuid = c.list_add(user_id=user, key="bag", value=["x" * padding])
                    if hasattr(uuid, "__await__"):
                        await uuid
                    return int((await c.commit()).ok)
                except cloudvars.StoreError:
                    return 0
            async def all_of_them():
                return sum(await asyncio.gather(*map(commit, range(users))))
            return asyncio.run(all_of_them())
        try:
            return sum(reply.ok for reply in score.commit_many([queue(score, user, padding) for user in range(users)]))
        except cloudvars.StoreError:
            return 0

    def stored(room):
        "Each commit is there whole: how many."
        counts = {row["user_id"]: row["value"] for row in room.score.money_get(user_id=list(range(8)), key="count").unwrap()}
        for user in range(8):
            assert len(room.score.list_query(user_id=user, key="bag").unwrap()) == counts.get(user, 0)
        return sum(counts.values())
"""

FILLS = (
    HELP
    + """
    store = cloudvars.open(path)
    room = store.room(limits=False)
    assert round_of(room, 10) == 8
    room_for = max(entry.stat().st_size for entry in os.scandir(os.path.dirname(path))) + 2**18
    acknowledged, failed = 8, 0
    for full in (True, False, True, False):
        resource.setrlimit(resource.RLIMIT_FSIZE, (room_for if full else hard, hard))
        for _ in range(60 if full else 3):
            done = round_of(room, 20_000)
            acknowledged += done
            failed += 8 - done
            if not full:
                assert done == 8, "there is room again, and it does not write"
        assert failed > 0
        assert stored(room) == acknowledged
        room_for = max(entry.stat().st_size for entry in os.scandir(os.path.dirname(path))) + 2**16
    assert stored(room) == acknowledged
    print(acknowledged, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


def killed(path, code, way, **environment):
    """Run code that kills itself in the end; what it told."""
    environment = {**os.environ, **environment, "PYTHONPATH": str(Path(cloudvars.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", code, path, way],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout.split()


def count(path):
    with cloudvars.open(path) as store:
        score = store.room(limits=False).score
        rows = score.money_get(user_id=list(range(8)), key="count").unwrap()
        bags = [score.list_query(user_id=row["user_id"], key="bag").unwrap() for row in rows]
        assert [row["value"] for row in rows] == [len(bag) for bag in bags]
        return sum(row["value"] for row in rows)


@pytest.mark.parametrize("way", WAYS)
def test_a_store_goes_on_when_there_is_room_again(path, way):
    # C-6, C-2: what was acknowledged is there after a kill, and nothing else
    [acknowledged] = killed(path, FILLS, way)
    assert count(path) == int(acknowledged)


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    """The library that makes a disk fail."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or not sys.platform.startswith("linux"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("needs Linux and a C compiler")
    made = tmp_path_factory.mktemp("shim") / "disk.so"
    source = Path(__file__).parent / "fixtures" / "disk.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", made, source, "-ldl"], check=True)
    return made


@pytest.fixture
def failing(shim, tmp_path):
    """The environment in which `disk("flush 5")` makes a store's disk fail."""
    return {"LD_PRELOAD": str(shim), "DISK_FAILS": str(tmp_path / "fails"), "DISK_FAILS_OF": "save.db"}


FAILURES = [
    f"flush {errno.EIO}",
    f"flush {errno.ENOSPC}",
    f"write {errno.EIO}",
    f"write {errno.ENOSPC}",
    f"write {errno.EROFS}",
    f"grow-shm {errno.ENOSPC}",
]

FAILS = (
    HELP
    + """
    failure, how = sys.argv[2].rsplit(",", 1)[0], sys.argv[2].rsplit(",", 1)[1]
    way = "commit"
    store = cloudvars.open(path, clock=(clock := cloudvars.ManualClock()))
    room, other = store.room(limits=False), store.room(limits=False)
    c = room.score.get_commit()
    c.withlimit_add(user_id=1, key="day", value=3, limit=9, refresh_day=1)
    assert c.commit().ok
    clock.advance(days=2)
    mail, online = [], []
    other.score.subscribe_channel(1, "mail", mail.append)
    other.score.subscribe_message("news", online.append)
    acknowledged = round_of(room, 10)
    for _ in range(4):
        disk(failure)
        lost = 0
        while not lost:
            # The index of the log grows with every 4096 pages.
            done = one(room.score, 3, 1_000_000 if "shm" in failure else 2_000)
            acknowledged, lost = acknowledged + done, 1 - done
        assert one(room.score, 4, 1_000_000) == 0
        assert stored(room) == acknowledged
        assert room.score.withlimit_query(user_id=1, key="day").unwrap()["value"] == 0
        assert store.room(limits=False).score.is_old_player(user_id=1).ok
        if how == "reopen" and "flush" in failure:
            try:
                store.reopen()
                raise SystemExit("a disk that cannot flush was taken for a good one")
            except cloudvars.StoreError as error:
                assert "disk" in error.message, error
        disk()
        if how == "reopen":
            store.reopen()
        assert stored(room) == acknowledged
        acknowledged += round_of(room, 2_000)
        assert stored(room) == acknowledged
        before = len(mail), len(online)
        assert room.score.message_send(src_user_id=2, key="mail", target_user_id=1, value="hello").ok
        room.score.publish_message("news", "extra")
        other.tick()
        assert (len(mail), len(online)) == (before[0] + 1, before[1] + 1)
    print(acknowledged, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


@pytest.mark.parametrize("how", ["next", "reopen"])
@pytest.mark.parametrize("failure", FAILURES)
def test_a_failed_commit_never_shows_after_the_disk_works_again(path, failing, failure, how):
    # C-1, C-6: nor after a kill
    [acknowledged] = killed(path, FAILS, f"{failure},{how}", **failing)
    assert count(path) == int(acknowledged)


KILLED_AT_ONCE = (
    HELP
    + """
    failure, way = way, "commit"
    room = cloudvars.open(path).room(limits=False)
    acknowledged = round_of(room, 10)
    disk(failure)
    assert one(room.score, 3, 2_000) == 0
    print(acknowledged, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


@pytest.mark.parametrize("failure", FAILURES[:5])
def test_a_kill_before_the_disk_works_again(path, failing, failure):
    # C-6: the commit whose flush failed is there whole or not at all
    [acknowledged] = killed(path, KILLED_AT_ONCE, failure, **failing)
    assert count(path) in (int(acknowledged), int(acknowledged) + 1)


SMALL = (
    HELP
    + """
    folder = os.path.dirname(path)
    def fill():
        "Up to the last byte; takes it away again."
        name = os.path.join(folder, "ballast")
        file = os.open(name, os.O_CREAT | os.O_WRONLY)
        for size in (65536, 4096, 1):
            try:
                while os.write(file, b"x" * size): pass
            except OSError: pass
        os.close(file)
        return lambda: os.unlink(name)
    acknowledged = 0
    for _ in range(3):
        with cloudvars.open(path) as store:
            room = store.room(limits=False)
            make_room = fill()
            for _ in range(40):
                acknowledged += round_of(room, 20_000)
            assert stored(room) == acknowledged
            make_room()
            done = round_of(room, 1_000)
            assert done == 8, done
            acknowledged += done
            assert stored(room) == acknowledged
        make_room = fill()
        try:
            with cloudvars.open(path) as store:
                room = store.room(limits=False)
                assert stored(room) == acknowledged
                acknowledged += round_of(room, 20_000)
        except cloudvars.StoreError as error:
            assert path in error.message, error
        make_room()
    store = cloudvars.open(path)
    room = store.room(limits=False)
    assert round_of(room, 10) == 8
    print(acknowledged + 8, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


@pytest.mark.parametrize("way", WAYS)
def test_a_small_disk_that_is_full(small_disk, way):
    # C-6: -wal, -shm and the file share it
    path = str(small_disk("2m") / "save.db")
    [acknowledged] = killed(path, SMALL, way)
    assert count(path) == int(acknowledged)


TOLD = (
    HELP
    + """
    folder = os.path.dirname(path)
    def fill():
        file = os.open(os.path.join(folder, "ballast"), os.O_CREAT | os.O_WRONLY)
        for size in (65536, 4096, 1):
            try:
                while os.write(file, b"x" * size): pass
            except OSError: pass
        os.close(file)
        return lambda: os.unlink(os.path.join(folder, "ballast"))
    said = []
    def told(call):
        try: call()
        except cloudvars.StoreError as error: said.append(error.message)
    store = cloudvars.open(path)
    room = store.room(limits=False)
    stored = sum(round_of(room, 20_000) for _ in range(2))
    make_room = fill()
    told(store.close)
    make_room()
    assert len(said) == 1, said
    with cloudvars.open(path) as again:
        assert again.room().score.money_get(user_id=1, key="count").unwrap()[0]["value"] == stored // 8
    for left in range(0, 200_000, 8192):
        with open(os.path.join(folder, "room"), "wb") as file: file.write(b"x" * left)
        make_room = fill()
        os.unlink(os.path.join(folder, "room"))
        told(lambda: cloudvars.open(path).close())
        told(lambda: cloudvars.open(path + str(left)).close())
        make_room()
        for name in os.listdir(folder):
            if name.startswith(os.path.basename(path) + str(left)) and left: os.unlink(os.path.join(folder, name))
    assert len(said) > 4, said
    for one in said:
        assert path in one and "full" in one, one
    assert "nothing that was stored is lost" in said[0], said[0]
    print("told", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk")
def test_a_disk_that_is_full_is_named(tmp_path):
    # The error names the disk whatever was to be written, `-shm` too, and a close says what became of what was stored.
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.system(f"mount -t tmpfs -o size=2m tmpfs '{disk}' 2>/dev/null"):
        pytest.skip("this machine mounts nothing")
    try:
        assert killed(str(disk / "save.db"), TOLD, "commit") == ["told"]
    finally:
        os.system(f"umount '{disk}'")


def test_a_healthy_store_reopens(target):
    # Rooms, ids and subscriptions stay.
    with cloudvars.open(target) as store, store.room() as room:
        told = []
        room.score.subscribe_channel(1, "mail", told.append)
        for number in range(3):
            assert room.score.message_send(src_user_id=2, key="mail", target_user_id=1, value=number).ok
            store.reopen()
            c = room.score.get_commit()
            c.list_add(user_id=1, key="bag", value=[number])
            assert c.commit().ok
        assert [one["value"] for one in told] == [0, 1, 2]
        assert len({item["uuid"] for item in room.score.list_query(user_id=1, key="bag").unwrap()}) == 3
    with pytest.raises(cloudvars.StoreError, match="closed"):
        store.reopen()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_store_whose_file_is_gone_does_not_reopen(path, replaced):
    with cloudvars.open(path) as store:
        room = store.room()
        os.rename(path, path + ".away")
        if replaced:
            Path(path).write_bytes(Path(path + ".away").read_bytes())
        for _ in range(2):
            with pytest.raises(cloudvars.StoreError, match="was replaced" if replaced else "was deleted"):
                store.reopen()
        c = room.score.get_commit()
        c.money_add(user_id=1, key="gold", value=1)
        with pytest.raises(cloudvars.StoreError):
            c.commit()
        os.replace(path + ".away", path)
        store.reopen()
        c = room.score.get_commit()
        c.money_add(user_id=1, key="gold", value=1)
        assert c.commit().ok
