"""``store.backup``: one consistent copy of a live store in a new file, or nothing."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import cloudvars
import pytest
from cloudvars import CloudValueError, StoreError
from conftest import child_environment
from copies import fill_all, many

USERS = 50


def names(place):
    return sorted(entry.name for entry in Path(place).iterdir())


@pytest.fixture
def folder(tmp_path):
    """Holds nothing but the backup."""
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def test_a_backup_is_the_whole_store(store, folder, clock):
    # The backup holds every kind, in a file that only its owner may read.
    fill_all(store)
    with store.room(game="another") as room:
        room.score.message_send(src_user_id=1, key="m", target_user_id=2, value="x")
    heard = []
    store.backup(folder / "copy.db", progress=lambda done, total: heard.append((done, total)))
    assert names(folder) == ["copy.db"]
    assert stat.S_IMODE(os.stat(folder / "copy.db").st_mode) == 0o600
    assert heard[-1][0] == heard[-1][1] > 0
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert {total for _, total in heard} == {heard[-1][1]}
    with cloudvars.open(folder / "copy.db", clock=clock) as copy:
        assert copy.dump() == store.dump()
        c = copy.room().score.get_commit()
        new = c.list_add(user_id=1, key="bag", value=[1])
        assert c.commit().ok
    assert all(
        new != row.get("uuid")
        for kinds in store.dump()["games"].values()
        for rows in kinds.values()
        for row in rows
    )


def test_rows_of_a_later_version_are_in_a_backup(path, folder):
    many(path, 10)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO cloud (game, owner, kind, world, key, id, s_value) VALUES (1, 2, 77, 3, 'k', 99, 'x')"
        )
    connection.close()
    with cloudvars.open(path) as store:
        store.backup(folder / "copy.db")
    with cloudvars.open(folder / "copy.db") as copy:
        copy.backup(folder / "second.db")
    with closing(sqlite3.connect(folder / "second.db")) as connection:
        rows = connection.execute("SELECT game, owner, world, key, id, s_value FROM cloud WHERE kind = 77")
        assert rows.fetchall() == [(1, 2, 3, "k", 99, "x")]


WRITER = """if True:
    import sys
    import cloudvars
    score = cloudvars.open(sys.argv[1]).room(limits=False).score
    number = 0
    while True:
        number += 1
        c = score.get_commit()
        for user in range(50):
            c.set(user_id=user, key="number", i_value=number)
        c.list_add(user_id=0, key="log", value=["x" * 500, number])
        assert c.commit().ok
        print(number, flush=True)
"""


def is_one_moment(path):
    with cloudvars.open(path) as copy:
        score = copy.room(limits=False).score
        numbers = {row["i_value"] for row in score.get(user_id=list(range(USERS)), key="number").unwrap()}
        assert len(numbers) == 1
        log = score.list_query(user_id=0, key="log").unwrap()
        assert len(log) == numbers.pop()
        return len(log)


def test_a_backup_is_one_moment_while_others_write(address, start_python, folder):
    # Another process commits all the time, and neither waits for the other.
    many(address, 3000)
    writer = start_python("-c", WRITER, address)
    assert writer.stdout.readline() == "1\n"
    with cloudvars.open(address) as store:
        score = store.room(limits=False).score
        moments, during = [], []

        def progress(done, total):
            # In this process, too.
            c = score.get_commit()
            c.money_add(user_id=1, key="during", value=1)
            assert c.commit().ok
            during.append(done)

        for number in range(4):
            store.backup(folder / f"{number}.db", progress=progress)
            moments.append(is_one_moment(folder / f"{number}.db"))
            while int(writer.stdout.readline()) <= moments[-1]:
                pass
        assert writer.poll() is None
        assert moments == sorted(set(moments)), "a backup is not of its moment"
        assert score.money_get(user_id=1, key="during").unwrap()[0]["value"] == len(during) >= 4
    assert [name for name in names(folder) if name.endswith(".part")] == []


def test_other_threads_run_during_a_backup(tmp_path, folder):
    # This holds for threads that use the store and for those that do not.
    many(str(tmp_path / "save.db"), 20_000)
    counted, ended = [], threading.Event()

    def count(store):
        score = store.room(limits=False).score
        while not ended.is_set():
            assert score.get(user_id=1, key="k1").ok
            counted.append(1)

    with cloudvars.open(tmp_path / "save.db") as store:
        thread = threading.Thread(target=count, args=(store,))
        thread.start()
        # Of one copy: where reads wait for it, one or two come to their end.
        during, number = 0, 0
        while during <= 5 and number < 100:
            before = len(counted)
            store.backup(folder / f"{number}.db")
            during = max(during, len(counted) - before)
            number += 1
        ended.set()
        thread.join()
    assert during > 5


@pytest.mark.parametrize("there", ["a file", "a folder", "a link to nothing", "a log", "the store itself"])
def test_a_target_that_exists_is_refused(path, folder, there):
    many(path, 10)
    target = folder / "copy.db"
    if there == "a file":
        target.write_text("mine")
    elif there == "a folder":
        target.mkdir()
    elif there == "a link to nothing":
        target.symlink_to(folder / "nothing")
    elif there == "a log":
        (folder / "copy.db-wal").write_text("of an older one")
    else:
        target = Path(path)
    before = names(folder)
    with cloudvars.open(path) as store:
        with pytest.raises(StoreError, match="exists already") as caught:
            store.backup(target)
        assert str(target) in caught.value.message
        with pytest.raises(StoreError, match="does not exist"):
            store.backup(folder / "none" / "copy.db")
        store.backup(folder / "another.db")
    assert names(folder) == sorted([*before, "another.db"])
    assert there != "a file" or target.read_text() == "mine"


@pytest.mark.parametrize("stop", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("last", [False, True])
def test_a_backup_that_is_stopped_leaves_nothing(store, folder, stop, last):
    fill_all(store)

    def progress(done, total):
        if not last or done == total:
            raise stop("enough")

    with pytest.raises(stop, match="enough"):
        store.backup(folder / "copy.db", progress)
    assert names(folder) == []
    store.backup(folder / "copy.db")
    assert names(folder) == ["copy.db"]
    with pytest.raises(CloudValueError, match="progress"):
        store.backup(folder / "second.db", progress="print")
    assert names(folder) == ["copy.db"]


def test_ctrl_c_ends_a_backup(tmp_path, folder):
    many(str(tmp_path / "save.db"), 30_000)
    code = """if True:
        import signal, sys
        import cloudvars
        signal.signal(signal.SIGINT, signal.default_int_handler)    # a background job starts without it
        store = cloudvars.open(sys.argv[1])
        try:
            store.backup(sys.argv[2], progress=lambda done, total: signal.raise_signal(signal.SIGINT))
        except KeyboardInterrupt:
            print("stopped", store.room().score.get(user_id=1, key="k1").ok)
    """
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "save.db", folder / "copy.db"],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.stdout == "stopped True\n", done.stderr
    assert names(folder) == []


FULL = """if True:
    import os, resource, signal, sys
    import cloudvars
    store = cloudvars.open(sys.argv[1])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        store.backup(sys.argv[2])
    except cloudvars.StoreError as error:
        print("StoreError", "backup" in error.message or sys.argv[2] in error.message, flush=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    store.backup(sys.argv[2] + ".second")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_full_disk_leaves_nothing(address, folder):
    # A backup is complete when the call returns, whatever becomes of the process.
    dump = many(address, 5000)
    done = subprocess.run(
        [sys.executable, "-c", FULL, address, folder / "copy.db"],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "StoreError True\n"), done.stderr
    assert names(folder) == ["copy.db.second"]
    with cloudvars.open(folder / "copy.db.second") as copy:
        assert copy.dump() == dump


def test_copy_of_a_store_that_is_written_says_what_helps(path, tmp_path):
    many(path, 3000)
    with cloudvars.open(path) as store:
        score = store.room(limits=False).score

        def progress(done, total):
            c = score.get_commit()
            c.set(user_id=1, key="k1", i_value=done)
            assert c.commit().ok

        with pytest.raises(StoreError, match=r"store\.backup"):
            cloudvars.copy(path, tmp_path / "copy.db", progress=progress)


def test_a_closed_store_is_not_backed_up(path, folder):
    store = cloudvars.open(path)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.backup(folder / "copy.db")
    assert names(folder) == []


GROWS = """if True:
    import os, signal, sys
    import cloudvars
    store = cloudvars.open(sys.argv[1])
    score = store.room(limits=False).score
    for number in range(int(sys.argv[2])):
        c = score.get_commit()
        c.set(user_id=number, key="n", i_value=number)
        c.list_add(user_id=number % 7, key="bag", value=["x" * 300])
        assert c.commit().ok
    if sys.argv[3] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    store.close()
"""


@pytest.mark.parametrize("readonly", [False, True])
def test_a_backup_beside_the_log_of_a_killed_run_says_which_file_is_in_the_way(path, tmp_path, readonly):
    # The log stays, because it may hold commits that were acknowledged.
    def grow(commits, how):
        command = [sys.executable, "-c", GROWS, path, str(commits), how]
        done = subprocess.run(
            command, env=child_environment(), capture_output=True, text=True, timeout=100, check=False
        )
        assert done.returncode == (-signal.SIGKILL if how == "killed" else 0), done.stderr

    grow(600, "closed")
    with cloudvars.open(path) as store:
        dump = store.dump()
        store.backup(tmp_path / "backup.db")
    grow(60, "closed")
    grow(60, "killed")
    os.replace(tmp_path / "backup.db", path)
    log = Path(path + "-wal").read_bytes()
    with pytest.raises(StoreError) as caught, cloudvars.open(path, readonly=readonly) as store:
        store.dump()
    assert f"'{path}-wal'" in caught.value.message
    assert "backup" in caught.value.message
    assert Path(path + "-wal").read_bytes() == log
    for suffix in ("-wal", "-shm"):
        os.replace(path + suffix, path + suffix + ".away")
    with cloudvars.open(path) as store:
        assert store.dump() == dump
