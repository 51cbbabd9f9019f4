"""``store.sql``: the tables by their names, on every engine, read-only."""

from datetime import datetime

import pyarrow as pa
import pytest
from cloudvars import CloudError, CloudValueError
from stores import one_store


def test_the_example_sums_each_currency(world):
    #
    found = world.store.sql("SELECT key, sum(value) FROM money WHERE user_id IN (7, 8) GROUP BY key").rows()
    totals = {}
    for row in world.model("money", None).where(user_id=[7, 8]).rows:
        totals[row["key"]] = totals.get(row["key"], 0) + row["value"]
    assert {row["key"]: list(row.values())[1] for row in found} == totals
    assert {type(list(row.values())[1]) for row in found} == {int}


def test_standard_quoting_works_on_every_engine(world):
    found = world.store.sql('SELECT key, "limit" FROM with_limit WHERE "limit" = 9')
    assert found.rows() == [{"key": "weekly", "limit": 9}] * 2
    assert world.store.sql("SELECT count(*) AS n FROM \"order\" WHERE cmd = 'give <arrow>'").rows() == [
        {"n": 2}
    ]
    assert world.store.sql("""SELECT 'it''s' AS "a ""b"" c" """).rows() == [{'a "b" c': "it's"}]


def test_a_with_of_the_users_own_works(world):
    found = world.store.sql(
        """WITH rich AS (SELECT user_id, value FROM money WHERE key = 'gold' AND game = 'default'),
        two AS (SELECT * FROM rich WHERE value > 0) SELECT count(*) AS n, (SELECT count(*) FROM rich) AS every FROM two"""
    ).rows()
    gold = [row["value"] for row in world.model("money").where(key="gold").rows]
    assert found == [{"n": sum(value > 0 for value in gold), "every": len(gold)}]


def test_a_recursive_with_works(world):
    found = world.store.sql(
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5) SELECT x, (SELECT count(*) FROM name) AS names FROM n"
    )
    assert found.rows() == [{"x": x, "names": 6} for x in range(1, 6)]


@pytest.mark.parametrize("named", ["money AS (SELECT 5 AS value)", "money (value) AS (SELECT 5)"])
def test_a_with_may_hide_one_of_the_tables(world, named):
    assert world.store.sql(f"WITH {named} SELECT value FROM money").rows() == [{"value": 5}]
    # One inside brackets hides it only there.
    inner = f"SELECT count(*) AS n FROM money WHERE 5 IN (WITH {named} SELECT value FROM money)"
    assert world.store.sql(inner).rows() == world.store.sql("SELECT count(*) AS n FROM money").rows()


def test_a_recursion_is_as_long_as_it_says(store):
    numbers = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5000)"
    assert store.sql(f"{numbers} SELECT max(x) AS x FROM n").rows() == [{"x": 5000}]


def test_bytes_that_are_no_text_are_a_mistake_of_the_query(store):
    with pytest.raises(CloudValueError, match="hex"):
        store.sql("SELECT x'ff' AS a")
    assert store.sql("SELECT hex(x'ff') AS a, x'4142' AS b").rows() == [{"a": "FF", "b": "AB"}]


PARAMETERS = [
    (5, "int"),
    (2**63 - 1, "int"),
    (-(2**63), "int"),
    ("字'\"\\%?;--", "str"),
    ("", "str"),
    (1.5, "float"),
    (None, "NoneType"),
]


@pytest.mark.parametrize(("value", "kind"), PARAMETERS)
def test_parameters_are_values_and_not_text(world, value, kind):
    [row] = world.store.sql("SELECT ? AS x", (value,))
    assert (row["x"], type(row["x"]).__name__) == (value, kind)


def test_parameters_are_bound_in_order(world):
    found = world.store.sql(
        "SELECT game, user_id FROM money WHERE user_id = ? AND key = ? AND game = ?", (7, "gems", "default")
    )
    assert found.rows() == [{"game": "default", "user_id": 7}]
    assert world.store.sql("SELECT key FROM name WHERE name = ?", ["wölves"]).rows() == [{"key": "clan"}] * 2
    assert world.store.sql("SELECT '?' AS q, ? AS x -- ?", params=(1,)).rows() == [{"q": "?", "x": 1}]


@pytest.mark.parametrize("params", [(), (1,), (1, 2, 3)])
def test_the_wrong_number_of_parameters_is_refused(world, params):
    with pytest.raises(CloudError, match="param|2"):
        world.store.sql("SELECT ? AS a, ? AS b", params).rows()


@pytest.mark.parametrize("param", [object(), {1}, 2**63, [1]])
def test_a_parameter_that_is_no_value_is_refused(world, param):
    with pytest.raises((CloudError, TypeError), match="param"):
        world.store.sql("SELECT ? AS a", (param,)).rows()


COMMENTED = [
    "-- first\nSELECT 1 AS x",
    "/* first */ SELECT 1 AS x /* last; */",
    "SELECT 1 AS x -- last ; DROP TABLE cloud",
    "SELECT /* -- */ 1 AS x;",
    "SELECT 1 AS x;  \n -- end",
    "  \n\tSELECT 1 AS x ;\n",
    "select 1 as x",
]


@pytest.mark.parametrize("query", COMMENTED)
def test_comments_and_a_last_semicolon_are_fine(world, query):
    assert world.store.sql(query).rows() == [{"x": 1}]


def test_semicolons_in_strings_are_no_end(world):
    assert world.store.sql("SELECT ';' AS x, 'a;b' AS y").rows() == [{"x": ";", "y": "a;b"}]


def test_the_result_has_the_methods_of_a_table_that_read(world, tmp_path):
    found = world.store.sql("SELECT user_id, value FROM money WHERE game = 'default' ORDER BY user_id, key")
    rows = [{"user_id": row["user_id"], "value": row["value"]} for row in world.model("money").rows]
    assert found.rows() == list(found) == rows
    assert (len(found), found.count()) == (len(rows), len(rows))
    assert found.columns == {"user_id": "int64", "value": "int64"}
    assert pa.types.is_int64(found.to_arrow().schema.field("value").type)
    assert found.to_polars()["value"].to_list() == [row["value"] for row in rows]
    assert list(found.to_pandas()["user_id"]) == [row["user_id"] for row in rows]
    found.to_csv(tmp_path / "found.csv")
    found.to_parquet(tmp_path / "found.parquet")
    assert len((tmp_path / "found.csv").read_text().splitlines()) == len(rows) + 1
    assert pa.table(found).num_rows == len(rows)
    assert "user_id" in repr(found)
    assert "user_id" in found._repr_html_()


def test_a_result_with_no_rows_has_its_columns(world):
    found = world.store.sql("SELECT user_id, key FROM money WHERE key = 'nowhere'")
    assert (found.rows(), list(found.columns)) == ([], ["user_id", "key"])
    assert found.to_arrow().num_rows == 0


def test_times_compare_and_sort(world):
    found = world.store.sql("SELECT max(updated) AS last, min(updated) AS first FROM money").rows()
    times = sorted(row["updated"] for row in world.rows("money"))
    [row] = found
    first, last = (
        datetime.fromisoformat(one) if isinstance(one, str) else one for one in (row["first"], row["last"])
    )
    assert (first, last) == (times[0], times[-1])


def test_nulls_bools_floats_and_text_come_as_they_are(world):
    [row] = world.store.sql("SELECT NULL AS a, 1.5 AS b, 'x' AS c, '' AS d, -5 AS e")
    assert row == {"a": None, "b": 1.5, "c": "x", "d": "", "e": -5}


def test_a_total_beyond_int64_is_not_wrong(store, room):
    # A sum that no int64 holds is an error or a number near it, never another int.
    with room.score.get_commit() as c:
        for user in range(3):
            c.money_add(user_id=user, key="gold", value=2**63 - 1)
    try:
        [row] = store.sql("SELECT sum(value) AS total FROM money")
    except CloudError as error:
        assert "overflow" in str(error) or "range" in str(error)
    else:
        assert abs(float(row["total"]) / (3 * (2**63 - 1)) - 1) < 1e-9


@pytest.mark.parametrize(
    "query",
    [
        "SELECT m.user_id FROM money m JOIN general g ON g.user_id = m.user_id AND g.game = m.game AND g.key = 'hp' WHERE m.key = 'gems' ORDER BY 1",
        "SELECT user_id FROM money WHERE key = 'gems' UNION SELECT user_id FROM money WHERE key = 'gems' ORDER BY user_id",
        "SELECT user_id FROM (SELECT DISTINCT user_id FROM money WHERE key = 'gems') AS t ORDER BY user_id",
        "SELECT DISTINCT user_id FROM player p WHERE EXISTS (SELECT 1 FROM money m WHERE m.user_id = p.user_id AND m.key = 'gems') ORDER BY 1",
    ],
)
def test_joins_unions_and_subqueries_see_the_tables(world, query):
    users = {row["user_id"] for row in world.store.sql(query)}
    assert users == {7, 8}


def test_windows_and_json_work(world):
    rows = world.store.sql(
        "SELECT user_id, rank() OVER (ORDER BY value DESC) AS place FROM money WHERE game = 'default' AND key = 'gold' ORDER BY place LIMIT 1"
    ).rows()
    assert rows == [{"user_id": -(2**63), "place": 1}]
    rows = world.store.sql(
        "SELECT count(*) AS n FROM general WHERE json_extract(value, '$.stats.level') = 2 AND game = 'default'"
    ).rows()
    assert rows == [
        {
            "n": world.model("general")
            .where(key="hero")
            .fields({"stats.level": int})
            .where(**{"stats.level": 2})
            .count()
        }
    ]


@one_store
@pytest.mark.parametrize(
    "query",
    [
        "SELEC 1",
        "SELECT nothing FROM money",
        "SELECT * FROM nowhere",
        "",
        "-- only this",
        ";",
        "SELECT 1 FROM",
    ],
)
def test_a_query_that_is_wrong_says_what_the_engine_said(store, query):
    with pytest.raises(CloudError) as caught:
        store.sql(query).rows()
    assert len(str(caught.value)) > 10


def test_a_table_that_is_not_there_is_named(world):
    with pytest.raises(CloudError, match="nowhere"):
        world.store.sql("SELECT * FROM nowhere").rows()


@one_store
@pytest.mark.parametrize("query", [5, None, b"SELECT 1", ["SELECT 1"]])
def test_a_query_is_a_text(store, query):
    with pytest.raises((CloudError, TypeError)):
        store.sql(query)


@one_store
@pytest.mark.parametrize("timeout", [-1, "soon", True, float("nan")])
def test_a_timeout_is_a_number_of_seconds(store, timeout):
    with pytest.raises((CloudError, TypeError), match="timeout"):
        store.sql("SELECT 1", timeout=timeout).rows()
