"""Others in the same process read, copy or write the file while it is open as a store: what was acknowledged stays."""

import sqlite3
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path

import cloudvars
import pytest
from cloudvars import StoreError, codes
from folders import sound
from score_calls import add, commit, gold

OFD = sys.platform in ("linux", "android")
needs_ofd = pytest.mark.skipif(not OFD, reason="locks of an open file exist on Linux only")

PROGRAM = """if True:
    import contextlib, os, shutil, signal, sqlite3, subprocess, sys, threading
    import cloudvars
    path, stranger, end, durability = sys.argv[1:]
    folder = os.path.dirname(path)
    kept = []

    def read(keep=False):
        db = sqlite3.connect(path, check_same_thread=False, timeout=60)
        db.execute("SELECT * FROM money").fetchall()
        kept.append(db) if keep else db.close()

    def write():
        with contextlib.closing(sqlite3.connect(path, timeout=60)) as db, db:
            db.execute("UPDATE cloud SET created = created + 1 WHERE kind = 2")

    def checkpoint():
        with contextlib.closing(sqlite3.connect(path, timeout=60)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def copy(*suffixes):
        for suffix in suffixes:
            shutil.copy(path + suffix, os.path.join(os.path.dirname(folder), "copy" + suffix))

    def look_elsewhere():
        code = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT * FROM money').fetchall()"
        subprocess.run([sys.executable, "-c", code, path], check=True)

    def in_threads():
        thread = threading.Thread(target=lambda: [(read(), copy("", "-shm")) for _ in range(40)])
        thread.start()
        some(200)
        thread.join()

    def other_store():
        store = cloudvars.open(path)
        add(store.room(limits=False).score)
        read()
        store.close()

    strangers = {
        "read": read,
        "keeps": lambda: read(keep=True),
        "writes": write,
        "checkpoint": checkpoint,
        "opens": lambda: [open(path + suffix, "rb").close() for suffix in ("", "-wal", "-shm")],
        "copies": lambda: (copy(""), look_elsewhere()),
        "copies log": lambda: (copy("-shm", "-wal"), look_elsewhere(), copy(""), look_elsewhere()),
        "copies folder": lambda: (shutil.copytree(folder, folder + ".copy", dirs_exist_ok=True), look_elsewhere()),
        "threads": in_threads,
        "store": other_store,
    }
    OTHER = '''if True:
    import cloudvars, sys
    with cloudvars.open(sys.argv[1]) as store:
        score = store.room().score
        print(score.money_get(user_id=1, key="gold").data[0]["value"])
        if sys.argv[2] == "add":
            with score.get_commit() as c: c.money_add(user_id=1, key="gold", value=1000)
    '''

    def other(how):
        done = subprocess.run([sys.executable, "-c", OTHER, path, how], capture_output=True, text=True, check=True)
        assert int(done.stdout) == stored, (done.stdout, stored)
        return 1000 if how == "add" else 0

    stored = 0
    def add(score, amount=1):
        global stored
        c = score.get_commit()
        c.money_add(user_id=1, key="gold", value=amount)
        assert c.commit() == (0, {}, None)
        stored += amount

    def some(count):
        for _ in range(count): add(score)

    store = cloudvars.open(path, durability=durability)
    score = store.room(limits=False).score
    some(50)
    for _ in range(3):
        strangers[stranger]()
        some(20)
    if end in ("look", "add"):
        stored += other(end)
        some(5)
        strangers[stranger]()
        some(5)
        other("look")
    if end == "close":
        store.close()
        for db in kept: db.close()
        other("add")
        stored += 1000
    print(stored, flush=True)
    if end == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
"""
STRANGERS = [
    "read",
    "keeps",
    "writes",
    "checkpoint",
    "opens",
    "copies",
    "copies log",
    "copies folder",
    "threads",
    "store",
]


@needs_ofd
@pytest.mark.parametrize("end", ["kill", "look", "add", "close"])
@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_in_the_process_costs_no_acknowledged_commit(start_python, file, stranger, end):
    # C-6
    child = start_python("-c", PROGRAM, file, stranger, end, "normal" if end == "look" else "full")
    stored = int(child.stdout.readline())
    assert child.wait() == (-9 if end == "kill" else 0)
    with cloudvars.open(file) as store:
        assert gold(store.room().score) == stored
    assert sound(file)


@needs_ofd
def test_a_stranger_in_the_middle_of_a_write_is_waited_for(file):
    # C-7: no lock keeps two copies of SQLite in one process apart
    with cloudvars.open(file) as store, closing(sqlite3.connect(file, check_same_thread=False)) as db:
        score = store.room().score
        assert commit(score, add(1)).ok
        db.execute("UPDATE cloud SET created = created + 1 WHERE kind = 2")
        assert commit(score, add(10)).error_code == codes.LOCK_TIMEOUT
        asked = threading.Thread(target=lambda: commit(score, add(100)))
        asked.start()
        db.commit()
        asked.join()
        assert commit(score, add(1000)).ok
        assert gold(score) == 1101
    assert sound(file)


@needs_ofd
@pytest.mark.parametrize("end", ["commit", "close"])
@pytest.mark.parametrize("durability", ["full", "off"])
def test_a_stranger_who_wrote_over_a_commit_is_found_out(file, durability, end):
    # C-7
    store = cloudvars.open(file, durability=durability)
    score = store.room().score
    with closing(sqlite3.connect(file)) as db:
        assert commit(score, add(1)).ok
        db.execute("UPDATE cloud SET created = created + 1 WHERE kind = 2")
        Path(f"{file}-shm").open("rb").close()  # drops the lock of the stranger, who does not know
        assert commit(score, add(10)).ok
        db.commit()
    with pytest.raises(StoreError, match="another copy of SQLite in this process wrote"):
        commit(score, add(100)) if end == "commit" else store.close()
    store.close()
    with cloudvars.open(file) as again:
        assert gold(again.room().score) == 1


@pytest.mark.parametrize("durability", ["full", "off"])
def test_a_stranger_who_empties_the_log_meanwhile_loses_nothing_in_silence(file, durability):
    # C-6: no lock keeps apart what is in one process; the next commit, or closing, finds out
    stop, told, acknowledged = threading.Event(), [], 0

    def empties():
        while not stop.wait(0.01):
            with suppress(sqlite3.Error), closing(sqlite3.connect(file, timeout=60)) as db:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    store = cloudvars.open(file, durability=durability)
    score = store.room(limits=False).score
    thread = threading.Thread(target=empties)
    thread.start()
    try:
        for _ in range(2000):
            acknowledged += commit(score, add(1)).ok
    except StoreError as error:
        told.append(error)
    finally:
        stop.set()
        thread.join()
    try:
        store.close()
    except StoreError as error:
        told.append(error)
    if not told:
        with cloudvars.open(file) as store:
            assert gold(store.room().score) == acknowledged


BUSY = """if True:
    import cloudvars, os, shutil, sys, threading
    path, copies = sys.argv[1], int(sys.argv[2])
    score = cloudvars.open(path).room(limits=False).score
    go = sys.stdin.readline()
    copying = threading.Event()
    def copy():
        for number in range(copies):
            shutil.copytree(os.path.dirname(path), f"{os.path.dirname(path)}.{os.getpid()}", dirs_exist_ok=True)
        copying.set()
    threading.Thread(target=copy).start()
    done = 0
    while not copying.is_set() or done < 150:
        c = score.get_commit()
        c.money_add(user_id=1, key="gold", value=1)
        assert c.commit() == (0, {}, None)
        done += 1
    print(done)
"""


@needs_ofd
def test_processes_that_copy_their_folder_while_they_write_lose_no_update(start_python, file):
    # C-7: the copying process loses its locks on every file there, in the middle of its commits
    with cloudvars.open(file) as store:
        assert commit(store.room().score, add(0)).ok
    children = [start_python("-c", BUSY, file, copies) for copies in (60, 60, 0)]
    for child in children:
        child.stdin.write("go\n")
    stored = sum(int(child.stdout.readline()) for child in children)
    with cloudvars.open(file) as store:
        assert gold(store.room().score) == stored
    assert sound(file)
