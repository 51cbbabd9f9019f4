"""A read is one consistent snapshot, whatever others write, and other threads go on meanwhile."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest

USERS = 200
MANY = 70_000


@pytest.fixture
def bank(store):
    """Accounts whose sum is always 0."""
    with store.room(limits=False).score.get_commit() as c:
        for user in range(USERS):
            c.money_add(user_id=user, key="gold", value=0)
    return store


@pytest.fixture
def paying(bank):
    """Threads that move gold between the accounts until the test ends; each commit keeps the sum."""
    stop, failed = threading.Event(), []

    def pay(step):
        score, user = bank.room(limits=False).score, 0
        try:
            while not stop.is_set():
                user += step
                with score.get_commit() as c:
                    c.money_add(user_id=user % USERS, key="gold", value=1)
                    c.money_add(user_id=(user * 7 + 1) % USERS, key="gold", value=-1)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=pay, args=(step,)) for step in (1, 3)]
    for thread in threads:
        thread.start()
    yield bank
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_table_is_one_snapshot_while_others_write(paying):
    #
    money = paying.tables["money"]
    for _ in range(20):
        assert sum(row["value"] for row in money) == 0
        assert sum(money.to_arrow()["value"].to_pylist()) == 0
        assert sum(row["value"] for row in money.sort("-value")) == 0
        assert len(money) == USERS


def test_sql_is_one_snapshot_while_others_write(paying):
    for _ in range(20):
        [row] = paying.sql("SELECT sum(value) AS total, count(*) AS users FROM money")
        assert (int(row["total"]), row["users"]) == (0, USERS)
        [row] = paying.sql(
            "SELECT (SELECT sum(value) FROM money WHERE user_id < 100) + (SELECT sum(value) FROM money WHERE user_id >= 100) AS total"
        )
        assert int(row["total"]) == 0


def test_a_player_is_one_snapshot_while_others_write(store):
    # Each commit changes the balance and the list of one user together.
    stop = threading.Event()

    def write():
        score = store.room(limits=False).score
        while not stop.is_set():
            with score.get_commit() as c:
                c.money_add(user_id=1, key="gold", value=1)
                c.list_add(user_id=1, key="bag", value=[1])

    with ThreadPoolExecutor() as pool:
        done = pool.submit(write)
        try:
            for _ in range(20):
                found = store.player(1).to_dict()
                assert sum(row["value"] for row in found["money"]) == len(found["list"])
        finally:
            stop.set()
        done.result()


def test_a_stream_is_one_snapshot_from_its_first_batch_to_its_last(store):
    score = store.room(limits=False).score
    with score.get_commit() as c:
        for user in range(MANY):
            c.money_add(user_id=user, key="gold", value=1)
    reader = pa.RecordBatchReader.from_stream(store.tables["money"])
    first = reader.read_next_batch()
    with score.get_commit() as c:
        c.money_add(user_id=MANY - 1, key="gold", value=1000)
        c.money_add(user_id=MANY, key="gold", value=1)
    rest = reader.read_all()
    assert first.num_rows + rest.num_rows == MANY
    assert rest["value"].to_pylist()[-1] == 1
    assert store.tables["money"].count() == MANY + 1


def test_other_threads_go_on_while_a_table_is_read(bank):
    # A read that is under way keeps neither the interpreter nor the store: a commit ends before it does.
    score = bank.room(limits=False).score
    reader = pa.RecordBatchReader.from_stream(bank.tables["money"])
    with ThreadPoolExecutor() as pool:
        c = score.get_commit()
        c.money_add(user_id=1, key="gold", value=5)
        assert pool.submit(c.commit).result().ok
        reads = [pool.submit(bank.tables["money"].to_arrow) for _ in range(8)]
        assert {read.result().num_rows for read in reads} == {USERS}
    assert sum(reader.read_all()["value"].to_pylist()) in (0, 5)


def test_threads_share_a_table(bank):
    money = bank.tables["money"].where(key="gold").sort("user_id")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: money.rows(), range(40)))
    assert all(rows == found[0] for rows in found)


def test_a_loop_over_a_table_may_write(bank):
    score = bank.room(limits=False).score
    for row in bank.tables["money"]:
        with score.get_commit() as c:
            c.money_add(user_id=row["user_id"] + 1000, key="gold", value=row["user_id"])
    assert len(bank.tables["money"]) == 2 * USERS


def test_no_quota_is_counted(store, room):
    # "A read of tables, `player`, `sql` costs no quota"
    with room.score.get_commit() as c:
        c.money_add(user_id=1, key="gold", value=1)
    before = room.budget()
    for _ in range(110):  # the quota is 300 reads
        store.tables["money"].rows()
        store.player(1).to_dict()
        store.sql("SELECT 1").rows()
    assert room.budget() == before
    assert room.score.money_get(user_id=1, key="gold").ok
