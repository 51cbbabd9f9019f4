"""Columns out of the JSON value."""

import cloudvars
import pytest
from cloudvars import CloudError
from hypothesis import given
from hypothesis import strategies as st
from stores import one_store
from table_model import fits
from values import INT64

PATHS = {"class": str, "stats.level": int, "stats.name": str, "nowhere": int, "class.deeper": str, "z": str}


def test_fields_are_columns_out_of_the_json_value(world):
    #
    heroes = world.store.tables["general"].where(key="hero")
    wide = heroes.fields(PATHS)
    expected = world.model("general").where(key="hero").fields(PATHS).rows
    assert [{path: row[path] for path in PATHS} for row in wide] == [
        {path: row[path] for path in PATHS} for row in expected
    ]
    assert {path: wide.columns[path] for path in PATHS} == {
        "class": "string",
        "stats.level": "int64",
        "stats.name": "string",
        "nowhere": "int64",
        "class.deeper": "string",
        "z": "string",
    }
    assert [path for path in wide.columns if path in PATHS] == list(PATHS)
    assert [row["user_id"] for row in wide] == [row["user_id"] for row in heroes]


def test_fields_can_be_sorted_and_filtered_by(world):
    # "Every method that narrows returns a new Table"
    wide = world.store.tables["general"].where(key="hero").fields({"stats.level": int, "class": str})
    model = world.model("general").where(key="hero").fields({"stats.level": int, "class": str})
    levels = [(row["stats.level"], row["user_id"]) for row in model.sort("-stats.level", "user_id").rows]
    assert [(row["stats.level"], row["user_id"]) for row in wide.sort("-stats.level", "user_id")] == levels
    assert len(wide.where(**{"stats.level": 2})) == model.where(**{"stats.level": 2}).count() > 0
    assert len(wide.where(**{"class": "archer"})) == model.count()


VALUES = [
    None,
    True,
    0,
    -(2**63),
    2**63 - 1,
    1.5,
    "",
    "5",
    "true",
    "\ud7ff\0\"'\\",
    "字",
    [],
    [5],
    {},
    {"a": 5},
]


def test_a_value_that_is_not_there_or_does_not_fit_is_null(store, room):
    with room.score.get_commit() as c:
        for number, value in enumerate(VALUES):
            c.set(user_id=number, key="k", value={"a": value, "b": {"a": value}})
        c.set(user_id=90, key="k", value=[1, 2])
        c.set(user_id=91, key="k", i_value=1)
        c.set(user_id=92, key="k", value={"b": [{"a": 1}]})
    for kind in (str, int, bool):
        for path in ("a", "b.a"):
            found = [row[path] for row in store.tables["general"].fields({path: kind})]
            expected = [fits(value, kind) for value in VALUES] + [None] * 3
            assert [(type(one), one) for one in found] == [(type(one), one) for one in expected], (kind, path)


def test_a_float_field_takes_ints_and_keeps_floats(store, room):
    numbers = [1.5, -0.25, 1e300, 5, -7, 0]
    with room.score.get_commit() as c:
        for number, value in enumerate([*numbers, "1.5", True, None]):
            c.set(user_id=number, key="k", value={"a": value})
    table = store.tables["general"].fields({"a": float})
    found = [row["a"] for row in table]
    assert found == [*map(float, numbers), None, None, None]
    assert [type(one) for one in found[:6]] == [float] * 6
    assert table.columns["a"] == "float64"


@pytest.fixture(scope="module", params=["memory", "mariadb"])
def texts(request):
    """One row that Hypothesis changes."""
    target = ":memory:" if request.param == "memory" else request.getfixturevalue("mariadb").new_database()
    with cloudvars.open(target) as store:
        yield store.room(limits=False).score, store.tables["general"]


@given(
    value=st.text(max_size=20) | INT64 | st.booleans(),
    path=st.text(st.characters(codec="utf-8", exclude_characters=".#x"), min_size=1, max_size=5),
)
def test_any_key_and_any_text_comes_out_of_a_field(texts, value, path):
    score, table = texts
    with score.get_commit() as c:
        c.set(user_id=1, key="k", value={path: value, "x": {path: value}})
    # A path that is a column's name is written with the sign of the whole value in front.
    for full in (f"$.{path}" if path in table.columns else path, f"x.{path}"):
        [row] = table.fields({full: type(value)})
        assert (type(row[full]), row[full]) == (type(value), value)


def test_fields_of_lists_and_messages_and_storage(world):
    tables = world.store.tables
    names = [row["name"] for row in tables["list"].where(key="bag", user_id=7).fields({"name": str})]
    assert sorted(names) == ["bow", "long bow"]
    assert [row["n"] for row in tables["message"].where(target_user_id=-1).fields({"n": int})] == [-1]
    assert [row["n"] for row in tables["world_data"].fields({"n": int})] == [-3, 0, 3]


@one_store
@pytest.mark.parametrize(
    ("types", "said"),
    [
        ({"a": set}, "set"),
        ({"a": "integer?"}, "integer"),
        ({"": int}, "names with dots"),
        ({5: int}, "5"),
        (["a"], "fields"),
        ({"key": str}, "key"),
    ],
)
def test_a_field_that_cannot_be_is_refused_by_name(store, types, said):
    with pytest.raises((CloudError, TypeError), match=said):
        store.tables["general"].fields(types).rows()


@one_store
def test_a_table_without_json_has_no_fields(store):
    with pytest.raises((CloudError, TypeError), match="money"):
        store.tables["money"].fields({"a": int}).rows()
