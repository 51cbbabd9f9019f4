"""Tables as Parquet files."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from cloudvars.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloudvars import Table


def to_parquet(
    table: Table, path: str | os.PathLike[str], progress: Callable[[int, int], object] | None = None
) -> None:
    """Write the rows, as a whole or not at all: see ``Table.to_parquet``."""
    target = Path(path)
    write = writer()
    tell = None if progress is None else before(progress, table.count())
    with told(target):
        if target.is_dir():
            raise IsADirectoryError(None, "it is a directory")
        # For its owner only, as everything that holds players' data.
        handle, part = tempfile.mkstemp(
            dir=target.absolute().parent, prefix=f".{target.name}.", suffix=".part"
        )
        os.close(handle)
    try:
        rows = write(table, part, tell or (lambda _: None))
        with told(target):
            with Path(part).open("rb+") as file:
                os.fsync(file.fileno())
            Path(part).replace(target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    if progress is not None:
        progress(rows, rows)


@contextmanager
def told(target: Path) -> Iterator[None]:
    """Raise what the system says of the target as what the store says."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"cannot write '{target}': {error.strerror or error}; nothing was changed there"
        ) from error


def before(progress: Callable[[int, int], object], total: int) -> Callable[[int], object]:
    """Return what tells of rows as long as some are to come: the last call is made when the file is there."""
    return lambda rows: progress(rows, total) if rows < total else None


def writer() -> Callable[[Table, str, Callable[[int], object]], int]:
    """Choose the package that writes."""
    for package, write in (("pyarrow.parquet", by_pyarrow), ("polars", by_polars)):
        try:
            import_module(package)
        except ModuleNotFoundError:
            continue
        return write
    message = "to_parquet() needs pyarrow or polars, and neither is installed: pip install pyarrow"
    raise ModuleNotFoundError(message, name="pyarrow")


def by_pyarrow(table: Table, path: str, progress: Callable[[int], object]) -> int:
    """Write batch by batch."""
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    rows = 0
    reader = arrow.RecordBatchReader.from_stream(table)
    with parquet.ParquetWriter(path, reader.schema, compression="zstd") as file:
        for batch in reader:
            file.write_batch(batch)
            rows += batch.num_rows
            progress(rows)
    return rows


def by_polars(table: Table, path: str, progress: Callable[[int], object]) -> int:
    """Write a whole frame."""
    frame = import_module("polars").DataFrame(table)
    frame.write_parquet(path)
    progress(frame.height)
    return int(frame.height)
