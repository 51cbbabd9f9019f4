"""What is answered from memory beside rows, and read transactions that stay open: none is in anybody's way (C-9)."""

import sys
import threading
import time

import cloudvars
import pytest
from achievement_calls import achieve, achieved
from cache_peer import Peer
from checkpoints import Checkpoints

SIZES = (0, 20_000, 64 << 20)  # none, a few rows, all of them
USERS = 3000
linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no transaction stays open")


@pytest.mark.parametrize("target", ["memory", "file"])
@pytest.mark.parametrize("cache", SIZES)
def test_a_players_achievements(tmp_path, start_python, target, cache):
    """A get sees each set, each new total, and each node that another process adds."""
    path = ":memory:" if target == "memory" else tmp_path / "save.db"
    # C-9
    with cloudvars.open(path, cache=cache) as store:
        peer = Peer(start_python, path, cache) if target == "file" else None
        store.achievements.define("kill", total=10)
        store.achievements.define("walk", total=1000)
        room = store.room("room", limits=False)
        assert achieved(room) == achieved(room) == {}
        for count in range(1, 20):
            achieve(room, node="walk")
            if peer:
                peer.ask("achieve", {"player": 5, "node": "walk"})
            store.achievements.define("kill", total=10 + count)
            if count == 10:
                achieve(room, node="kill")
            for _ in range(2):
                entries = achieved(room)
                assert entries["walk"]["progress"] == (2 * count if peer else count)
                assert set(entries) == ({"kill", "walk"} if count >= 10 else {"walk"})
                assert count < 10 or entries["kill"]["max_progress"] == 10 + count
                assert achieved(room, player=6) == {}


@pytest.mark.parametrize("cache", SIZES)
def test_a_list(tmp_path, start_python, cache):
    """A list is what was added, changed and deleted, here and in another process; so is one that becomes long."""
    path = tmp_path / "save.db"
    with cloudvars.open(path, cache=cache, durability="normal") as store:
        score, peer, items = store.room("room", limits=False).score, Peer(start_python, path, cache), {}

        def check():
            for limit in (None, 3):
                rows = score.list_query(user_id=1, key="bag", **({"limit": limit} if limit else {})).unwrap()
                newest = sorted(items, key=lambda uuid: items[uuid][0], reverse=True)[:limit]
                assert [(row["uuid"], row["value"]) for row in rows] == [(at, items[at][1]) for at in newest]
            assert score.list_query(user_id=2, key="bag").unwrap() == []

        check()
        for number in range(150):
            with score.get_commit() as c:
                uuid = c.list_add(user_id=1, key="bag", value=[number])
            items[uuid] = (4 * number, [number])
            if number % 10 == 5:
                first, second = list(items)[:2]
                with score.get_commit() as c:
                    c.list_modify(uuid=first, value=[-number])
                items[first] = (4 * number + 1, [-number])
                check()
                peer.ask("commit", [["list_delete", {"uuid": second}]])
                del items[second]
            if number % 5 == 0:
                check()
                check()


@pytest.fixture
def read(tmp_path):
    """read(path): a store on which three threads read rows that are not in memory, until `done` is set."""
    path, done, wrong = tmp_path / "save.db", threading.Event(), []
    with cloudvars.open(path, cache=20_000, durability="normal") as store:
        score = store.room("room", limits=False).score
        with score.get_commit() as c:
            for user in range(USERS):
                c.set(user_id=user, key="n", i_value=user)

        def reads(start):
            user = start
            while not done.is_set():
                user = (user + 7) % USERS
                [row] = score.get(user_id=user, key="n").unwrap()
                if row["i_value"] != user:
                    wrong.append(row)

        threads = [threading.Thread(target=reads, args=(start,)) for start in range(3)]

        def begin():
            for thread in threads:
                thread.start()

        def end():
            done.set()
            for thread in threads:
                if thread.ident:
                    thread.join()

        yield store, path, begin, end
        end()
        assert not wrong, wrong[:3]


def until(true):
    """Waits until something is true."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end


@linux
def test_a_transaction_stays_open_while_rows_are_read(read, start_python):
    """Between the reads too; it ends by itself when nobody reads any more."""
    _, path, begin, end = read
    others = Checkpoints(start_python, path)
    assert not others.ask("held")
    begin()
    until(lambda: all(others.ask("held") for _ in range(20)))
    end()
    until(lambda: not others.ask("held"))


@linux
@pytest.mark.parametrize("kind", ["FULL", "RESTART", "TRUNCATE"])
def test_others_empty_the_log_meanwhile(read, start_python, kind):
    """Whoever waits to empty the log comes to it, while rows are read without a pause."""
    store, path, begin, _ = read
    score, others = store.room("room", limits=False).score, Checkpoints(start_python, path)
    begin()
    for count in range(4):
        with score.get_commit() as c:
            c.set(user_id=USERS, key="n", i_value=count)
        until(lambda: others.ask("held"))
        busy, pages, copied = others.ask(kind)
        assert not busy
        assert pages == copied
        [row] = score.get(user_id=USERS, key="n").unwrap()
        assert row["i_value"] == count


@linux
def test_commits_are_not_held_back(read):
    """Commits restart the log while rows are read: its file does not grow."""
    store, path, begin, _ = read
    score = store.room("room", limits=False).score
    begin()
    text, wal = "x" * 100_000, path.with_name("save.db-wal")
    for _ in range(8):
        for user in range(200):
            with score.get_commit() as c:
                c.set(user_id=user, key="text", s_value=text)
    assert wal.stat().st_size < 80 << 20, "160 MB were written"


MEMORY = """
import sys
import cloudvars

def anonymous():
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("Anonymous"))

path, cache, users = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
store = cloudvars.open(path, cache=cache)
score = store.room(limits=False).score
for user in range(100):
    score.get(user_id=user, key="n")
before = anonymous()
for _ in range(2):
    for user in range(users):
        score.get(user_id=user, key="n")
        score.get(user_id=user, key="absent")
        score.list_query(user_id=user, key="bag")
print(anonymous() - before)
"""


@linux
def test_memory_is_bounded(tmp_path, start_python):
    """Rows and lists of all sizes, and absent ones, fill a cache: a process takes what was configured and a fifth."""
    path, users, cache = tmp_path / "save.db", 20_000, 8 << 20
    with cloudvars.open(path, durability="off", cache=0) as store:
        score = store.room(limits=False).score
        for start in range(0, users, 1000):
            with score.get_commit() as c:
                for user in range(start, start + 1000):
                    c.set(
                        user_id=user,
                        key="n",
                        i_value=1,
                        s_value="s" * (user % 7),
                        value=["v" * (user % 13) ** 3],
                    )
                    c.list_add(user_id=user, key="bag", value=["v" * (user % 100)])

    def grown(cache):
        child = start_python("-c", MEMORY, path, cache, users)
        return int(child.communicate()[0])

    assert grown(cache) - grown(0) < cache * 1.2
