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
from children import child_environment
from cloudvars import StoreError
from copies import fill_all, many
from folders import names

USERS = 50


def test_a_backup_is_the_whole_store(store, only_folder, clock):
    # The backup holds every kind, in a file that only its owner may read.
    fill_all(store)
    with store.room(game="another") as room:
        room.score.message_send(src_user_id=1, key="m", target_user_id=2, value="x")
    heard = []
    store.backup(only_folder / "copy.db", progress=lambda done, total: heard.append((done, total)))
    assert names(only_folder) == ["copy.db"]
    assert stat.S_IMODE(os.stat(only_folder / "copy.db").st_mode) == 0o600
    assert heard[-1][0] == heard[-1][1] > 0
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert {total for _, total in heard} == {heard[-1][1]}
    with cloudvars.open(only_folder / "copy.db", clock=clock) as copy:
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


def test_rows_of_a_later_version_are_in_a_backup(path, only_folder):
    many(path, 10)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO cloud (game, owner, kind, world, key, id, s_value) VALUES (1, 2, 77, 3, 'k', 99, 'x')"
        )
    connection.close()
    with cloudvars.open(path) as store:
        store.backup(only_folder / "copy.db")
    with cloudvars.open(only_folder / "copy.db") as copy:
        copy.backup(only_folder / "second.db")
    with closing(sqlite3.connect(only_folder / "second.db")) as connection:
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


def test_a_backup_is_one_moment_while_others_write(address, start_python, only_folder):
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
            store.backup(only_folder / f"{number}.db", progress=progress)
            moments.append(is_one_moment(only_folder / f"{number}.db"))
            while int(writer.stdout.readline()) <= moments[-1]:
                pass
        assert writer.poll() is None
        assert moments == sorted(set(moments)), "a backup is not of its moment"
        assert score.money_get(user_id=1, key="during").unwrap()[0]["value"] == len(during) >= 4
    assert [name for name in names(only_folder) if name.endswith(".part")] == []


def test_other_threads_run_during_a_backup(tmp_path, only_folder):
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
            store.backup(only_folder / f"{number}.db")
            during = max(during, len(counted) - before)
            number += 1
        ended.set()
        thread.join()
    assert during > 5


@pytest.mark.parametrize("there", ["a file", "a folder", "a link to nothing", "a log", "the store itself"])
def test_a_target_that_exists_is_refused(path, only_folder, there):
    many(path, 10)
    target = only_folder / "copy.db"
    if there == "a file":
        target.write_text("mine")
    elif there == "a folder":
        target.mkdir()
    elif there == "a link to nothing":
        target.symlink_to(only_folder / "nothing")
    elif there == "a log":
        (only_folder / "copy.db-wal").write_text("of an older one")
    else:
        target = Path(path)
    before = names(only_folder)
    with cloudvars.open(path) as store:
        with pytest.raises(StoreError, match="exists already") as caught:
            store.backup(target)
        assert str(target) in caught.value.message
        with pytest.raises(StoreError, match="does not exist"):
            store.backup(only_folder / "none" / "copy.db")
        store.backup(only_folder / "another.db")
    assert names(only_folder) == sorted([*before, "another.db"])
    assert there != "a file" or target.read_text() == "mine"


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


def test_a_closed_store_is_not_backed_up(path, only_folder):
    store = cloudvars.open(path)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.backup(only_folder / "copy.db")
    assert names(only_folder) == []


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
