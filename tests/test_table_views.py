"""The views of the file and the names in SQL are those of the tables."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime

import cloudvars
import pytest
from table_json import as_text
from table_model import COLUMNS
from table_world import new_world


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A file that nobody has open, and the world that was written into it."""
    folder = tmp_path_factory.mktemp("views")
    world = new_world(str(folder / "save.db"), folder / "customAchievements")
    world.store.close()
    world.path = folder / "save.db"
    return world


def read(path, name):
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(f'SELECT * FROM "{name}"')]


def plain(name, row):
    """A row of a view as a row of a table: its times, its bools and its JSON decoded."""
    kinds = COLUMNS[name]
    return {
        column: value
        if value is None
        else datetime.fromisoformat(value)
        if kinds[column] == "timestamp"
        else bool(value)
        if kinds[column] == "bool"
        else json.loads(value)
        if kinds[column] == "json"
        else value
        for column, value in row.items()
    }


def placed(rows):
    """In an order that needs no order of the view."""
    return sorted(rows, key=lambda row: json.dumps(row, default=str, sort_keys=True))


def test_the_views_of_the_file_have_the_same_names_and_columns(closed, table_name):
    #
    with closing(sqlite3.connect(closed.path)) as db:
        columns = [row[1] for row in db.execute(f'PRAGMA table_info("{table_name}")')]
    assert columns == list(COLUMNS[table_name])


def test_the_views_of_the_file_have_the_same_rows(closed, table_name):
    # "In `sql` and in the file's views `with_limit.value` is the stored one"
    stored = [
        row
        | (
            {"value": closed.found["with_limit"][row["game"], row["user_id"], row["key"]]["value"]}
            if table_name == "with_limit"
            else {}
        )
        for row in closed.rows(table_name)
    ]
    found = [plain(table_name, row) for row in read(closed.path, table_name)]
    assert placed(found) == placed(as_text(table_name, stored))


def test_sql_has_the_same_names_and_columns_on_every_engine(world, table_name):
    found = world.store.sql(f'SELECT * FROM "{table_name}"')
    assert list(found.columns) == list(COLUMNS[table_name])
    assert len(found) == len(world.rows(table_name))


def test_in_sql_with_limit_is_the_stored_value_and_expires_says_until_when(world):
    found = world.store.sql(
        "SELECT game, user_id, key, value, expires FROM with_limit ORDER BY game, user_id, key"
    )
    for row in found:
        kept = world.found["with_limit"][row["game"], row["user_id"], row["key"]]
        assert row["value"] == kept["value"], row
        expires = row["expires"]
        if isinstance(expires, str):
            expires = datetime.fromisoformat(expires)
        assert expires == kept["expires"], row
    assert [row["key"] for row in found if row["expires"] is None] == ["never"] * 2


def test_sql_has_the_tables_of_all_games_with_their_game_column(world):
    # "tables of all games, with their `game` column"
    rows = world.store.sql("SELECT DISTINCT game FROM money ORDER BY game").rows()
    assert [row["game"] for row in rows] == ["another", "default"]


def test_a_view_that_was_dropped_is_made_again(closed, tmp_path):
    path = tmp_path / "save.db"
    path.write_bytes(closed.path.read_bytes())
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP VIEW money")
        db.commit()
    with cloudvars.open(path, clock=closed.clock) as store:
        assert store.sql("SELECT count(*) AS n FROM money").rows() == [{"n": len(closed.rows("money"))}]
    assert len(read(path, "money")) == len(closed.rows("money"))
