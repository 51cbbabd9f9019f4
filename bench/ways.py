"""The ways to read the rows of a file: ours, and what one writes without cloudvars. Each imports only what it needs."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import cloudvars

FIRST_USER = 10_000_000
MONEY_KEYS = ("gold", "gem")
LIST_KEY = "bag"
VIEWS = {"money": "SELECT * FROM money", "list": "SELECT * FROM list"}
BARE = {
    "money": "SELECT owner AS user_id, key, i_value AS value, ver AS version, created, updated "
    "FROM cloud WHERE kind = 2",
    "list": "SELECT owner AS user_id, key, id AS uuid, value, ver AS version, created, updated "
    "FROM cloud WHERE kind = 3",
}
MMAP = "PRAGMA mmap_size = 1073741824"


def store_of(file: str) -> cloudvars.Store:
    """Open the store as whoever looks does."""
    import cloudvars

    return cloudvars.open(file, readonly=True)


def ours_frame(file: str, users: int) -> Callable[[], Any]:
    """Read money into a polars frame."""
    import polars as pl  # noqa: F401 - imported before anything is measured

    del users
    table = store_of(file).tables["money"]
    return table.to_polars


def ours_lists(file: str, users: int) -> Callable[[], Any]:
    """Read list items as dicts."""
    del users
    table = store_of(file).tables["list"]
    return table.rows


def ours_batches(file: str, users: int) -> Callable[[], Any]:
    """Stream money as Arrow batches, and keep none."""
    import pyarrow as pa

    del users
    table = store_of(file).tables["money"]
    return lambda: sum(batch.num_rows for batch in pa.RecordBatchReader.from_stream(table))


def ours_player(file: str, users: int) -> Callable[[], Any]:
    """Read everything of any user."""
    store = store_of(file)
    return lambda: store.player(FIRST_USER + random.randrange(users))


def ours_top(file: str, users: int) -> Callable[[], Any]:
    """Read the 100 highest balances of all."""
    del users
    table = store_of(file).tables["money"].sort("-value").limit(100)
    return table.rows


def adbc(statement: str) -> Callable[[str, int], Callable[[], Any]]:
    """Read a statement into a polars frame, by ADBC."""

    def way(file: str, users: int) -> Callable[[], Any]:
        import polars as pl
        from adbc_driver_sqlite import dbapi

        del users
        connection = dbapi.connect(file)
        with connection.cursor() as cursor:
            cursor.execute(MMAP)
            cursor.fetchall()
        return lambda: pl.read_database(statement, connection)

    return way


def read_sql(statement: str, *, decoded: bool = False) -> Callable[[str, int], Callable[[], Any]]:
    """Read a statement into a pandas frame, and decode its values."""

    def way(file: str, users: int) -> Callable[[], Any]:
        import sqlite3

        import pandas as pd

        del users
        connection = sqlite3.connect(file)
        connection.execute(MMAP).fetchall()

        def work() -> Any:
            frame = pd.read_sql(statement, connection)
            if decoded:
                frame["value"] = frame["value"].map(json.loads)
            return frame

        return work

    return way


WAYS: dict[str, Callable[[str, int], Callable[[], Any]]] = {
    "cloudvars.to_polars": ours_frame,
    "cloudvars.rows": ours_lists,
    "cloudvars, batches": ours_batches,
    "cloudvars, player": ours_player,
    "cloudvars, top 100": ours_top,
    "ADBC, view": adbc(VIEWS["money"]),
    "ADBC, bare": adbc(BARE["money"]),
    "read_sql, view": read_sql(VIEWS["money"]),
    "read_sql, bare": read_sql(BARE["money"]),
    "read_sql+json, view": read_sql(VIEWS["list"], decoded=True),
    "read_sql+json, bare": read_sql(BARE["list"], decoded=True),
}


def total(found: Any) -> list[int]:
    """Return how many rows were read, and the sum of their values (of a list item: its level)."""
    values: Iterable[Any] = (row["value"] for row in found) if isinstance(found, list) else found["value"]
    return [
        len(found),
        sum(int(value["level"] if isinstance(value, dict) else value) for value in values),
    ]
