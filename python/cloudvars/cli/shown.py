"""How rows are printed: as columns for people, as JSON for programs."""

from __future__ import annotations

import io
import itertools
import json
import math
import shutil
import sys
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from . import output

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["cell", "iso", "json_line", "json_lines", "json_rows", "jsonable", "one_line", "print_rows"]

AT_ONCE = 1000
"""So many rows share the widths of their columns."""
CELL_MAX = 60
"""So many characters of a cell are shown on a terminal."""


def one_line(text: str) -> str:
    """Escape what a cell or a file's name may hold: line breaks, and control sequences of the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def iso(time: datetime) -> str:
    """Return the time in UTC as ISO text with milliseconds."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def jsonable(value: Any) -> Any:
    """Return what ``json`` can write: times as text, int keys as the file writes them (``"#5"``)."""
    if isinstance(value, Mapping):
        return {_key(key): jsonable(inside) for key, inside in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(inside) for inside in value]
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _key(key: object) -> str:
    return f"#{key}" if isinstance(key, int) or str(key).startswith("#") else str(key)


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: jsonable(value) for name, value in row.items()}


def json_line(row: Mapping[str, Any]) -> str:
    """Write a row as an object on one line."""
    return json.dumps(_row(row), ensure_ascii=False)


def json_rows(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Write a JSON array, a line for each row."""
    line = None
    for row in rows:
        yield "[" if line is None else f"{line},"
        line = json_line(row)
    if line is None:
        yield "[]"
    else:
        yield line
        yield "]"


def json_lines(report: Any) -> list[str]:
    """Write one object over several lines."""
    return json.dumps(jsonable(report), ensure_ascii=False, indent=2).splitlines()


def cell(value: Any) -> str:
    """Write a value on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, (Mapping, list, tuple, bytes)):
        return one_line(json.dumps(jsonable(value), ensure_ascii=False))
    return one_line(str(value))


def _width(text: str) -> int:
    """Count the columns of a terminal that the text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def print_rows(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], title: str = "") -> int:
    """Print rows as columns, with a head; returns how many there were. On a terminal with rich if it is installed."""
    terminal = sys.stdout.isatty()
    rows, printed = iter(rows), 0
    while True:
        some = [[row.get(name) for name in columns] for row in itertools.islice(rows, AT_ONCE)]
        if not some and printed:
            return printed
        if terminal and find_spec("rich"):
            output.print_lines(_rich(columns, some, title))
        else:
            lines = _plain(columns, some, terminal=terminal)
            head = [] if printed else [title] * bool(title)
            output.print_lines([*head, *(lines[1:] if printed else lines)])
        printed += len(some)
        if len(some) < AT_ONCE:
            return printed


def _plain(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, terminal: bool) -> list[str]:
    table = [list(columns), *([_cut(cell(value), cut=terminal) for value in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    right = [_is_number(column) for column in (zip(*rows, strict=True) if rows else [()] * len(columns))]
    lines = []
    for texts in table:
        padded = [
            " " * (width - _width(text)) + text if is_number else text + " " * (width - _width(text))
            for text, width, is_number in zip(texts, widths, right, strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    return lines


def _cut(text: str, *, cut: bool) -> str:
    return f"{text[: CELL_MAX - 1]}…" if cut and len(text) > CELL_MAX else text


def _is_number(values: Iterable[Any]) -> bool:
    there = [value for value in values if value is not None]
    return bool(there) and all(
        isinstance(value, (int, float)) and not isinstance(value, bool) for value in there
    )


def _rich(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str) -> list[str]:
    from rich import box  # noqa: PLC0415 - only where it is installed, and used
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(title=Text(title) if title else None, title_justify="left", box=box.SIMPLE_HEAD)
    numbers = [_is_number(column) for column in (zip(*rows, strict=True) if rows else [()] * len(columns))]
    for name, is_number in zip(columns, numbers, strict=True):
        table.add_column(
            Text(name), justify="right" if is_number else "left", overflow="ellipsis", no_wrap=True
        )
    for row in rows:
        table.add_row(*(Text(_cut(cell(value), cut=True)) for value in row))
    printed = io.StringIO()
    Console(file=printed, force_terminal=True, width=shutil.get_terminal_size().columns).print(table)
    return printed.getvalue().splitlines()
