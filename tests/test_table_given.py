"""Values of numpy and pandas that columns are compared with: each is what its base type is, or nothing."""

import datetime as dt
import decimal

import pytest
from cloudvars import CloudValueError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import one_store

pytestmark = one_store
numpy = pytest.importorskip("numpy")
pandas = pytest.importorskip("pandas")

INTS = [numpy.int8, numpy.int64, numpy.uint8, numpy.float16, numpy.float32, numpy.float64, int, float]
NOTHING = [None, float("nan"), numpy.float32("nan"), pandas.NA, pandas.NaT, numpy.datetime64("NaT", "ns")]


@pytest.fixture
def values(score, store):
    """Users 1 to 5, and what each holds: an int, a float, a bool, a text; user 5 holds nothing."""
    with score.get_commit() as c:
        for user in range(1, 5):
            held = {"int": user, "float": user / 2, "bool": user % 2 == 0, "text": str(user)}
            c.set(user_id=user, key="held", value=held)
        c.set(user_id=5, key="held", i_value=1)
    return store.tables["general"].fields({"int": int, "float": float, "bool": bool, "text": str})


def users(table):
    return [row["user_id"] for row in table]


@pytest.mark.parametrize("number", INTS)
def test_numbers_are_their_base_type(values, number):
    #
    assert users(values.where(int=number(3), user_id=number(3))) == [3]
    assert users(values.where(float=number(2))) == [4]
    assert users(values.where(int=[number(1), number(4)])) == [1, 4]


def test_halves_and_bools(values):
    #
    assert users(values.where(float=numpy.float32(1.5))) == [3]
    for true in (True, numpy.bool_(True), [numpy.bool_(True)], numpy.array([True])):
        assert users(values.where(bool=true)) == [2, 4]
    assert users(values.where(text=numpy.str_("2"))) == [2]


@pytest.mark.parametrize("nothing", NOTHING, ids=repr)
@pytest.mark.parametrize("column", ["int", "float", "bool", "text", "s_value", "value"])
def test_what_is_missing_is_nothing(values, nothing, column):
    #
    found = [1, 2, 3, 4, 5] if column == "s_value" else [5]
    assert users(values.where(**{column: nothing})) == found
    assert users(values.where(**{column: [nothing, nothing]})) == found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # it is only read
@given(data=st.data())
def test_columns_of_frames_are_lists_of_their_values(store, data):
    # a list of plain values is the model
    ids = data.draw(st.lists(st.none() | st.integers(0, 9), max_size=8))
    whole = [user for user in ids if user is not None]
    table = store.sql("VALUES (0), (1), (2), (3), (4), (5), (NULL)")
    (column,) = table.columns
    expected = table.where(**{column: ids}).rows()
    for many in (pandas.array(ids, dtype="Int64"), pandas.Series(ids, dtype="float64"), tuple(ids)):
        assert table.where(**{column: many}).rows() == expected
    for many in (numpy.array(whole, dtype="int16"), pandas.Series(whole, dtype="float32"), iter(whole)):
        expected = table.where(**{column: whole}).rows()
        assert table.where(**{column: many}).rows() == expected


@pytest.mark.parametrize(
    "wrong",
    [
        numpy.bool_(True),
        numpy.float32(1.5),
        numpy.float64("inf"),
        numpy.complex64(1),
        numpy.datetime64("2026-01-01", "ns"),
        numpy.timedelta64(5, "s"),
        numpy.array([[1, 2]]),
        pandas.Timedelta(5),
        pandas.Timestamp("2026-01-01"),
        decimal.Decimal("1.5"),
        dt.date(2026, 1, 1),
        b"5",
        ...,
    ],
    ids=repr,
)
def test_the_rest_is_refused_by_name(values, wrong):
    # R-2, G-4
    for given_ in (wrong, [wrong]):
        with pytest.raises(CloudValueError, match=r"^user_id: .* accepted$"):
            values.where(user_id=given_)


def test_parameters_of_a_query_are_read_in_the_same_way(store):
    #
    params = [numpy.float32(0.5), numpy.int8(7), numpy.bool_(True), pandas.NA, numpy.str_("x")]
    (row,) = store.sql("SELECT ? AS a, ? AS b, ? AS c, ? AS d, ? AS e", params).rows()
    assert list(row.values()) == [0.5, 7, 1, None, "x"]
    with pytest.raises(CloudValueError, match=r"params\[1\]: .*datetime64"):
        store.sql("SELECT ?, ?", [1, numpy.datetime64("2026-01-01", "ns")])
