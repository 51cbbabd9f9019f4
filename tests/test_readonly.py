"""``open(readonly=True)``: a store is read, also where nothing can be written; nothing is written, and no file is made."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import cloudvars
import pytest
from cloudvars import CloudValueError, StoreError
from conftest import child_environment
from copies import fill_all, many


def state(folder):
    """All there is in a folder: content, size and time of each file."""
    found = {}
    for entry in sorted(Path(folder).iterdir()):
        if entry.is_file():
            status = entry.stat()
            found[entry.name] = (entry.read_bytes(), status.st_mtime_ns, status.st_ino, status.st_mode)
    return found


def gold(store, user=1):
    rows = store.room(limits=False).score.money_get(user_id=user, key="gold").unwrap()
    return rows[0]["value"] if rows else None


def pay(score, amount=1):
    c = score.get_commit()
    c.money_add(user_id=1, key="gold", value=amount)
    assert c.commit().ok


@pytest.fixture
def folder(tmp_path):
    """Holds nothing but the store."""
    (tmp_path / "only").mkdir()
    return tmp_path / "only"


@pytest.fixture
def path(folder):
    return str(folder / "save 100% #1?.db")


def test_a_closed_store_is_read_and_left_as_it_is(path, folder, clock, tmp_path):
    # T-4: every kind; a counter whose window is over is 0, and stays what it is
    with cloudvars.open(path, clock=clock) as store:
        fill_all(store)
        c = store.room().score.get_commit()
        c.withlimit_add(user_id=1, key="day", value=3, limit=9, refresh_day=1)
        assert c.commit().ok
        dump = store.dump()
    before = state(folder)
    clock.advance(days=3)
    told = []
    with cloudvars.open(path, readonly=True, clock=clock) as store:
        room = store.room(limits=False)
        assert store.dump() == dump
        assert room.score.withlimit_query(user_id=1, key="day").unwrap()["value"] == 0
        assert room.score.is_old_player(user_id=1).ok
        room.score.subscribe_channel(1, "mail", told.append)
        room.tick()
        fork = store.fork()
        pay(fork.room().score)
        store.backup(tmp_path / "copy.db")
        store.reopen()
        assert store.dump() == dump
        assert room.score.get(user_id=1, key="k").ok
    assert cloudvars.copy(path, tmp_path / "copied.db").rows > 0
    assert state(folder) == before
    for name in ("copy.db", "copied.db"):
        with cloudvars.open(tmp_path / name, clock=clock) as copy:
            assert copy.dump() == dump


def test_every_write_is_refused(address, clock):
    with cloudvars.open(address, clock=clock) as store:
        fill_all(store)
        dump = store.dump()
    with cloudvars.open(address, readonly=True, clock=clock) as store:
        room = store.room(limits=False)
        score = room.score

        def commit(verb, **fields):
            c = score.get_commit()
            getattr(c, verb)(**fields)
            return c.commit()

        writes = [
            lambda: commit("set", user_id=1, key="k", i_value=1),
            lambda: commit("list_add", user_id=1, key="k", value=[]),
            lambda: commit("money_add", user_id=1, key="k", value=1),
            lambda: score.commit_many([score.get_commit()] * 0 + [queued(score)]),
            lambda: score.message_send(src_user_id=1, key="m", target_user_id=2, value=1),
            lambda: score.message_delete(objectId=1),
            lambda: score.publish_message("news", 1),
            lambda: room.player_join(1),
            lambda: store.achievements.define("n", total=3),
            lambda: room.achievement.LobbySetAchievementStorage(print, 1, "n", 1),
            lambda: room.storage.LobbySetStorageAndUserItem(print, 1, None, list),
            lambda: room.storage.place_order(1, "sword"),
            lambda: room.storage.set_nickname(1, "name"),
            lambda: store.storage.sort_keys("another"),
            lambda: store.load({"cloudvars": 1, "next_id": 1, "joined": [], "games": {}}),
            lambda: store._sweep(2**60),
        ]
        for number, write in enumerate(writes):
            try:
                answer = write()
                [reply] = answer if isinstance(answer, list) else [answer]
                raise AssertionError(f"write {number} answered {reply}")
            except StoreError as error:
                assert "read" in error.message or "holds data already" in error.message, (
                    number,
                    error.message,
                )
        assert store.room(game="nobody made it").score.get(user_id=1, key="k").unwrap() == []
        assert store.dump() == dump


def queued(score):
    c = score.get_commit()
    c.money_add(user_id=1, key="k", value=1)
    return c


WRITER = """if True:
    import sys
    import cloudvars
    store = cloudvars.open(sys.argv[1])
    score = store.room(limits=False).score
    for line in sys.stdin:
        if line == "close\\n":
            store.close()
        elif line == "open\\n":
            store = cloudvars.open(sys.argv[1])
            score = store.room(limits=False).score
        else:
            c = score.get_commit()
            for user in range(1, 51):
                c.money_add(user_id=user, key="gold", value=int(line))
            assert c.commit().ok
            score.message_send(src_user_id=2, key="mail", target_user_id=1, value=int(line))
        print("done", flush=True)
"""


@pytest.fixture
def writer(start_python):
    """Another process that writes: `tell(path)` starts one, what it gives tells it what to do."""

    def start(path):
        child = start_python("-c", WRITER, path)

        def tell(what):
            child.stdin.write(f"{what}\n")
            assert child.stdout.readline() == "done\n"

        return tell, child

    return start


def test_commits_of_another_process_are_seen_at_once(address, writer):
    # C-7, S-4: while it writes, after it closed, and when it opens again
    tell, _ = writer(address)
    tell(5)
    heard = []
    with cloudvars.open(address, readonly=True) as store:
        room = store.room(limits=False)
        room.score.subscribe_channel(1, "mail", lambda one: heard.append(one["value"]))
        total = 5
        for what in (1, "close", 0, "open", 2, 3, "close", "open", 4, "close"):
            if what == 0:
                continue
            tell(what)
            total += what if isinstance(what, int) else 0
            rows = room.score.money_get(user_id=list(range(1, 51)), key="gold").unwrap()
            assert {row["value"] for row in rows} == {total}
            room.tick()
        assert heard == [5, 1, 2, 3, 4]


@pytest.mark.parametrize("killed", [False, True])
def test_nothing_is_made_beside_a_writer(path, folder, writer, killed):
    # Nothing is made beside a writer that was killed either, and what it acknowledged is read.
    many(path, 100)
    tell, child = writer(path)
    tell(7)
    if killed:
        child.send_signal(signal.SIGKILL)
        child.wait()
    before = sorted(os.listdir(folder))
    content = Path(path).read_bytes()
    for _ in range(3):
        with cloudvars.open(path, readonly=True) as store:
            assert gold(store) == 7
            assert len(store.dump()["games"]["default"]["general"]) == 100
    assert sorted(os.listdir(folder)) == before
    assert Path(path).read_bytes() == content
    with cloudvars.open(path) as store:
        pay(store.room().score)
        assert gold(store) == 8


MEDIUM = """if True:
    import ctypes, os, sys
    import cloudvars
    path, out = sys.argv[1:]
    # Root, too, writes nothing without its capabilities.
    ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
    try:
        open(os.path.join(os.path.dirname(path), "x"), "w")
        raise SystemExit("writes everywhere")
    except OSError:
        pass
    def told(what):
        try:
            return what()
        except cloudvars.StoreError as error:
            assert path in error.message, error
            return "StoreError"
    def opened():
        with cloudvars.open(path, readonly=True) as store:
            return store.room().score.money_get(user_id=1, key="gold").unwrap()[0]["value"]
    def copied():
        cloudvars.copy(path, out)
        with cloudvars.open(out) as store:
            return store.room().score.money_get(user_id=1, key="gold").unwrap()[0]["value"]
    print(told(opened), told(copied))
"""


@pytest.mark.parametrize("left", ["closed", "killed", "killed, without its index"])
def test_a_store_on_a_medium_that_cannot_be_written(path, folder, writer, tmp_path, left):
    # A log that cannot be read without writing is an error, never a stale answer.
    tell, child = writer(path)
    tell(3)
    tell("close")
    tell("open")
    tell(4)
    if left == "closed":
        tell("close")
    else:
        child.send_signal(signal.SIGKILL)
    child.stdin.close()
    child.wait()
    if left == "killed, without its index":
        os.unlink(path + "-shm")
    for entry in folder.iterdir():
        entry.chmod(0o444)
    folder.chmod(0o555)
    (tmp_path / "out").mkdir()
    before = state(folder)
    done = subprocess.run(
        [sys.executable, "-c", MEDIUM, path, tmp_path / "out" / "copy.db"],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    folder.chmod(0o755)
    if "writes everywhere" in done.stderr:
        pytest.skip("this user writes everywhere")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ("StoreError StoreError\n" if "without" in left else "7 7\n")
    assert state(folder) == before


def test_what_is_no_store_is_refused(folder, path):
    with pytest.raises(StoreError, match="no store"):
        cloudvars.open(path, readonly=True)
    assert list(folder.iterdir()) == []
    with pytest.raises(CloudValueError, match="memory"):
        cloudvars.open(readonly=True)
    with pytest.raises(CloudValueError, match="readonly"):
        cloudvars.open(path, readonly="yes")
    for content in (b"", b"shopping list\n" * 100):
        Path(path).write_bytes(content)
        with pytest.raises(StoreError):
            cloudvars.open(path, readonly=True)
        assert Path(path).read_bytes() == content
    assert len(list(folder.iterdir())) == 1


def test_a_file_that_is_replaced_is_noticed(path, folder, tmp_path):
    many(path, 10)
    many(str(tmp_path / "another.db"), 10)
    with cloudvars.open(path, readonly=True) as store:
        assert store.room().score.get(user_id=1, key="k1").ok
        shutil.copy(tmp_path / "another.db", path + ".new")
        os.replace(path + ".new", path)
        with pytest.raises(StoreError, match="replaced"):
            store.room().score.get(user_id=1, key="k1")


def test_an_older_file_is_read_as_it_is(folder, root):
    # The file is not brought up to this version.
    path = folder / "old.db"
    shutil.copy(root / "tests" / "fixtures" / "golden" / "version1.store", path)
    before = state(folder)
    with cloudvars.open(path, readonly=True) as store:
        assert store.dump()["games"]
    assert state(folder) == before


def test_in_one_process_with_a_writer(path):
    with cloudvars.open(path) as writer:
        score = writer.room(limits=False).score
        pay(score)
        with cloudvars.open(path, readonly=True) as store:
            for number in range(2, 30):
                pay(score)
                assert gold(store) == number
        pay(score)
    with cloudvars.open(path, readonly=True) as store:
        assert gold(store) == 30
        with cloudvars.open(path) as writer:
            pay(writer.room().score)
            assert gold(store) == 31
        assert gold(store) == 31


def test_a_reader_makes_way_for_a_writer_of_its_process(path, writer):
    # This holds while another process writes, too.
    tell, _ = writer(path)
    tell(1)
    with cloudvars.open(path, readonly=True) as store:
        assert gold(store) == 1
        with cloudvars.open(path) as own:
            pay(own.room().score, 2)
            assert gold(store) == gold(own) == 3
            tell(4)
            assert gold(store) == gold(own) == 7
        tell(1)
        assert gold(store) == 8
