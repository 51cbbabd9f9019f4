"""Tables as frames of pandas and polars, and as files."""

import csv
import json
from datetime import datetime

import cloudvars
import pandas as pd
import polars as pl
import pyarrow.parquet
import pytest
from stores import one_store
from table_model import COLUMNS

POLARS = {
    "int64": pl.Int64,
    "bool": pl.Boolean,
    "string": pl.String,
    "json": pl.String,
    "timestamp": pl.Datetime("ms", "UTC"),
}


def test_to_polars_has_the_types_of_the_columns(world, table_name):
    #
    frame = world.store.tables[table_name].to_polars()
    assert dict(frame.schema) == {name: POLARS[kind] for name, kind in COLUMNS[table_name].items()}
    assert frame.height == world.model(table_name).count()


def test_to_pandas_has_every_column_and_row(world, table_name):
    frame = world.store.tables[table_name].to_pandas()
    assert list(frame.columns) == list(COLUMNS[table_name])
    assert len(frame) == world.model(table_name).count()
    for name, kind in COLUMNS[table_name].items():
        if kind == "timestamp":
            assert str(frame[name].dtype.tz) == "UTC", name


def test_pandas_columns_with_nulls_are_nullable_int64(world):
    frame = world.store.tables["general"].to_pandas()
    assert frame["i_value"].dtype == pd.Int64Dtype()
    model = world.model("general").rows
    found = [None if value is pd.NA else int(value) for value in frame["i_value"]]
    assert found == [row["i_value"] for row in model]
    assert {2**63 - 1, -(2**63), None} <= set(found)
    assert frame["i_value"].isna().sum() == found.count(None)


def test_pandas_columns_are_int64_in_a_pivot_too(world):
    frame = world.store.tables["money"].pivot("value").to_pandas()  # noqa: PD010 - it is a Table
    assert frame["gems"].dtype == pd.Int64Dtype()
    assert sorted(frame["gems"].dropna()) == [-1, 1]


def test_to_csv_writes_a_header_and_each_row(world, table_name, tmp_path):
    path = tmp_path / "table.csv"
    world.store.tables[table_name].to_csv(path)
    with path.open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    rows = world.model(table_name).rows
    assert header == list(COLUMNS[table_name])
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        for (name, kind), text in zip(COLUMNS[table_name].items(), line, strict=True):
            value = row[name]
            if value is None:
                assert text in ("", "null"), name
            elif kind == "timestamp":
                assert datetime.fromisoformat(text) == value, name
            elif kind == "json":
                json.loads(text)
            elif kind == "bool":
                assert text.lower() in (str(value).lower(), str(int(value))), name
            else:
                assert text == str(value), name


def test_csv_has_int_keys_as_the_file_does(world, tmp_path):
    world.store.tables["general"].where(user_id=7, key="hero").to_csv(str(tmp_path / "table.csv"))
    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file)
    assert list(json.loads(row["value"]))[:2] == ["#5", "##5"]
    assert row["s_value"] == "\"<b>\n,'字"


def test_to_parquet_reads_back_as_the_arrow_table(world, table_name, tmp_path):
    path = tmp_path / "table.parquet"
    table = world.store.tables[table_name]
    table.to_parquet(path)
    found = pyarrow.parquet.read_table(path)
    assert found.schema.names == list(COLUMNS[table_name])
    assert found.to_pylist() == table.to_arrow().to_pylist()
    assert pl.read_parquet(path).height == table.count()


@one_store
def test_a_narrowed_table_is_written_narrowed(store, room, tmp_path):
    with room.score.get_commit() as c:
        for user in range(5):
            c.money_add(user_id=user, key="gold", value=user)
    rich = store.tables["money"].sort("-value").limit(2)
    rich.to_csv(tmp_path / "rich.csv")
    rich.to_parquet(tmp_path / "rich.parquet")
    assert pl.read_csv(tmp_path / "rich.csv")["value"].to_list() == [4, 3]
    assert pl.read_parquet(tmp_path / "rich.parquet")["value"].to_list() == [4, 3]


WITHOUT = """if True:
    import sys
    missing = sys.argv[1].split(",")
    for name in missing:
        sys.modules[name] = None
    import cloudvars
    store = cloudvars.open()
    with store.room().score.get_commit() as c:
        c.money_add(user_id=1, key="gold", value=1)
    money = store.tables["money"]
    try:
        eval(sys.argv[2])
    except ImportError as error:
        print("ImportError", error)
    except cloudvars.CloudError as error:
        print("CloudError", error)
    else:
        print("done")
"""


@pytest.mark.parametrize(
    ("missing", "call", "named"),
    [
        ("polars", "money.to_polars()", "polars"),
        ("pandas", "money.to_pandas()", "pandas"),
        ("pyarrow", "money.to_arrow()", "pyarrow"),
        ("altair", "money.chart()", "altair"),
        ("pyarrow,polars", "money.to_parquet(sys.argv[3])", "pyarrow"),
    ],
)
def test_what_needs_a_package_that_is_not_installed_says_which(run_python, tmp_path, missing, call, named):
    told = run_python("-c", WITHOUT, missing, call, tmp_path / "table.parquet")
    assert told.startswith("ImportError") or (missing == "pyarrow,polars" and told == "done\n"), told
    assert told == "done\n" or named in told.lower()


@pytest.mark.parametrize(
    "call",
    [
        "money.rows()",
        "len(money)",
        "list(money)",
        "money._repr_html_()",
        "repr(money)",
        "money.describe()",
        "money.__arrow_c_stream__()",
        "store.sql('SELECT 1').rows()",
        "store.player(1).to_dict()",
        "money.to_csv(sys.argv[3])",
        "money.pivot('value').rows()",
    ],
)
def test_the_rest_needs_no_package(run_python, tmp_path, call):
    told = run_python(
        "-c", WITHOUT, "polars,pandas,pyarrow,altair,numpy,rich,tqdm", call, tmp_path / "table.csv"
    )
    assert told == "done\n"


def test_importing_cloudvars_imports_none_of_them(run_python):
    code = "import sys, cloudvars; cloudvars.open(); print([n for n in sys.modules if n.split('.')[0] in {'polars', 'pandas', 'pyarrow', 'numpy', 'altair', 'rich', 'tqdm', 'starlette', 'uvicorn'}])"
    assert run_python("-c", code) == "[]\n"


def test_a_folder_that_is_not_there_is_named_without_ours(store, tmp_path):
    #
    with pytest.raises(cloudvars.StoreError, match="table.parquet'") as caught:
        store.tables["money"].to_parquet(tmp_path / "nowhere" / "table.parquet")
    assert ".part" not in str(caught.value)
