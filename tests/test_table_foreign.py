"""What people try who know pandas, polars or query builders: the errors say how it is done here."""

import copy
import pickle

import cloudvars
import pytest
from cloudvars import CloudValueError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import one_store

pytestmark = one_store


@pytest.fixture
def money(store, score):
    with score.get_commit() as c:
        for user in range(1, 6):
            c.money_add(user_id=user, key="gold", value=user % 3)
    return store.tables["money"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("head", "limit(5)"),
        ("filter", "where("),
        ("query", "where("),
        ("group_by", "store.sql("),
        ("sum", "store.sql("),
        ("unique", "store.sql("),
        ("sort_values", 'sort("-value"'),
        ("to_dicts", "rows()"),
        ("iterrows", "for row in table"),
        ("shape", "len(table)"),
        ("dtypes", "columns"),
        ("info", "describe()"),
        ("plot", "chart("),
        ("write_parquet", "to_parquet(path)"),
        ("to_excel", "to_pandas()"),
        ("value", 'row["value"]'),
        ("user_id", 'row["value"]'),
    ],
)
def test_a_name_of_another_library_is_answered_with_ours(money, name, hint):
    #
    with pytest.raises(AttributeError) as caught:
        getattr(money, name)
    assert hint in str(caught.value) and f"no attribute '{name}'" in str(caught.value)
    assert (caught.value.name, caught.value.obj) == (name, money)
    assert not hasattr(money, name)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # it is an address
@given(name=st.from_regex(r"\A_?[a-z][a-z_]{0,12}\Z"))
def test_any_other_name_is_not_there(target, name):
    with cloudvars.open(target) as store:
        table = store.tables["money"]
        is_there = name in dir(table)
        assert hasattr(table, name) is is_there
        if not is_there:
            with pytest.raises(AttributeError, match=rf"object has no attribute '{name}'"):
                getattr(table, name)


def test_each_hint_names_what_is_there(money):
    # A hint that names nothing would send people on.
    from cloudvars.tables import foreign

    for name, hint in foreign._HINT.items():
        assert not hasattr(money, name)
        words = {word for word in dir(money) if not word.startswith("_")}
        assert any(word in hint for word in words | {"store.sql", "len(table)", "for row in table"}), hint


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        (0, "limit(5)"),
        (slice(None, 5), "limit(5)"),
        ("value", 'row["value"]'),
        (["user_id", "value"], "to_pandas()"),
    ],
)
def test_a_table_has_no_items(money, key, hint):
    #
    with pytest.raises(TypeError, match="not subscriptable") as caught:
        money[key]
    assert hint in str(caught.value)
    with pytest.raises(TypeError):
        reversed(money)


def test_a_table_cannot_be_pickled_and_its_rows_can(money):
    #
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match=r"cannot pickle .*to_arrow\(\)"):
            attempt(money)
    assert pickle.loads(pickle.dumps(money.rows())) == money.rows()


def test_a_dict_and_keywords_are_the_same(money, store, score):
    # R-2, G-3
    assert (
        money.where({"key": "gold", "value": [1, 2]}).rows() == money.where(key="gold", value=[1, 2]).rows()
    )
    assert money.where({}).rows() == money.where(None).rows() == money.where().rows() == money.rows()
    with score.get_commit() as c:
        c.set(user_id=1, key="hero", value={"level": 3, "stats": {"hp": 4}})
    general = store.tables["general"]
    assert general.fields({"level": int}).rows() == general.fields(level="int").rows()
    (row,) = general.fields({"stats.hp": "int64"}).where({"stats.hp": 4})
    assert row["stats.hp"] == 4
    for wrong in ("key = 'gold'", ["key", "gold"], 5, lambda row: True):
        with pytest.raises(CloudValueError, match="where: .*key='gold', or a dict"):
            money.where(wrong)
    for both in (lambda: money.where({"key": "gold"}, value=1), lambda: general.fields({"a": int}, b=int)):
        with pytest.raises(TypeError, match="a dict and keywords"):
            both()
    assert general.fields().columns == general.columns


def test_an_order_is_a_list_or_several_names(money):
    #
    rows = money.sort("-value", "user_id").rows()
    assert [row["user_id"] for row in rows] == [2, 5, 1, 4, 3]
    assert money.sort(["-value", "user_id"]).rows() == money.sort(("-value", "user_id")).rows() == rows
    for wrong in ({"descending": True}, {"ascending": False}, {"by": "value"}):
        with pytest.raises(TypeError, match=f"sort: {next(iter(wrong))}=.*'-value' for the largest first"):
            money.sort("value", **wrong)
    for wrong in ([], [5], ["value", ["key"]]):
        with pytest.raises(CloudValueError, match="sort: "):
            money.sort(wrong)


def test_the_tables_are_found_by_name(store):
    #
    tables = store.tables
    assert tables == tables and tables == store.tables and hash(tables) == hash(store.tables)
    assert tables != store.game("other").tables
    with pytest.raises(KeyError, match="did you mean 'money'"):
        tables["mony"]
    for wrong in (0, slice(1), None, "nothing at all"):
        with pytest.raises(KeyError, match="there are player, general"):
            tables[wrong]
        assert wrong not in tables
    with pytest.raises(AttributeError, match=r"store\.tables\['money'\]"):
        _ = tables.money
    assert not hasattr(tables, "nothing")
    assert tables._ipython_key_completions_() == list(tables)
