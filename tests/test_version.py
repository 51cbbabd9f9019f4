"""Stores of other versions: who may read them, who may write them, also when that changes under an open store."""

import asyncio
import contextlib
import json
import sqlite3
import threading
from pathlib import Path

import cloudvars
import pytest
from achievement_calls import achieved
from cloudvars import StoreError
from copies import fill_all
from score_calls import add, commit, everything, gold, numbers

FILE = """if True:
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.executescript("BEGIN IMMEDIATE; " + sys.argv[2] + "; COMMIT")
    connection.close()
"""
OURS = 3


def on_server(server, address, version, least_reader, least_writer):
    said = {"version": version, "least_reader": least_reader, "least_writer": least_writer}
    value = [] if least_reader is None else [json.dumps(said)]
    columns = "i_value = %s" + (", value = %s" if value else "")
    sql = f"UPDATE cloud SET {columns} WHERE game = -1 AND `key` = 'format'"
    server.execute(sql, version, *value, database=address.rpartition("/")[2])


@pytest.fixture
def become(request, run_python, address):
    """Makes another version of the test's store, as another process would; None: the format does not say."""

    def become(version, least_reader=None, least_writer=None):
        if "://" in address:
            on_server(request.getfixturevalue("mariadb"), address, version, least_reader, least_writer)
            return
        said = (
            ""
            if least_reader is None
            else f"{version}, least_reader = {least_reader}, least_writer = {least_writer}"
        )
        sql = f"PRAGMA user_version = {version};" + (f"UPDATE format SET version = {said};" if said else "")
        more = "CREATE TABLE IF NOT EXISTS later (x)" if version > OURS else "DROP TABLE IF EXISTS later"
        run_python("-c", FILE, address, sql + (more if said else ""))

    return become


def writes(store):
    """Every way in which a store is written, by name."""
    room = store.room(limits=False)
    score = room.score

    def through_asyncio():
        async def main():
            c = score.aio.get_commit()
            c.money_add(user_id=1, key="gold", value=1)
            assert (await c.commit()).ok

        asyncio.run(main())

    def many():
        c = score.get_commit()
        c.money_add(user_id=1, key="gold", value=1)
        score.commit_many([c])

    def achieve():
        answers = []
        room.achievement.LobbySetAchievementStorage(answers.append, 7, "n", 1)
        if answers == [None]:
            raise StoreError("the callback got None")

    return {
        "commit": lambda: commit(score, add(1)),
        "commit_many": many,
        "asyncio": through_asyncio,
        "message": lambda: score.message_send(src_user_id=1, key="k", target_user_id=2, value=1),
        "publish": lambda: score.publish_message("news", 1),
        "achievement": achieve,
        "an expired counter": lambda: score.withlimit_query(user_id=1, key="hour"),
        "sweep": lambda: store._sweep(2**62),
        "a new game": lambda: store.room(game="another"),
        "define": lambda: store.achievements.define("m", total=3),
        "join": lambda: room.player_join(3),
    }


WRITES = [
    "commit", "commit_many", "asyncio", "message", "publish", "achievement", "an expired counter", "sweep",
    "a new game", "define", "join",
]  # fmt: skip


def prepared(store, clock):
    """A store in which every write of [`writes`] has something to do."""
    store.achievements.define("n", total=100)
    score = store.room(limits=False).score
    assert commit(
        score,
        add(1),
        ("withlimit_add", {"user_id": 1, "key": "hour", "value": 1, "limit": 9, "refresh_hour": 1}),
    ).ok
    score.publish_message("old", 1)
    clock.advance(hours=2)


@pytest.mark.parametrize("described", [True, False])
@pytest.mark.parametrize("name", WRITES)
def test_a_store_that_became_newer_is_not_written(open_store, clock, become, name, described):
    store = open_store()
    assert list(writes(store)) == WRITES
    prepared(store, clock)
    before = store.dump()
    become(OURS + 1, *([1, OURS + 1] if described else []))
    if name == "an expired counter":
        # A read: the answer is 0, and stays so until it can be stored.
        assert writes(store)[name]().unwrap()["value"] == 0
    else:
        with pytest.raises(StoreError, match=f"version {OURS + 1}|callback got None"):
            writes(store)[name]()
    assert gold(store.room(limits=False).score) == 1
    become(OURS, 1, 1)
    assert store.dump() == before
    writes(store)[name]()


def several_at_once(call, threads=8):
    """So many at once that new connections are made; whoever may not read is told so."""
    together = threading.Barrier(threads)

    def run():
        for _ in range(20):
            together.wait()
            with contextlib.suppress(StoreError):
                call()

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


@pytest.mark.parametrize(
    ("reader", "writer", "may"),
    [(1, 1, "write"), (OURS, OURS, "write"), (1, OURS + 1, "read"), (OURS + 1, OURS + 1, "")],
)
def test_a_newer_store_says_who_may_use_it(open_store, become, address, reader, writer, may):
    store = open_store()
    assert commit(store.room().score, *everything(5, "k", 3)).ok
    become(OURS + 1, reader, writer)
    if may == "write":
        assert numbers(store.room().score, 5, "k")[:7] == [[3]] * 7
        assert commit(store.room().score, *everything(6, "k", 4)).ok
        store.close()
        assert numbers(open_store().room().score, 6, "k")[:7] == [[4]] * 7
        return
    with pytest.raises(StoreError, match=f"to write it takes a cloudvars that knows version {writer}"):
        commit(store.room().score, add(1))
    if "://" in address:
        # A connection that reads looks when it is made. What it finds says nothing about writing.
        score = store.room(limits=False).score
        several_at_once(lambda: score.get(user_id=5, key="k"))
        with pytest.raises(StoreError, match=f"to write it takes a cloudvars that knows version {writer}"):
            commit(store.room().score, add(1))
    elif may == "read":
        assert store.room().score.get(user_id=5, key="k").data[0]["i_value"] == 3
    else:
        for _ in range(2):
            with pytest.raises(
                StoreError, match=f"to read it takes a cloudvars that knows version {OURS + 1}"
            ):
                store.room().score.get(user_id=5, key="k")
            with pytest.raises(
                StoreError, match=f"to read it takes a cloudvars that knows version {OURS + 1}"
            ):
                store.room().score.list_query(user_id=[5, 6], key="k")
    store.close()
    with pytest.raises(StoreError, match=f"to write it takes a cloudvars that knows version {writer}"):
        open_store()


def test_a_number_that_nothing_describes_is_refused_and_left_untouched(open_store, become, address):
    open_store().close()
    for version in (OURS + 1, 1000, -1):
        become(version)
        before = "://" in address or Path(address).read_bytes()
        with pytest.raises(StoreError, match=f"version {version}, and does not say who may use that"):
            open_store()
        assert "://" in address or Path(address).read_bytes() == before
    become(OURS, 1, 1)
    assert achieved(open_store().room()) == {}


FILES = pytest.mark.parametrize("address", ["file"], indirect=True)


@FILES
def test_every_row_has_a_time_of_creation(open_store, address):
    with contextlib.closing(open_store()) as store:
        fill_all(store)
    with contextlib.closing(sqlite3.connect(address)) as sql:
        kinds = {kind for (kind,) in sql.execute("SELECT DISTINCT kind FROM cloud")}
        assert kinds == set(range(1, 20))
        assert sql.execute("SELECT kind, key FROM cloud WHERE created = 0").fetchall() == []


@FILES
@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (f"UPDATE format SET least_writer = {OURS + 1}", f"to write it takes .* version {OURS + 1}"),
        (f"UPDATE format SET version = {OURS + 1}", "does not say who may use that"),
        ("DELETE FROM format", "does not say who may use that"),
    ],
    ids=["least writer", "version", "nothing"],
)
def test_what_the_file_says_of_writers_counts_at_once(open_store, address, sql, said):
    # This holds where neither `user_version` nor the schema changed, too.
    store = open_store()
    score = store.room(limits=False).score
    assert commit(score, add(1)).ok
    with contextlib.closing(sqlite3.connect(address, isolation_level=None)) as db:
        kept = db.execute("SELECT * FROM format").fetchone()
        db.execute(sql)
        for _ in range(2):
            with pytest.raises(StoreError, match=said):
                commit(score, add(10))
        db.execute("DELETE FROM format")
        db.execute(f"INSERT INTO format VALUES ({', '.join('?' * len(kept))})", kept)
    assert commit(score, add(100)).ok
    assert gold(score) == 101


@FILES
def test_a_newer_file_keeps_our_tables(open_store, become, run_python, address):
    # More columns are fine; another meaning is not.
    with contextlib.closing(open_store()) as store:
        assert commit(store.room().score, add(1)).ok
    become(OURS + 1, 1, 1)
    run_python(
        "-c",
        FILE,
        address,
        "ALTER TABLE cloud ADD COLUMN more TEXT DEFAULT 'x'; ALTER TABLE note ADD COLUMN m TEXT",
    )
    with contextlib.closing(open_store()) as store:
        assert commit(store.room().score, add(1)).ok
        assert gold(store.room().score) == 2
    for sql, named in {
        "ALTER TABLE cloud ADD COLUMN half INTEGER AS (i_value / 2)": "table 'cloud'",
        "CREATE UNIQUE INDEX later_u ON cloud (game, owner, kind, world, key, id, ver)": "index 'later_u'",
        "CREATE TRIGGER later_t AFTER INSERT ON note BEGIN SELECT 1; END": "trigger 'later_t'",
    }.items():
        before = Path(address).read_bytes()
        run_python("-c", FILE, address, sql)
        with pytest.raises(StoreError, match=named):
            open_store()
        Path(address).write_bytes(before)
    with cloudvars.open(address) as store:
        assert gold(store.room().score) == 2
