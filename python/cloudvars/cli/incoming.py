"""The rows of a file as operations of a verb."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

from .stores import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

__all__ = ["VERBS", "rows_of"]

VERBS = (
    "set", "add", "addi", "money_add", "money_cost", "list_add", "list_modify", "list_delete", "name_new",
    "world_data_set", "world_list_add", "world_list_modify", "world_list_delete", "withlimit_add",
)  # fmt: skip
"""The names of a committer's operations."""

TEXTS = {"key", "name", "s_value", "week_start"}
"""Fields that are text whatever is in them."""
JSON_VERBS = {"set", "list_add", "list_modify", "world_data_set", "world_list_add", "world_list_modify"}
"""The verbs whose value is a table, which a text holds as JSON."""
EXPORTED = {"version", "created", "updated"}
"""Columns that every exported row has, and that no verb takes."""
INT = re.compile(r"-?\d+")


def rows_of(file: Path, verb: str, game: str) -> Iterator[dict[str, Any]]:
    """Return the rows of a file, as ``bulk`` takes them."""
    readers: dict[str, Callable[[Path], Iterable[dict[str, Any]]]] = {
        ".csv": _csv,
        ".json": _json,
        ".parquet": _parquet,
    }
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise CommandError(f"{file}: a file that ends with {', '.join(readers)} is accepted")
    # A file that cannot be read is no reason to make a store.
    file.open("rb").close()
    ignored = EXPORTED | ({"uuid"} if verb in ("list_add", "world_list_add") else set())
    return _operations(reader(file), verb, game, ignored, text=reader is not _json)


def _operations(
    rows: Iterable[dict[str, Any]], verb: str, game: str, ignored: set[str], *, text: bool
) -> Iterator[dict[str, Any]]:
    for row in rows:
        fields = {name: value for name, value in row.items() if name not in ignored and value is not None}
        # A row of another game keeps its column, so that it is refused.
        if fields.get("game") == game:
            del fields["game"]
        yield {name: _field(name, value, verb, text=text) for name, value in fields.items()}


def _field(name: str, value: Any, verb: str, *, text: bool) -> Any:
    if name == "value" and verb == "name_new":
        return value
    if name == "value" and verb in JSON_VERBS:
        if text and isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                return value
        return _unescaped(value)
    if text and name not in TEXTS and isinstance(value, str) and INT.fullmatch(value):
        return int(value)
    return value


def _unescaped(value: Any) -> Any:
    """Turn the keys of objects back: ``"#5"`` is the int key 5, and ``"##5"`` the text ``"#5"``."""
    if isinstance(value, list):
        return [_unescaped(inside) for inside in value]
    if isinstance(value, dict):
        return {_key(key): _unescaped(inside) for key, inside in value.items()}
    return value


def _key(key: str) -> int | str:
    if not key.startswith("#"):
        return key
    return int(key[1:]) if INT.fullmatch(key[1:]) else key[1:]


def _csv(file: Path) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(2**31 - 1)
    with file.open(encoding="utf-8-sig", newline="") as text:
        try:
            for row in csv.DictReader(text, restkey="cells beyond the head"):
                yield {name: value for name, value in row.items() if value not in ("", None)}
        except (csv.Error, UnicodeDecodeError) as error:
            raise CommandError(f"{file}: {error}") from None


def _json(file: Path) -> Iterable[dict[str, Any]]:
    try:
        rows = json.loads(file.read_text("utf-8-sig"))
    except ValueError as error:
        raise CommandError(f"{file}: {error}") from None
    if isinstance(rows, dict) and "cloudvars" in rows:
        raise CommandError(f"{file}: this is a dump of a whole store: import it without --verb")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CommandError(f"{file}: a list of objects is accepted")
    return rows


def _parquet(file: Path) -> Iterator[dict[str, Any]]:
    try:
        import polars as pl  # noqa: PLC0415 - only where it is installed, and used
    except ImportError:
        try:
            from pyarrow import parquet  # noqa: PLC0415
        except ImportError:
            raise CommandError("to read Parquet: pip install polars, or pyarrow") from None
        with parquet.ParquetFile(file) as opened:
            for batch in opened.iter_batches():
                yield from batch.to_pylist()
        return
    yield from pl.read_parquet(file).iter_rows(named=True)
