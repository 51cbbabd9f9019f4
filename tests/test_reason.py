"""`StoreError.reason`: one word for each kind of failure, on every way to it."""

import asyncio
import os
import pickle
import sqlite3
import typing
from collections import UserDict
from pathlib import Path

import cloudvars
import pymysql
import pytest
from cloudvars import StoreError
from cloudvars.errors import Reason
from preload import build
from score_calls import add, commit

LOCKED = """if True:
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    print("locked", flush=True)
    sys.stdin.read()
"""
FAILS = """if True:
    import os, sys
    import cloudvars
    path, failure = sys.argv[1:]
    store = cloudvars.open(path)
    score = store.room().score
    with open(os.environ["DISK_FAILS"], "w") as file:
        file.write(failure + "\\n")
    c = score.get_commit()
    c.money_add(user_id=1, key="gold", value=1)
    try:
        c.commit()
    except cloudvars.StoreError as error:
        print(error.reason)
"""


def reason(call, *arguments, **options):
    """Why the call fails."""
    with pytest.raises(StoreError) as caught:
        call(*arguments, **options)
    assert caught.value.reason in typing.get_args(Reason)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.reason, copy.code, copy.message) == (
        caught.value.reason,
        caught.value.code,
        caught.value.message,
    )
    return caught.value.reason


@pytest.fixture
def used(path):
    """A file with a store in it."""
    with cloudvars.open(path) as store:
        assert commit(store.room().score, add(1), ("set", {"user_id": 1, "key": "k", "value": [1]})).ok
    return path


def change(path, sql):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(sql)
    connection.close()


def test_closed(store, room):
    # C-6
    committer = room.score.get_commit()
    committer.money_add(user_id=1, key="gold", value=1)
    room.close()
    assert reason(committer.commit) == "closed"
    assert reason(room.score.get, user_id=1, key="k") == "closed"
    store.close()
    assert reason(store.room) == "closed"
    assert reason(store.dump) == "closed"


def test_damaged(used):
    # C-6
    change(used, "UPDATE cloud SET value = '{' WHERE value IS NOT NULL")
    with cloudvars.open(used) as store:
        assert reason(store.room().score.get, user_id=1, key="k") == "damaged"


@pytest.mark.parametrize(
    ("failure", "word"), [("flush 5", "disk"), ("write 28", "full"), ("delete 1", "outcome_unknown")]
)
def test_a_disk_that_fails_in_a_commit(run_python, path, root, tmp_path, failure, word):
    # C-6
    environment = {"LD_PRELOAD": build("disk", root, tmp_path), "DISK_FAILS": str(tmp_path / "fails")}
    environment["DISK_FAILS_OF"] = "save.db"
    assert run_python("-c", FAILS, path, failure, **environment).split() == [word]


def test_foreign(path, used, tmp_path):
    # C-6
    text = tmp_path / "list.txt"
    text.write_text("shopping list\n" * 1000, encoding="utf-8")
    assert reason(cloudvars.open, text) == "foreign"
    assert reason(cloudvars.open, tmp_path) == "foreign"
    change(used, "CREATE TRIGGER mine AFTER DELETE ON cloud BEGIN SELECT 1; END")
    assert reason(cloudvars.open, used) == "foreign"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_forked(run_python, path):
    # C-6
    code = """if True:
        import os, sys
        import cloudvars
        store = cloudvars.open(sys.argv[1])
        if not os.fork():
            try:
                store.room()
            except cloudvars.StoreError as error:
                print(error.reason, flush=True)
            os._exit(0)
        os.wait()
    """
    assert run_python("-W", "ignore", "-c", code, path).split() == ["forked"]


def test_locked(path, start_python):
    # C-6
    child = start_python("-c", LOCKED, path)
    assert child.stdout.readline() == "locked\n"
    assert reason(cloudvars.open, path) == "locked"


def test_missing(path, tmp_path):
    # C-6
    assert reason(cloudvars.open, path, readonly=True) == "missing"
    assert reason(cloudvars.open, tmp_path / "nowhere" / "save.db") == "missing"


def test_newer(used):
    # C-6
    change(used, "PRAGMA user_version = 1000")
    assert reason(cloudvars.open, used) == "newer"


def test_not_empty(store, score, tmp_path):
    # F-7
    assert commit(score, add(1)).ok
    dump = store.dump()
    assert reason(store.load, dump) == "not_empty"
    there = tmp_path / "there.db"
    there.write_bytes(b"")
    assert reason(store.backup, there) == "not_empty"


def test_replaced(path):
    # C-6
    store = cloudvars.open(path)
    score = store.room().score
    assert commit(score, add(1)).ok
    Path(path).unlink()
    assert reason(commit, score, add(1)) == "replaced"
    assert reason(commit, score, add(1)) == "replaced"
    assert reason(store.reopen) == "replaced"


def test_permission(used, small_disk):
    # C-6
    disk = small_disk("4m")
    Path(disk, "save.db").write_bytes(Path(used).read_bytes())
    assert not os.system(f"mount -o remount,ro '{disk}'")
    assert reason(cloudvars.open, disk / "save.db") == "permission"


def test_readonly(used):
    # C-6
    with cloudvars.open(used, readonly=True) as store:
        assert reason(commit, store.room().score, add(1)) == "readonly"


def test_refused(mariadb):
    # C-7
    url = mariadb.new_database()
    wrong = url.replace("mysql://", "mysql://nobody-", 1)
    assert reason(cloudvars.open, wrong) == "refused"


def test_throttled(mariadb):
    # C-7
    url = mariadb.new_database()
    mariadb.execute("CREATE OR REPLACE USER narrow@'%' IDENTIFIED BY 'x' WITH MAX_USER_CONNECTIONS 1")
    mariadb.execute("GRANT ALL ON *.* TO narrow@'%'")
    held = pymysql.connect(host="127.0.0.1", port=mariadb.port, user="narrow", password="x")
    try:
        narrow = f"mysql://narrow:x@127.0.0.1:{mariadb.port}/{url.rpartition('/')[2]}?timeout=1"
        with pytest.raises(StoreError) as caught:
            cloudvars.open(narrow)
        assert (caught.value.reason, caught.value.code) == ("throttled", cloudvars.codes.THROTTLED)
    finally:
        held.close()
        mariadb.execute("DROP USER narrow@'%'")


def test_unreachable():
    # C-7
    assert reason(cloudvars.open, "mysql://ann:secret@127.0.0.1:1/db?timeout=1") == "unreachable"


def test_other():
    # C-6
    assert reason(cloudvars.open, "postgres://somewhere/db") == "other"


class Failing(UserDict):
    """Fields whose reading fails as a store does."""

    def __getitem__(self, name):
        raise StoreError("the disk is gone", reason="disk")


def test_a_committer_keeps_the_reason_of_what_it_could_not_queue(score):
    # C-3
    committer = score.get_commit()
    assert reason(committer.list_add, Failing(user_id=1, key="bag", value=[1])) == "disk"
    assert reason(committer.money_add, user_id=1, key="gold", value=1) == "disk"
    assert reason(committer.commit) == "disk"


def test_many_commits_and_asyncio_tell_it_too(path):
    # C-6
    store = cloudvars.open(path)
    score = store.room().score
    committer = score.get_commit()
    committer.money_add(user_id=1, key="gold", value=1)
    Path(path).unlink()
    assert reason(score.commit_many, [committer]) == "replaced"

    async def main():
        committer = score.aio.get_commit()
        committer.money_add(user_id=1, key="gold", value=1)
        with pytest.raises(StoreError) as caught:
            await committer.commit()
        return caught.value.reason

    assert asyncio.run(main()) == "replaced"
