"""Rows that are kept in memory are never older than those in the file, whoever else writes (C-9)."""

import mmap
import threading
from pathlib import Path

import cloudvars
import preload
import pytest
from cache_peer import Peer

RACE = Path(__file__).with_name("cache_race.py")
GATES = RACE.with_name("gates.py")
SIZES = (0, 20_000, 64 << 20)  # none, a few rows, all of them


@pytest.fixture
def peer(start_python):
    """peer(path, cache): another process on the store."""
    return lambda path, cache=64 << 20: Peer(start_python, path, cache)


def balance(score, user, key="gold"):
    """One balance; 0 if there is none."""
    rows = score.money_get(user_id=user, key=key).unwrap()
    return rows[0]["value"] if rows else 0


@pytest.mark.parametrize("cache", SIZES)
def test_another_process_writes(tmp_path, peer, cache):
    """Each commit of another process is seen by the next read, be the row kept or known to be absent."""
    path = tmp_path / "save.db"
    # C-9
    with cloudvars.open(path, cache=cache) as store:
        score, other = store.room("room", limits=False).score, peer(path)
        for count in range(1, 100):
            assert balance(score, 7) == balance(score, 7) == count - 1
            other.ask("commit", [["money_add", {"user_id": 7, "key": "gold", "value": 1}]])
            assert balance(score, 7) == count
            with score.get_commit() as c:
                c.money_add(user_id=8, key="gold", value=1)
            assert (balance(score, 7), balance(score, 8)) == (count, count)
            assert other.ask("get", {"call": "money_get", "user_id": [7, 8], "key": "gold"}) == [
                {"user_id": user, "key": "gold", "value": count} for user in (7, 8)
            ]


FOREIGN = """
import mmap, sqlite3, sys
path, shared, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
file = open(shared, "r+b")
seen = mmap.mmap(file.fileno(), 8)
with sqlite3.connect(path, isolation_level=None, timeout=120) as other:
    other.execute("PRAGMA synchronous = OFF")
    for count in range(1, rounds + 1):
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE cloud SET i_value = ?, ver = ver + 1 WHERE kind = 2", (count,))
        other.execute("COMMIT")
        seen[:8] = count.to_bytes(8, "little")
        if count % 400 == 0:
            other.execute(f"PRAGMA wal_checkpoint({('PASSIVE', 'FULL', 'RESTART', 'TRUNCATE')[count // 400 % 4]})")
"""


def test_no_read_is_stale_beside_a_foreign_writer(tmp_path, start_python):
    """Plain SQL of another process changes a row thousands of times: no read is older than the commit before it."""
    path, shared = tmp_path / "save.db", tmp_path / "shared"
    shared.write_bytes(bytes(8))
    with cloudvars.open(path) as store, shared.open("r+b") as file, mmap.mmap(file.fileno(), 8) as seen:
        score = store.room("room", limits=False).score
        with score.get_commit() as c:
            c.money_add(user_id=7, key="gold", value=0)
            c.money_add(user_id=8, key="gold", value=0)
        rounds, values = 4000, set()
        child = start_python("-c", FOREIGN, path, shared, rounds)
        while child.poll() is None or not values or max(values) < rounds:
            assert child.poll() in {None, 0}
            stored = int.from_bytes(seen[:8], "little")
            one, other = score.money_get(user_id=[7, 8], key="gold").unwrap()
            assert one["value"] == other["value"] >= stored
            stored = int.from_bytes(seen[:8], "little")
            assert balance(score, 7) >= stored
            values.add(one["value"])
        assert balance(score, 8) == rounds


@pytest.mark.parametrize("cache", [20_000, 64 << 20])
def test_races(tmp_path, run_python, cache):
    """Whatever comes between two steps of a read or of a commit, no answer mixes two states or is too old."""
    slow = preload.build("slow_look", Path(__file__).parents[1], tmp_path)
    run_python(RACE, tmp_path / "save.db", cache, 150, LD_PRELOAD=slow)


@pytest.mark.parametrize("target", ["memory", "file"])
@pytest.mark.parametrize("cache", SIZES)
def test_threads_see_commits_whole_and_in_order(tmp_path, target, cache):
    """Threads move gold and count together: the sum stays, and who saw a count sees no smaller one."""
    where = ":memory:" if target == "memory" else tmp_path / "save.db"
    rounds, errors = 300, []
    with cloudvars.open(where, cache=cache, durability="normal") as store:
        score = store.room("room", limits=False).score
        with score.get_commit() as c:
            c.money_add(user_id=1, key="gold", value=1000)
        done = threading.Event()

        def write(user):
            for number in range(rounds):
                with score.get_commit() as c:
                    c.money_add(user_id=1, key="gold", value=-1 if number % 2 else 1)
                    c.money_add(user_id=2, key="gold", value=1 if number % 2 else -1)
                    c.add(user_id=user, key="first", value=1)
                    c.add(user_id=user, key="second", value=1)

        def read():
            while not done.is_set():
                rows = score.money_get(user_id=[1, 2], key="gold").unwrap()
                if sum(row["value"] for row in rows) != 1000:
                    errors.append(rows)
                for user in (11, 12):
                    counts = [
                        sum(row["i_value"] for row in score.get(user_id=user, key=key).unwrap())
                        for key in ("first", "second", "first", "second")
                    ]
                    if counts != sorted(counts):
                        errors.append(counts)

        writers = [threading.Thread(target=write, args=(user,)) for user in (11, 12)]
        readers = [threading.Thread(target=read) for _ in range(2)]
        for thread in [*writers, *readers]:
            thread.start()
        for thread in writers:
            thread.join()
        done.set()
        for thread in readers:
            thread.join()
        assert not errors, errors[:3]
        assert [row["i_value"] for row in score.get(user_id=[11, 12], key="second").unwrap()] == [rounds] * 2


@pytest.mark.parametrize("target", ["memory", "file"])
def test_an_answer_of_many_rows_is_of_one_moment(tmp_path, target):
    """A commit changes two hundred rows while threads read all of them in one call: they are always equal."""
    where = ":memory:" if target == "memory" else tmp_path / "save.db"
    users, errors, done = list(range(200)), [], threading.Event()
    with cloudvars.open(where, durability="normal") as store:
        score = store.room("room", limits=False).score

        def write(count):
            with score.get_commit() as c:
                for user in users:
                    c.set(user_id=user, key="count", i_value=count)

        def read():
            while not done.is_set():
                rows = score.get(user_id=users, key="count").unwrap()
                values = {row["i_value"] for row in rows}
                if len(values) != 1 or len(rows) != len(users):
                    errors.append(values)

        write(0)
        readers = [threading.Thread(target=read) for _ in range(3)]
        for thread in readers:
            thread.start()
        for count in range(1, 500):
            write(count)
        done.set()
        for thread in readers:
            thread.join()
        assert not errors, errors[:3]


def test_a_failed_commit_leaves_the_rows(tmp_path):
    """A commit that fails, at its rules or on purpose, changes nothing that is kept."""
    with cloudvars.open(tmp_path / "save.db") as store:
        score = store.room("room", limits=False).score
        with score.get_commit() as c:
            c.money_add(user_id=7, key="gold", value=5)
        for _ in range(3):
            c = score.get_commit()
            c.money_add(user_id=7, key="gold", value=1)
            c.money_cost(user_id=7, key="gold", value=7)
            assert c.commit().error_code == cloudvars.codes.NOT_ENOUGH_MONEY
            assert balance(score, 7) == 5


def test_the_cache_is_bounded(tmp_path):
    """Values of 50 MiB in all, read through a cache of 1 MiB, are right, again and again."""
    with cloudvars.open(tmp_path / "save.db", cache=1 << 20, durability="normal") as store:
        score = store.room("room", limits=False).score
        text = "x" * (50 << 10)
        for user in range(1000):
            with score.get_commit() as c:
                c.set(user_id=user, key="text", s_value=f"{user}{text}")
        for _ in range(2):
            for user in range(1000):
                [row] = score.get(user_id=user, key="text").unwrap()
                assert row["s_value"] == f"{user}{text}"


def test_its_size_is_checked():
    """`cache` takes a number of bytes."""
    for given in (-1, 1.5, "1", None, True):
        with pytest.raises(cloudvars.CloudValueError, match="cache"):
            cloudvars.open(cache=given)


def test_a_recovered_index_is_nobodys_commit(tmp_path, run_python):
    """An index that is recovered counts commits anew: the count alone must not pass for that of the store's own commit."""
    held = preload.build("gate", Path(__file__).parents[1], tmp_path)
    run_python(GATES, tmp_path / "save.db", LD_PRELOAD=held, GATE=str(tmp_path / "gate"))
