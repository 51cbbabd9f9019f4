"""Which tables there are, which columns they have, and what is known without reading."""

from collections.abc import Mapping

import cloudvars
import pytest
from stores import one_store
from table_model import COLUMNS, NAMES


def test_tables_is_a_mapping_from_name_to_table_in_this_order(store):
    #
    assert isinstance(store.tables, Mapping)
    assert list(store.tables) == NAMES
    assert len(store.tables) == len(NAMES)
    assert [table.name for table in store.tables.values()] == NAMES
    assert "money" in store.tables
    assert "cloud" not in store.tables


def test_columns_are_those_of_the_calls_then_version_created_updated(store, table_name):
    columns = store.tables[table_name].columns
    assert columns == COLUMNS[table_name]
    assert list(columns) == list(COLUMNS[table_name])


@one_store
def test_a_table_that_is_not_there_is_a_key_error_that_names_near_misses(store):
    with pytest.raises(KeyError, match="monye") as caught:
        store.tables["monye"]
    assert "money" in str(caught.value)
    assert store.tables.get("monye") is None


def test_an_empty_store_has_empty_tables(store, table_name):
    table = store.tables[table_name]
    assert table.rows() == []
    assert (len(table), table.count(), list(table)) == (0, 0, [])
    assert table.to_arrow().num_rows == 0
    assert table.to_arrow().column_names == list(COLUMNS[table_name])
    assert table_name in repr(table)
    assert table._repr_html_()


@one_store
def test_every_method_that_narrows_returns_a_new_table(store, room):
    with room.score.get_commit() as c:
        c.money_add(user_id=1, key="gold", value=1)
    money = store.tables["money"]
    narrowed = [
        money.where(key="no"),
        money.limit(0),
        money.where(since="2030-01-01T00:00:00Z"),
        money.sort("-value").limit(0),
        store.tables["general"].fields({"a": int}),
        store.tables["general"].pivot("i_value"),
    ]
    assert [len(one) for one in narrowed] == [0] * 6
    assert len(money) == 1
    assert money.columns == COLUMNS["money"]


@one_store
def test_nothing_is_read_before_it_is_asked_for(store, room):
    # A Table made before a commit sees the commit.
    rich = store.tables["money"].where(key="gold").sort("-value").limit(1)
    assert rich.rows() == []
    with room.score.get_commit() as c:
        c.money_add(user_id=1, key="gold", value=1)
    assert [row["value"] for row in rich.rows()] == [1]
    with room.score.get_commit() as c:
        c.money_add(user_id=2, key="gold", value=2)
    assert [row["value"] for row in rich] == [2]


@one_store
def test_a_closed_store_is_an_error_and_not_an_empty_table(store):
    money = store.tables["money"]
    store.close()
    for ask in (
        money.rows,
        money.count,
        money.to_arrow,
        lambda: store.player(1).to_dict(),
        lambda: store.sql("SELECT 1").rows(),
    ):
        with pytest.raises(cloudvars.StoreError):
            ask()
