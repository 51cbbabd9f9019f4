"""One row a user, one column a key."""

import pytest
from cloudvars import CloudError
from stores import one_store
from table_model import TableModel


def narrow(rows):
    """Without the game, which a pivot may carry along."""
    return [{name: one for name, one in row.items() if name != "game"} for row in rows]


def test_pivot_has_one_row_a_user_and_one_column_a_key(world):
    #
    wide = world.store.tables["general"].pivot("i_value")
    expected = world.model("general").pivot("i_value").rows
    assert narrow(wide.rows()) == expected
    assert len(wide) == wide.count() == len(expected)
    assert set(wide.columns) - {"game"} == set(expected[0])
    assert {wide.columns[key] for key in ("hero", "hp", "empty")} == {"int64"}
    assert wide.to_arrow().column_names == list(wide.columns)


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("general", "s_value", "string"),
        ("general", "value", "json"),
        ("money", "value", "int64"),
        ("money", "updated", "timestamp"),
        ("with_limit", "value", "int64"),
        ("storage", "value", "json"),
    ],
)
def test_pivot_of_any_column_keeps_its_type(world, table, column, kind):
    wide = world.store.tables[table].pivot(column)
    assert narrow(wide.rows()) == world.model(table).pivot(column).rows
    assert {one for name, one in wide.columns.items() if name not in ("game", "user_id")} == {kind}


def test_pivot_of_narrowed_rows_and_narrowed_pivots(world):
    money, model = world.store.tables["money"], world.model("money")
    assert (
        narrow(money.where(key="gold").pivot("value").rows()) == model.where(key="gold").pivot("value").rows
    )
    wide, rows = money.pivot("value"), model.pivot("value")
    assert narrow(wide.sort("-gold").rows()) == rows.sort("-gold").rows
    assert narrow(wide.sort("gems").rows()) == rows.sort("gems").rows
    assert narrow(wide.limit(2, offset=1).rows()) == rows.limit(2, 1).rows
    assert narrow(wide.where(gems=[1, -1]).rows()) == rows.where(gems=[1, -1]).rows
    assert narrow(wide.where(user_id=7).rows()) == rows.where(user_id=7).rows


def test_pivot_of_every_game_keeps_the_games_apart(world):
    wide = world.store.tables["money"].where(game=None).pivot("value")
    assert len(wide) == len(TableModel(world.rows("money"), None).pivot("value").rows)


def test_the_games_may_be_named_after_the_pivot(world):
    # "wherever it stands": E-2
    for money in (world.store.tables["money"], world.store.tables["money"].sort("-value")):
        before, after = money.where(game=None).pivot("value"), money.pivot("value").where(game=None)
        assert after.rows() == before.rows()
        assert list(after.columns) == list(before.columns)
        one = money.where(game=None).pivot("value").where(game="default")
        assert one.rows() == money.pivot("value").rows()


def test_pivot_of_nothing_is_empty(store):
    wide = store.tables["money"].pivot("value")
    assert (wide.rows(), len(wide)) == ([], 0)
    assert "user_id" in wide.columns


def test_a_pivot_whose_keys_would_hide_user_id_is_refused(store, room):
    with room.score.get_commit() as c:
        c.money_add(user_id=1, key="user_id", value=1)
        c.money_add(user_id=1, key="gold", value=1)
    with pytest.raises(CloudError, match="user_id"):
        store.tables["money"].pivot("value").rows()
    assert len(store.tables["money"].where(key="gold").pivot("value")) == 1


def test_keys_of_any_text_are_columns(store, room):
    keys = ['"', "`", "a b", "'; DROP TABLE cloud; --", "字", "\0", "%s", "?", "{}", "A", "a"]
    with room.score.get_commit() as c:
        for number, key in enumerate(keys):
            c.money_add(user_id=1, key=key, value=number)
    [row] = store.tables["money"].pivot("value")
    assert {key: row[key] for key in keys} == {key: number for number, key in enumerate(keys)}


@one_store
@pytest.mark.parametrize(
    ("table", "column"), [("money", "nothing"), ("money", ""), ("name", "value"), ("node", "total")]
)
def test_a_pivot_that_cannot_be_is_refused_by_name(store, table, column):
    with pytest.raises((CloudError, TypeError)) as caught:
        store.tables[table].pivot(column).rows()
    assert column in str(caught.value) or table in str(caught.value)
