"""Files that are foreign, damaged, full, forbidden, gone or shared."""

import os
import sqlite3
import stat
import tempfile
import threading
from contextlib import closing
from pathlib import Path

import cloudvars
import pytest
from cloudvars import StoreError
from score_calls import commit, everything, numbers


@pytest.fixture
def address(path):
    """These are about files."""
    return path


def opens_and_works(target, **options):
    with cloudvars.open(target, **options) as store:
        score = store.room().score
        assert commit(score, ("addi", {"user_id": 1, "key": "k", "value": 1})).ok
        return score.get(user_id=1, key="k").data[0]["i_value"]


def foreign_database(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE mine (x)")
        connection.execute("INSERT INTO mine VALUES (1)")
    connection.close()


def foreign_text(path):
    Path(path).write_text("shopping list\n" * 1000, encoding="utf-8")


def foreign_table_of_the_same_name(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        for name in ("row", "rows", "money", "list", "meta"):
            connection.execute(f'CREATE TABLE "{name}" (x)')
    connection.close()


def newer_schema(path):
    opens_and_works(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        [version] = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version + 1000}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


FOREIGN = [foreign_database, foreign_text, foreign_table_of_the_same_name, newer_schema]


@pytest.mark.parametrize("make", FOREIGN, ids=lambda make: make.__name__)
def test_a_file_that_is_not_ours_is_left_alone(path, make):
    make(path)
    before = Path(path).read_bytes()
    for _ in range(2):
        with pytest.raises(StoreError) as caught:
            cloudvars.open(path)
        assert path in str(caught.value)
    assert Path(path).read_bytes() == before


def test_a_damaged_file_is_an_error_and_no_crash(path):
    with cloudvars.open(path) as store:
        c = store.room().score.get_commit()
        for number in range(2000):
            c.list_add(user_id=1, key="k", value=["x" * 50, number])
        assert c.commit().ok
    data = bytearray(Path(path).read_bytes())
    for start in range(4096, len(data), 4096):
        data[start : start + 2048] = os.urandom(2048)
    Path(path).write_bytes(data)
    with pytest.raises(StoreError), cloudvars.open(path) as store:
        store.room().score.list_query(user_id=1, key="k")


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_files_belong_to_their_owner_alone(tmp_path, mask):
    old = os.umask(mask)
    try:
        with cloudvars.open(tmp_path / "save.db") as store:
            assert commit(store.room().score, *everything(5, "k", 3)).ok
            modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in tmp_path.iterdir()}
        modes.update({entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in tmp_path.iterdir()})
    finally:
        os.umask(old)
    assert set(modes.values()) == {0o600}, modes


def test_a_file_deleted_while_closed_is_a_new_store(open_store, reopen, path):
    store = open_store()
    assert commit(store.room().score, *everything(5, "k", 3)).ok
    store.close()
    Path(path).unlink()
    assert numbers(open_store().room().score, 5, "k") == [[]] * 8


def test_a_file_deleted_while_open_never_mixes_two_stores(tmp_path):
    folder = tmp_path / "only"
    folder.mkdir()
    with cloudvars.open(folder / "save.db") as store:
        score = store.room().score
        assert commit(score, *everything(5, "k", 3)).ok
        for entry in folder.iterdir():
            entry.unlink()
        try:
            commit(score, *everything(6, "k", 3))
        except StoreError:
            pass
        assert opens_and_works(folder / "save.db") == 1
    assert opens_and_works(folder / "save.db") == 2


READ_ONLY = """if True:
    import cloudvars, os, sys
    folder = sys.argv[1]
    if os.getuid() == 0:
        os.setgid(65534); os.setuid(65534)
    try:
        store = cloudvars.open(os.path.join(folder, "save.db"))
        score = store.room().score
        print([row["i_value"] for row in score.get(user_id=1, key="k").data])
        c = score.get_commit()
        c.addi(user_id=1, key="k", value=1)
        c.commit()
    except cloudvars.StoreError as error:
        print("StoreError", bool(error.message))
"""


@pytest.fixture
def shared_folder():
    """A folder that a user without rights can reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for entry in folder.iterdir():
        entry.unlink()
    folder.rmdir()


def test_a_file_that_may_not_be_written(run_python, shared_folder):
    path = shared_folder / "save.db"
    assert opens_and_works(path) == 1
    for entry in shared_folder.iterdir():
        entry.chmod(0o444)
    shared_folder.chmod(0o555)
    before = path.read_bytes()
    assert run_python("-c", READ_ONLY, shared_folder).endswith("StoreError True\n")
    assert path.read_bytes() == before
    shared_folder.chmod(0o755)
    for entry in shared_folder.iterdir():
        entry.chmod(0o600)
    assert opens_and_works(path) == 2


FULL_DISK = """if True:
    import cloudvars, os, resource, signal, sys
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    path = sys.argv[1]
    store = cloudvars.open(path)
    score = store.room(limits=False).score
    room_for = max(os.path.getsize(entry) for entry in os.scandir(os.path.dirname(path))) + 2**18
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (room_for, hard))
    done = 0

    def write(score, number):
        c = score.get_commit()
        c.money_add(user_id=1, key="count", value=1)
        c.list_add(user_id=1, key="bag", value=[number, "x" * 30_000])
        c.set(user_id=number, key="row", i_value=number)
        return c.commit().ok

    def check(score):
        [row] = score.money_get(user_id=1, key="count").data
        whole = row["value"]
        numbers = [item["value"][0] for item in score.list_query(user_id=1, key="bag", limit=500).data]
        assert numbers == list(range(whole))[::-1][:500]
        users = list(range(whole + 2))
        assert [r["i_value"] for r in score.get(user_id=users, key="row").data] == list(range(whole))
        return whole

    try:
        while done < 5_000:
            assert write(score, done)
            done += 1
    except cloudvars.StoreError as error:
        assert error.message
    assert 0 < done < 5_000, done
    try:
        write(score, done)
        raise SystemExit("a store whose disk failed took a commit")
    except cloudvars.StoreError:
        pass
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    store.close()
    with cloudvars.open(path) as store:
        score = store.room(limits=False).score
        whole = check(score)
        assert whole in (done, done + 1)  # the commit that never returned is there whole or not at all
        assert write(score, whole)
        assert check(score) == whole + 1
"""


@pytest.mark.parametrize("durability", ["full", "off"])
def test_a_full_disk_loses_nothing_that_was_acknowledged(run_python, path, durability):
    # C-6, C-2
    code = FULL_DISK.replace(
        "cloudvars.open(path)\n", f"cloudvars.open(path, durability={durability!r})\n", 1
    )
    run_python("-c", code, path)


def test_a_commit_waits_for_another_program(open_store, lock_out):
    # C-7
    score, replies = open_store().room().score, []
    add = ("addi", {"user_id": 1, "key": "k", "value": 1})
    assert commit(score, add).ok
    release = lock_out()
    thread = threading.Thread(target=lambda: replies.append(commit(score, add)))
    thread.start()
    thread.join(0.1)
    assert thread.is_alive()
    assert score.get(user_id=1, key="k").data[0]["i_value"] == 1
    release()
    thread.join()
    assert replies == [(0, {}, None)]
    assert score.get(user_id=1, key="k").data[0]["i_value"] == 2
