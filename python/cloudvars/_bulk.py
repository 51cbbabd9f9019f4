"""``score.bulk``: where its rows come from, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from .errors import CloudTypeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .reply import Reply
    from .types import CommitDetail

__all__ = ["BulkReport", "count", "source"]

_ACCEPTED = "mappings, a pandas or polars frame, an Arrow stream or a table of store.tables are accepted"
_SHOWN = 60
_BATCH = 1024
"""Rows of an Arrow stream are turned into Python values this many at a time."""


class BulkReport(NamedTuple):
    """What became of the rows of ``score.bulk``. It is true if every row was stored. Clause B-1."""

    done: int
    """int: how many rows were stored."""
    failed: list[tuple[int, Reply[CommitDetail]]]
    """The other rows: the index of each, from 0 in the order of the rows, and why."""
    uuids: list[int | None]
    """Of ``list_add`` and ``world_list_add``: the uuid for each row, None if it failed. Else empty."""

    def __bool__(self) -> bool:
        """Whether every row was stored: the same as ``ok``."""
        return not self.failed

    @property
    def ok(self) -> bool:
        """Whether every row was stored."""
        return not self.failed


def count(rows: Any) -> int | None:
    """Return how many rows there are, if they know it."""
    return len(rows) if hasattr(rows, "__len__") else None


def source(rows: Any) -> tuple[Iterator[Any], bool]:
    """Return the rows one by one, and whether they are a table of ``store.tables``."""
    package = type(rows).__module__.partition(".")[0]
    if package == "cloudvars" and hasattr(rows, "rows"):
        return iter(rows), True
    if package == "pandas" and hasattr(rows, "itertuples"):
        return _pandas(rows), False
    if package == "polars" and hasattr(rows, "iter_rows"):
        return rows.iter_rows(named=True), False
    if hasattr(rows, "to_pylist") and hasattr(rows, "schema"):  # a table or a batch of pyarrow
        return _batch(rows), False
    if hasattr(rows, "__arrow_c_stream__"):
        return _stream(rows), False
    if isinstance(rows, Mapping | str | bytes) or not isinstance(rows, Iterable):
        raise CloudTypeError(f"rows: {_shown(rows)}; {_ACCEPTED}{_hint(rows)}")
    return iter(rows), False


def _shown(rows: Any) -> str:
    text = repr(rows)
    text = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return f"{text} ({type(rows).__name__})"


def _hint(rows: Any) -> str:
    if isinstance(rows, Mapping):
        return ": one row is [row]"
    return ": collect() makes a frame" if hasattr(rows, "collect") else ""


def _pandas(frame: Any) -> Iterator[dict[Any, Any]]:
    columns = list(frame.columns)
    if len(set(columns)) < len(columns):
        twice = next(name for name in columns if columns.count(name) > 1)
        raise CloudTypeError(f"rows: the frame has two columns {twice!r}; one of each name is accepted")
    return (dict(zip(columns, row, strict=True)) for row in frame.itertuples(index=False, name=None))


def _batch(table: Any) -> Iterator[dict[str, Any]]:
    for start in range(0, table.num_rows, _BATCH):
        yield from table.slice(start, _BATCH).to_pylist()


def _stream(stream: Any) -> Iterator[dict[str, Any]]:
    """Rows of any Arrow stream; pyarrow reads it batch by batch, polars as a whole."""
    if pyarrow := _installed("pyarrow"):
        reader = pyarrow.RecordBatchReader.from_stream(stream)
        return (row for batch in reader for row in _batch(batch))
    if polars := _installed("polars"):
        rows: Iterator[dict[str, Any]] = polars.DataFrame(stream).iter_rows(named=True)
        return rows
    message = f"rows: {_shown(stream)} is an Arrow stream, which is read with pyarrow or polars: install one"
    raise CloudTypeError(message)


def _installed(package: str) -> Any:
    try:
        return import_module(package)
    except ImportError:
        return None
