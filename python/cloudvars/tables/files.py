"""Tables as Parquet files."""

from __future__ import annotations

import os
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from cloudvars.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudvars import Table


def to_parquet(
    table: Table, path: str | os.PathLike[str], progress: Callable[[int], object] | None = None
) -> int:
    """Write the rows, as a whole or not at all; returns how many. ``progress`` gets the number of rows so far."""
    target = Path(path)
    write = writer()
    # For its owner only, as everything that holds players' data.
    try:
        handle, part = tempfile.mkstemp(
            dir=target.absolute().parent, prefix=f".{target.name}.", suffix=".part"
        )
    except OSError as error:
        raise StoreError(
            f"cannot write '{target}': {error.strerror or error}; nothing was changed there"
        ) from error
    os.close(handle)
    try:
        count = write(table, part, progress or (lambda _: None))
        with Path(part).open("rb+") as file:
            os.fsync(file.fileno())
        Path(part).replace(target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    return count


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
