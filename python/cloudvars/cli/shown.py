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
GAP = 2
"""Between two columns."""
WIDTH_MIN = 10
"""No column of text is made narrower than this to fit the terminal."""


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
    terminal = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    rows, printed = iter(rows), 0
    while True:
        some = [[row.get(name) for name in columns] for row in itertools.islice(rows, AT_ONCE)]
        if not some and printed:
            return printed
        table = _Columns(columns, some, terminal)
        lines = table.rich(title) if terminal and find_spec("rich") else table.plain(title)
        output.print_lines(lines[len(lines) - len(some) :] if printed and not terminal else lines)
        printed += len(some)
        if len(some) < AT_ONCE:
            return printed


class _Columns:
    """Some rows as columns of text; ``room``: how wide the terminal is, if it is one."""

    def __init__(self, names: Sequence[str], rows: Sequence[Sequence[Any]], room: int | None) -> None:
        show = cell if room is None else _short
        self._texts = [list(names), *([show(value) for value in row] for row in rows)]
        self._right = [
            _are(column, (int, float)) for column in (zip(*rows, strict=True) if rows else [()] * len(names))
        ]
        self._widths = [max(map(_width, column)) for column in zip(*self._texts, strict=True)]
        if room is None:
            return
        # Of the columns that can, the widest gives way first. Numbers and times are shown in full.
        soft = [
            at
            for at, column in enumerate(zip(*rows, strict=True))
            if not _are(column, (int, float, datetime))
        ]
        while soft and sum(self._widths) + GAP * len(names) > room:
            widest = max(soft, key=self._widths.__getitem__)
            if self._widths[widest] <= WIDTH_MIN:
                break
            self._widths[widest] -= 1
        self._texts = [
            [_cut(text, width) for text, width in zip(line, self._widths, strict=True)]
            for line in self._texts
        ]

    def plain(self, title: str) -> list[str]:
        lines = [title] * bool(title)
        for line in self._texts:
            padded = [
                " " * (width - _width(text)) + text if right else text + " " * (width - _width(text))
                for text, width, right in zip(line, self._widths, self._right, strict=True)
            ]
            lines.append((" " * GAP).join(padded).rstrip())
        return lines

    def rich(self, title: str) -> list[str]:
        from rich import box  # noqa: PLC0415 - only where it is installed, and used
        from rich.console import Console  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        head, *rows = self._texts
        heading = Text(title, style="bold") if title else None
        table = Table(
            title=heading, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False
        )
        for name, right in zip(head, self._right, strict=True):
            table.add_column(Text(name), justify="right" if right else "left", no_wrap=True)
        for row in rows:
            table.add_row(*map(Text, row))
        printed = io.StringIO()
        width = sum(self._widths) + (GAP + 1) * len(head)
        Console(file=printed, force_terminal=True, width=width).print(table)
        return [line.rstrip() for line in printed.getvalue().splitlines()]


def _short(value: Any) -> str:
    """Write a value for a terminal."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else cell(value)


def _cut(text: str, width: int) -> str:
    if _width(text) <= width:
        return text
    taken, cut = 0, ""
    for char in text:
        taken += _width(char)
        if taken > width - 1:
            break
        cut += char
    return f"{cut}…"


def _are(values: Iterable[Any], kinds: tuple[type, ...]) -> bool:
    there = [value for value in values if value is not None]
    return bool(there) and all(isinstance(value, kinds) and not isinstance(value, bool) for value in there)
