"""Rows that are kept in memory are never older than those in the file, whoever else writes (C-9)."""

import json
import shutil
import threading
from pathlib import Path

import cloudvars
import preload
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

PEER = Path(__file__).with_name("cache_peer.py")
RACE = Path(__file__).with_name("cache_race.py")
SIZES = (0, 20_000, 64 << 20)  # none, a few rows, all of them


class Peer:
    """A process on the store, which does what it is asked."""

    def __init__(self, start, path, cache):
        self.child = start(PEER, path, cache)

    def ask(self, name, given=None):
        """Asks it, and waits for the answer."""
        self.tell(name, given)
        return json.loads(self.child.stdout.readline())

    def tell(self, name, given=None):
        """Asks it; `hear()` has the answer."""
        self.child.stdin.write(json.dumps([name, given]) + "\n")
        self.child.stdin.flush()

    def die(self):
        """Ends it as a crash would."""
        self.tell("die")
        self.child.wait()


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
    import mmap  # noqa: PLC0415 - of this test alone

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


class Machine(RuleBasedStateMachine):
    """Two processes and three stores, one of them almost without a cache, against a dict."""

    folder = None
    start = None

    @initialize()
    def open(self):
        """Opens all of them."""
        self.number = 0
        self.path = self.folder / f"{id(self)}.db"
        self.model = {}
        self.saved = None
        self.open_here()
        self.peer = Peer(self.start, self.path, 64 << 20)
        self.peer.ask("get", {"call": "get", "user_id": 1, "key": "a"})

    def open_here(self):
        """Opens the stores of this process."""
        self.stores = [
            cloudvars.open(self.path, cache=size, durability="normal") for size in (64 << 20, 20_000)
        ]
        self.scores = [store.room("room", limits=False).score for store in self.stores]

    def teardown(self):
        """Closes what is open."""
        if hasattr(self, "stores"):
            for store in self.stores:
                store.close()
            self.peer.child.kill()
            self.peer.child.wait()

    users = st.integers(1, 3)
    keys = st.sampled_from(["a", "b"])
    changes = st.lists(st.tuples(users, keys, st.integers(-3, 3)), min_size=1, max_size=4)

    @rule(who=st.integers(0, 2), changes=changes)
    def commit(self, who, changes):
        """One of the three commits."""
        verbs = [["addi", {"user_id": user, "key": key, "value": more}] for user, key, more in changes]
        if who == 2:
            self.peer.ask("commit", verbs)
        else:
            with self.scores[who].get_commit() as c:
                for verb, fields in verbs:
                    getattr(c, verb)(**fields)
        for user, key, more in changes:
            self.model[user, key] = self.model.get((user, key), 0) + more

    @rule(user=users, key=keys)
    def delete(self, user, key):
        """A row is deleted."""
        assert self.stores[0].operator.delete("general", user_id=user, key=key).ok
        self.model.pop((user, key), None)

    @rule(kind=st.sampled_from(["PASSIVE", "FULL", "RESTART", "TRUNCATE"]))
    def checkpoint(self, kind):
        """Another SQLite empties the log."""
        self.peer.ask("checkpoint", kind)

    @rule()
    def crash(self):
        """The other process ends without closing anything, and another one begins."""
        self.peer.die()
        self.peer = Peer(self.start, self.path, 64 << 20)

    @rule()
    def reopen(self):
        """The stores of this process are closed and opened again."""
        for store in self.stores:
            store.close()
        self.open_here()

    @rule()
    def save(self):
        """A copy is made while all are open."""
        self.number += 1
        self.saved = (self.path.with_suffix(f".{self.number}.copy"), dict(self.model))
        self.stores[0].backup(self.saved[0])

    @rule()
    def restore(self):
        """All close, and the copy takes the place of the file."""
        if self.saved is None:
            return
        for store in self.stores:
            store.close()
        self.peer.child.stdin.close()
        self.peer.child.wait()
        for name in ("", "-wal", "-shm"):
            Path(f"{self.path}{name}").unlink(missing_ok=True)
        shutil.copy(self.saved[0], self.path)
        self.model = dict(self.saved[1])
        self.open_here()
        self.peer = Peer(self.start, self.path, 64 << 20)

    @rule(user=users, key=keys, who=st.integers(0, 1))
    def get_one(self, user, key, who):
        """One row, by itself."""
        rows = self.scores[who].get(user_id=user, key=key).unwrap()
        assert {(row["user_id"], row["key"]): row["i_value"] for row in rows} == {
            at: value for at, value in self.model.items() if at == (user, key)
        }

    @invariant()
    def agree(self):
        """All see the same."""
        if not hasattr(self, "stores"):
            return
        ask = {"user_id": [1, 2, 3], "key": ["a", "b"]}
        answers = [score.get(**ask).unwrap() for score in self.scores]
        answers.append(self.peer.ask("get", {"call": "get", **ask}))
        for rows in answers:
            assert {(row["user_id"], row["key"]): row["i_value"] for row in rows} == self.model


def test_two_processes_against_a_model(tmp_path, start_python):
    """Commits, deletions, checkpoints, crashes, copies: every read agrees with the model."""
    machine = type("Bound", (Machine,), {"folder": tmp_path, "start": staticmethod(start_python)})
    from hypothesis.stateful import run_state_machine_as_test  # noqa: PLC0415 - of this test alone

    run_state_machine_as_test(
        machine, settings=settings(max_examples=12, stateful_step_count=25, deadline=None)
    )
