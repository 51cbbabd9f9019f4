"""`score.bulk`: the rows that it takes, and what an empty cell is."""

from collections import ChainMap
from decimal import Decimal
from types import MappingProxyType

import pytest
from cloudvars import CloudTypeError, codes
from score_calls import gold
from stores import one_store
from verbs import OPERATIONS

COLUMNS = {"user_id": [1, 2, 1], "key": ["gold"] * 3, "value": [5, 6, 7]}


def rows_of(columns):
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def pandas_frame(columns):
    return pytest.importorskip("pandas").DataFrame(columns)


def pandas_nullable(columns):
    return pytest.importorskip("pandas").DataFrame(columns).convert_dtypes()


def polars_frame(columns):
    return pytest.importorskip("polars").DataFrame(columns, strict=False)


def arrow_table(columns):
    return pytest.importorskip("pyarrow").table(columns)


def arrow_reader(columns):
    return arrow_table(columns).to_reader()


def arrow_batch(columns):
    return arrow_table(columns).to_batches()[0]


class Stream:
    """What only has the Arrow stream."""

    def __init__(self, table):
        self._table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self._table.__arrow_c_stream__(requested_schema)


def arrow_stream(columns):
    return Stream(arrow_table(columns))


FRAMES = [pandas_frame, pandas_nullable, polars_frame, arrow_table, arrow_reader, arrow_batch, arrow_stream]
SOURCES = [
    rows_of,
    *FRAMES,
    lambda columns: iter(rows_of(columns)),
    lambda columns: {index: row for index, row in enumerate(rows_of(columns))}.values(),
    lambda columns: [MappingProxyType(row) for row in rows_of(columns)],
    lambda columns: [ChainMap(row) for row in rows_of(columns)],
]


@one_store
@pytest.mark.parametrize("source", SOURCES)
def test_rows_of_every_sort_are_the_same(score, source):
    # B-2
    told = []
    report = score.bulk("money_add", source(COLUMNS), progress=lambda *seen: told.append(seen))
    assert report == (3, [], [])
    assert (gold(score, 1), gold(score, 2)) == (12, 6)
    [(done, total)] = told
    assert done == 3
    assert total in (3, None)


@one_store
@pytest.mark.parametrize("frame", FRAMES)
def test_empty_cells_are_fields_left_out(score, frame):
    # B-2, K-1
    columns = {
        "user_id": [1, 2, 3, None],
        "key": ["a"] * 4,
        "i_value": [1, None, 3, 4],
        "s_value": ["x", "y", None, "z"],
    }
    report = score.bulk("set", frame(columns))
    assert report.done == 3
    [(index, reply)] = report.failed
    assert index == 3
    assert reply.err_msg == "op 0 (set): the field 'user_id' is missing"
    assert score.get(user_id=[1, 2, 3], key="a").unwrap() == [
        {"user_id": 1, "key": "a", "i_value": 1, "s_value": "x"},
        {"user_id": 2, "key": "a", "s_value": "y"},
        {"user_id": 3, "key": "a", "i_value": 3},
    ]


@one_store
def test_empty_cells_of_mappings(score):
    # B-2
    pandas = pytest.importorskip("pandas")
    numpy = pytest.importorskip("numpy")
    nothing = [None, float("nan"), numpy.float32("nan"), numpy.float64("nan"), pandas.NaT, pandas.NA]
    rows = [{"user_id": user, "key": "a", "i_value": 1, "s_value": one} for user, one in enumerate(nothing)]
    before = [dict(row) for row in rows]
    assert score.bulk("set", rows).ok
    assert score.get(user_id=range(len(nothing)), key="a").unwrap() == [
        {"user_id": user, "key": "a", "i_value": 1} for user in range(len(nothing))
    ]
    assert [list(row) for row in rows] == [list(row) for row in before]
    inside = score.bulk("list_add", [{"user_id": 1, "key": "a", "value": [float("nan")]}])
    assert inside.failed[0][1].error_code == codes.BAD_VALUE


@one_store
def test_numpy_is_numbers_texts_and_lists(score):
    # B-2, G-2
    numpy = pytest.importorskip("numpy")
    row = {"user_id": numpy.int32(1), "key": numpy.str_("a"), "i_value": numpy.float32(2.5)}
    assert score.bulk("set", [row, {**row, "i_value": numpy.uint8(7), "value": numpy.array([1, 2])}]).ok
    assert score.get(user_id=1, key="a").unwrap() == [
        {"user_id": 1, "key": "a", "i_value": 7, "value": [1, 2]}
    ]
    failed = score.bulk("money_add", [{"user_id": 1, "key": "a", "value": numpy.bool_(True)}]).failed
    assert "value: True" in failed[0][1].err_msg
    assert not score.bulk("money_add", [{"user_id": 1, "key": "a", "value": Decimal("1.5")}])


@one_store
@pytest.mark.parametrize("frame", [rows_of, *FRAMES])
def test_a_column_that_is_not_known_fails_each_row(score, frame):
    # B-2, G-3: also where it is empty
    report = score.bulk("money_add", frame({**COLUMNS, "valeu": [1, None, 3]}))
    assert [index for index, _ in report.failed] == [0, 1, 2]
    for _, reply in report.failed:
        assert reply.error_code == codes.BAD_VALUE
        assert "unknown field 'valeu'" in reply.err_msg


@one_store
@pytest.mark.parametrize("verb", OPERATIONS)
def test_a_table_of_ours_may_have_more_columns(score, verb):
    # B-2: what no verb knows is left out
    class Table(list):
        def rows(self):
            return self

    Table.__module__ = "cloudvars.tables"
    fields = {**OPERATIONS[verb].fields, "game": "default", "version": 3, "created": None, "bogus": object()}
    ready = {**OPERATIONS["money_add"].fields, "value": 9}
    assert score.bulk("money_add", [ready]).ok
    report = score.bulk(verb, Table([fields]))
    assert report.failed == []
    assert not score.bulk(verb, [fields])


@one_store
def test_a_lazy_frame_and_two_columns_of_one_name_are_refused(score):
    # B-2
    lazy = polars_frame(COLUMNS).lazy()
    with pytest.raises(CloudTypeError, match=r"rows: .*LazyFrame.*: collect\(\) makes a frame"):
        score.bulk("money_add", lazy)
    frame = pandas_frame(COLUMNS)
    frame.columns = ["user_id", "key", "key"]
    with pytest.raises(CloudTypeError, match="two columns 'key'"):
        score.bulk("money_add", frame)


def test_nothing_is_imported_for_it(run_python):
    # B-2
    program = """
import sys, cloudvars
assert "cloudvars._bulk" not in sys.modules
score = cloudvars.open().room().score
assert score.bulk("money_add", [{"user_id": 1, "key": "a", "value": 1}] * 3).ok
assert not {"numpy", "pandas", "polars", "pyarrow"} & set(sys.modules)
"""
    run_python("-c", program)


def test_a_stream_that_nobody_can_read(score, monkeypatch):
    # B-2
    import sys

    stream = arrow_stream(COLUMNS)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert score.bulk("money_add", stream).done == 3
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(CloudTypeError, match="pyarrow or polars"):
        score.bulk("money_add", stream)
