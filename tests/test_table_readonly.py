"""Tables, players and SQL of stores that are only read: never a byte is written, whatever made the file."""

import shutil
from datetime import timedelta

import cloudvars
import pytest
from folders import state
from golden import LATER, VERSIONS
from table_model import COLUMNS, NAMES
from table_world import new_world


def read_everything(store):
    """All that looks at data."""
    for name in NAMES:
        table = store.tables[name]
        table.where(game=None).rows()
        table.sort("game").limit(3).to_arrow()
        table.count(), repr(table), table._repr_html_(), table.describe()
        store.sql(f'SELECT * FROM "{name}"').rows()
    store.tables["money"].pivot("value").rows()
    store.tables["general"].fields({"class": str}).rows()
    for user in (1, 2, 7, 8, -3):
        store.player(user).to_dict()
    repr(store.player(1))
    list(store.games)


@pytest.fixture
def full(only_folder, tmp_path):
    """A closed file of the world."""
    folder = tmp_path / "nodes"
    world = new_world(str(only_folder / "save.db"), folder)
    world.store.close()
    world.path = only_folder / "save.db"
    return world


def test_a_read_only_store_never_writes_a_byte(full, only_folder):
    #
    # "never writes: makes no file, resets no counter"
    before = state(only_folder)
    with cloudvars.open(full.path, readonly=True, clock=full.clock) as store:
        read_everything(store)
        for name in NAMES:
            assert store.tables[name].rows() == full.model(name).rows
        full.clock.advance(days=400)
        assert {row["value"] for row in store.tables["with_limit"]} == {0, 3}
        assert state(only_folder) == before
    assert state(only_folder) == before


def test_a_medium_that_cannot_be_written_is_read(full, only_folder):
    # "needs no write permission": root may write anywhere, but must not
    full.path.chmod(0o444)
    only_folder.chmod(0o555)
    try:
        before = state(only_folder)
        with cloudvars.open(full.path, readonly=True, clock=full.clock) as store:
            read_everything(store)
        assert state(only_folder) == before
    finally:
        only_folder.chmod(0o755)


def test_reading_tables_stores_nothing_in_a_writable_store(store, room, clock):
    with room.score.get_commit() as c:
        c.withlimit_add(user_id=1, key="daily", value=3, limit=5, refresh_day=1)
    clock.advance(days=3)
    before = store.dump()
    read_everything(store)
    assert [row["value"] for row in store.tables["with_limit"]] == [0]
    assert store.player(1).to_dict()["with_limit"][0]["value"] == 0
    assert store.dump() == before


def test_a_read_only_store_sees_what_another_process_commits(path, writer):
    tell, _ = writer(path)
    tell(1)
    with cloudvars.open(path, readonly=True) as store:
        money = store.tables["money"].where(user_id=1)
        assert [row["value"] for row in money] == [1]
        tell(5)
        assert [row["value"] for row in money] == [6]
        assert store.sql("SELECT sum(value) AS total FROM money").rows() == [{"total": 300}]
        tell(1)
        assert [row["value"] for row in store.player(1).to_dict()["money"]] == [7]


def test_a_server_is_read_only_too(url, clock, tmp_path):
    world = new_world(url, tmp_path / "nodes")
    before = world.store.dump()
    with cloudvars.open(url, readonly=True, clock=world.clock) as store:
        read_everything(store)
        assert store.tables["list"].rows() == world.model("list").rows
    assert world.store.dump() == before
    world.store.close()


@pytest.fixture(params=VERSIONS, ids=lambda version: version.stem)
def old(request, only_folder):
    """A file of an earlier version."""
    path = only_folder / "old.db"
    shutil.copyfile(request.param, path)
    return path


def in_dump(dump, game, table):
    ids = {"objectId": "object_id", "uid": "user_id"}
    return [
        {ids.get(name, name): one for name, one in row.items()} for row in dump["games"][game].get(table, [])
    ]


def test_an_older_file_works_read_only_without_changing_it(old, only_folder):
    # "`readonly` on a file of an older schema works without changing it"
    before = state(only_folder)
    with cloudvars.open(old, readonly=True, clock=cloudvars.ManualClock(LATER), game="hunters") as store:
        dump = store.dump()
        read_everything(store)
        assert sorted(store.games) == ["farmers", "hunters"]
        for game in ("hunters", "farmers"):
            for name in NAMES[1:]:
                assert list(store.tables[name].columns) == list(COLUMNS[name])
                rows, dumped = store.tables[name].where(game=game).rows(), in_dump(dump, game, name)
                assert len(rows) == len(dumped), (game, name)
                for column in (
                    "key",
                    "progress",
                    "limit",
                    "cmd",
                    "node_id",
                    "uuid",
                    "object_id",
                    "name",
                    "world_id",
                ):
                    if rows and column in rows[0]:
                        found = sorted(row[column] for row in rows)
                        assert found == sorted(row[column] for row in dumped), (name, column)
        assert store.player(1).to_dict()["money"] == store.tables["money"].where(user_id=1).rows()
    assert state(only_folder) == before


def test_rows_from_before_have_no_creation_time(only_folder):
    # "older rows: null"
    path = only_folder / "old.db"
    shutil.copyfile(VERSIONS[0], path)
    for _ in range(2):
        with cloudvars.open(
            path, readonly=_ == 0, clock=cloudvars.ManualClock(LATER), game="hunters"
        ) as store:
            assert {row["created"] for row in store.tables["money"]} == {None}
            assert None not in {row["created"] for row in store.tables["list"]}
            assert None not in {row["created"] for row in store.tables["message"]}
            assert None not in {row["updated"] for row in store.tables["money"]}
            assert all(row["last_change"] for row in store.tables["player"])
            assert store.tables["money"].to_arrow()["created"].null_count == store.tables["money"].count()


def test_an_older_file_is_brought_up_and_has_the_views(only_folder):
    path = only_folder / "old.db"
    shutil.copyfile(VERSIONS[0], path)
    with cloudvars.open(path, clock=cloudvars.ManualClock(LATER), game="hunters") as store:
        tables = {name: store.tables[name].where(game=None).rows() for name in NAMES}
        for name in NAMES:
            assert len(store.sql(f'SELECT * FROM "{name}"')) == len(tables[name]), name
        with store.room(limits=False).score.get_commit() as c:
            c.money_add(user_id=12345, key="k", value=1)
        [row] = store.tables["money"].where(user_id=12345)
        assert row["created"] == row["updated"] == LATER
        assert LATER - timedelta(days=1) < row["created"]
