"""The order of lists and messages after clocks ran ahead, and notes that were dated by such a clock."""

import sqlite3
import time
from contextlib import closing

import cloudvars
import pytest

AHEAD = 3600 * 10**6 << 12
LATER_MS = 3600 * 1000
FILE = """if True:
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.executescript("BEGIN IMMEDIATE; " + sys.argv[2] + "; COMMIT")
    connection.close()
"""


@pytest.fixture
def ran_ahead(request, run_python, address):
    """All that is stored was stored by somebody whose clock was an hour ahead."""

    def ran_ahead():
        if "://" in address:
            sql = f"UPDATE cloud SET seq = seq + {AHEAD} WHERE seq > 0"
            request.getfixturevalue("mariadb").execute(sql, database=address.rpartition("/")[2])
        else:
            sql = f"UPDATE cloud SET seq = seq + {AHEAD} WHERE seq > 0; UPDATE format SET stamped = stamped + {AHEAD}"
            run_python("-c", FILE, address, sql)

    return ran_ahead


def store_one(score, n):
    with score.get_commit() as c:
        c.list_add(user_id=1, key=f"bag{n % 2}", value=[n])
        c.world_list_add(user_id=1, key="w", world_id=1, value=[n])
    assert score.message_send(src_user_id=1, key="m", target_user_id=n % 3, value=n).ok


def order(score):
    lists = score.list_query(user_id=1, key=["bag0", "bag1"]).data
    world = score.world_list_query(user_id=1, key="w", world_id=1).data
    messages = score.message_query(key="m").data
    return (
        [row["value"][0] for row in lists],
        [row["value"][0] for row in world],
        [row["value"] for row in messages],
    )


def test_what_comes_later_is_newer_after_reopening(open_store, reopen, ran_ahead):
    # L-3, W-1, S-2
    store = open_store()
    for n in range(4):
        store_one(store.room(limits=False).score, n)
        store.close()
        ran_ahead()
        store = open_store()
    for n in range(4, 7):
        store_one(store.room(limits=False).score, n)
    assert order(store.room(limits=False).score) == (
        list(range(6, -1, -1)),
        list(range(6, -1, -1)),
        list(range(7)),
    )


@pytest.mark.parametrize("address", ["file"], indirect=True)
def test_what_comes_later_is_newer_between_stores(open_store, ran_ahead):
    # L-3, W-1, S-2
    stores = [open_store() for _ in range(2)]
    for n in range(12):
        store_one(stores[n % 2].room(limits=False).score, n)
        if n % 3 == 0:
            ran_ahead()
    score = stores[0].room(limits=False).score
    assert order(score) == (list(range(11, -1, -1)), list(range(11, -1, -1)), list(range(12)))


def test_a_fork_and_a_copy_go_on_behind_what_they_hold(address, open_store, ran_ahead, new_address):
    # L-3
    store = open_store()
    store_one(store.room(limits=False).score, 0)
    store.close()
    ran_ahead()
    store = open_store()
    with store.fork() as fork:
        store_one(fork.room(limits=False).score, 1)
        assert order(fork.room(limits=False).score) == ([1, 0], [1, 0], [0, 1])
    store.close()
    for kind in ("file", "mariadb"):
        target = new_address(kind)
        cloudvars.copy(address, target)
        with cloudvars.open(target) as copy:
            store_one(copy.room(limits=False).score, 1)
            assert order(copy.room(limits=False).score) == ([1, 0], [1, 0], [0, 1])


@pytest.mark.parametrize("address", ["file"], indirect=True)
def test_a_note_dated_in_the_future_blocks_no_purge(open_store, address):
    # S-6
    def notes():
        with closing(sqlite3.connect(address)) as sql, sql:
            found = sql.execute("SELECT value FROM note ORDER BY cursor").fetchall()
        sql.close()
        return [value for (value,) in found]

    def sweep(before_ms):
        with open_store() as store:
            store._sweep(before_ms)

    with open_store() as store:
        for n in range(3):
            store.room().score.publish_message("news", n)
    now_ms = int(time.time() * 1000)
    with closing(sqlite3.connect(address)) as sql, sql:
        sql.execute("UPDATE note SET at = ? WHERE value = '0'", (now_ms + LATER_MS,))
    sql.close()
    # The others go at their time; this one counts as written when it was found.
    sweep(now_ms + 1)
    assert notes() == ["0"]
    sweep(int(time.time() * 1000) + 1000)
    assert notes() == []
