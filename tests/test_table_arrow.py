"""Tables as Arrow: types, exact numbers, batches, streams that nobody reads to their end."""

import contextlib
import gc

import polars as pl
import pyarrow as pa
import pytest
from pressed import Pressed
from stores import one_store
from table_json import as_text, from_text
from table_model import COLUMNS, agree

BATCH = 65_536
ARROW = {
    "int64": pa.types.is_int64,
    "float64": pa.types.is_float64,
    "bool": pa.types.is_boolean,
    "timestamp": lambda kind: kind == pa.timestamp("ms", tz="UTC"),
    "string": lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
    "json": lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
}


def test_the_schema_has_the_types_of_the_columns(world, table_name):
    #
    schema = world.store.tables[table_name].to_arrow().schema
    assert schema.names == list(COLUMNS[table_name])
    for name, kind in COLUMNS[table_name].items():
        assert ARROW[kind](schema.field(name).type), (name, schema.field(name).type)


def test_arrow_holds_what_the_rows_hold(world, table_name):
    # "exact int64, timestamps with UTC, nulls, JSON text writes int keys "#5" as the file does"
    for game in ("default", None):
        found = world.store.tables[table_name].where(game=game).to_arrow()
        assert isinstance(found, pa.Table)
        agree(
            from_text(table_name, found.to_pylist()), as_text(table_name, world.model(table_name, game).rows)
        )


def test_anything_that_takes_arrow_c_stream_takes_a_table(world):
    rich = world.store.tables["money"].where(key="gold").sort("-value")
    values = [row["value"] for row in world.model("money").where(key="gold").sort("-value").rows]
    assert pl.DataFrame(rich)["value"].to_list() == values
    assert pa.table(rich)["value"].to_pylist() == values
    assert pa.RecordBatchReader.from_stream(rich).read_all()["value"].to_pylist() == values
    capsule = rich.__arrow_c_stream__()
    assert type(capsule).__name__ == "PyCapsule"
    assert "arrow_array_stream" in repr(capsule)
    rich.__arrow_c_stream__(requested_schema=None)


def test_a_table_streams_again_and_again(world):
    money = world.store.tables["money"]
    assert money.to_arrow() == money.to_arrow()
    first, second = (pa.RecordBatchReader.from_stream(money) for _ in range(2))
    assert first.read_next_batch() == second.read_next_batch()


def test_pivots_fields_and_narrowed_tables_are_arrow_too(world):
    tables = world.store.tables
    wide = tables["money"].pivot("value").to_arrow()
    assert wide["gems"].to_pylist().count(None) == len(wide) - 2
    assert pa.types.is_int64(wide.schema.field("gems").type)
    levels = tables["general"].where(key="hero").fields({"stats.level": int, "class": str}).to_arrow()
    assert pa.types.is_int64(levels.schema.field("stats.level").type)
    assert levels.num_rows == 6
    none = tables["money"].where(key="nowhere").to_arrow()
    assert none.schema == tables["money"].to_arrow().schema
    assert none.num_rows == 0


ROWS = 2 * BATCH + 10


@pytest.fixture(scope="module", params=["memory", "file", "mariadb"])
def large(request, tmp_path_factory):
    """A store with more rows than two batches hold."""
    import cloudvars

    targets = {"memory": ":memory:", "file": str(tmp_path_factory.mktemp("large") / "save.db")}
    target = targets.get(request.param) or request.getfixturevalue("mariadb").new_database()
    with cloudvars.open(target) as store:
        score = store.room(limits=False).score
        for first in range(0, ROWS, 20_000):
            with score.get_commit() as c:
                for user in range(first, min(first + 20_000, ROWS)):
                    c.money_add(user_id=user, key="gold", value=user * 2**40)
        yield store


def test_a_large_table_comes_in_batches_of_65536_rows(large):
    reader = pa.RecordBatchReader.from_stream(large.tables["money"])
    batches = list(reader)
    assert [batch.num_rows for batch in batches] == [BATCH, BATCH, 10]
    users = pa.chunked_array([batch["user_id"] for batch in batches])
    assert users.to_pylist() == list(range(ROWS))
    assert large.tables["money"].count() == ROWS
    assert sum(1 for _ in large.tables["money"]) == ROWS


def test_a_large_sorted_table_is_whole(large):
    values = large.tables["money"].sort("-value").to_arrow()["value"].to_pylist()
    assert values == [user * 2**40 for user in reversed(range(ROWS))]
    [row] = large.tables["money"].sort("value").limit(1, offset=BATCH)
    assert row["value"] == BATCH * 2**40


def test_dropped_streams_free_everything(large):
    # A stream that nobody reads to its end holds no connection: a store has fewer connections than this.
    money = large.tables["money"]
    for _ in range(40):
        reader = pa.RecordBatchReader.from_stream(money)
        reader.read_next_batch()
        del reader
        money.__arrow_c_stream__()
        next(iter(money))
    gc.collect()
    assert money.count() == ROWS
    with large.room(limits=False).score.get_commit() as c:
        c.set(user_id=1, key="still written", i_value=1)


def test_a_stream_outlives_its_table(large):
    reader = pa.RecordBatchReader.from_stream(large.tables["money"].where(key="gold"))
    gc.collect()
    assert sum(batch.num_rows for batch in reader) == ROWS


@one_store
def test_a_store_is_closed_while_a_stream_is_read(store, room):
    with room.score.get_commit() as c:
        c.money_add(user_id=1, key="gold", value=1)
    reader = pa.RecordBatchReader.from_stream(store.tables["money"])
    store.close()
    try:
        assert reader.read_all().num_rows in (0, 1)
    except (pa.ArrowException, OSError) as error:
        assert "closed" in str(error)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("read", [pl.DataFrame, pa.table])
def test_ctrl_c_ends_a_library_that_reads(large, press, read):
    for _ in range(5):
        with pytest.raises(Pressed):
            press(0.2)
            while True:
                # The library fails first; Python raises what was pressed at its next step.
                with contextlib.suppress(pl.exceptions.ComputeError, pa.ArrowException):
                    read(large.tables["money"])
    assert read(large.tables["money"]).shape[0] == len(large.tables["money"])
