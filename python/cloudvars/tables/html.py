"""Tables and players in a notebook: small, escaped, in the colours of the page around them."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudError

from .cells import CELL, plain, short
from .elsewhere import elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cloudvars import Table

    from . import Player

ROWS = 12
COLUMNS = 16
UNFOLDED_MAX = 2000
ALL_UNFOLDED_MAX = 36_000
"""What unfolds is cut at this length: of one cell, and of all cells of a table."""
NAMES_MAX = 200
"""So much is shown of the names of columns that are left out."""

STYLE = (
    "<style>"
    ".cloudvars{color:inherit;font-variant-numeric:tabular-nums;overflow-x:auto}"
    ".cloudvars table{border-collapse:collapse;background:transparent;color:inherit;margin:0 0 .6em}"
    ".cloudvars caption{caption-side:top;text-align:start;padding:.3em .6em;font-weight:600;color:inherit}"
    ".cloudvars th,.cloudvars td{border:0;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent);"
    "padding:.2em .6em;text-align:start;vertical-align:top;white-space:nowrap;background:transparent}"
    ".cloudvars th{font-weight:600}"
    ".cloudvars .n{text-align:end}"
    ".cloudvars small,.cloudvars .z{opacity:.75;font-weight:400}"
    ".cloudvars p{margin:.3em .6em}"
    ".cloudvars summary{cursor:pointer}"
    ".cloudvars pre{margin:.2em 0;white-space:pre-wrap;background:transparent;color:inherit}"
    "</style>"
)
"""It names no colour but the one around it, so that a dark page stays dark."""
SAME = ("game", "user_id", "player_id")
"""What all rows of a player have in common."""
NUMBERS = ("int64", "float64")
TEXTS = ("string", "json")
UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"


def html(table: Table) -> str:
    """Return the first rows; never raises because of the store."""
    try:
        columns = table.columns
        rows = table.limit(ROWS + 1).rows()
        count = table.count() if len(rows) > ROWS else len(rows)
    except CloudError as error:
        return said(table.name, error)
    left_out = [f"{count - ROWS:,} more row{'' if count == ROWS + 1 else 's'}"] if count > ROWS else []
    if not count and (where := elsewhere(table)):
        left_out.append(where)
    if len(columns) > COLUMNS:
        left_out.append(
            f"{len(columns) - COLUMNS} more columns: {short(', '.join(list(columns)[COLUMNS:]), NAMES_MAX)}"
        )
    return framed(grid(counted(table.name, count), columns, rows[:ROWS]) + note(*left_out))


def framed(inner: str) -> str:
    """Put the style around it. What is too wide scrolls, with the keyboard too."""
    return f'<div class="cloudvars" tabindex="0">{STYLE}{inner}</div>'


def counted(name: str, count: int) -> str:
    """Return the caption of a table."""
    return f"{name}: {count:,} row{'' if count == 1 else 's'}"


def note(*sentences: str) -> str:
    """Return what stands below a table."""
    return "".join(f"<p><small>{escape(sentence)}</small></p>" for sentence in sentences)


def said(name: str, error: Exception) -> str:
    """Return why there is nothing to show."""
    return framed(f"<p><strong>{escape(name)}</strong>: {escape(short(error, UNFOLDED_MAX))}</p>")


def grid(
    caption: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], *, with_types: bool = True
) -> str:
    """Return a table of the rows."""
    names = list(columns)[:COLUMNS]
    more = '<th scope="col">…</th>' if len(columns) > COLUMNS else ""
    types = {name: f"<br><small>{columns[name]}</small>" if with_types else "" for name in names}
    head = "".join(
        f'<th scope="col"{kind(columns[name])}>{escape(short(name))}{types[name]}</th>' for name in names
    )
    texts = len(rows) * sum(columns[name] in TEXTS for name in names)
    most = min(UNFOLDED_MAX, ALL_UNFOLDED_MAX // max(texts, 1))
    body = "".join(
        "<tr>" + "".join(f"<td{kind(columns[name])}>{cell(row[name], most)}</td>" for name in names) + "</tr>"
        for row in rows
    )
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}{more}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def kind(of: str) -> str:
    """Return the class of a column's cells."""
    return ' class="n"' if of in NUMBERS else ""


def cell(value: object, most: int = UNFOLDED_MAX) -> str:
    """Return a cell; JSON and long texts unfold, up to so many characters."""
    if value is None:
        return '<span class="z">null</span>'
    line = escape(short(value))
    if value and isinstance(value, dict | list):
        whole = json.dumps(plain(value), ensure_ascii=False, indent=1)
    elif isinstance(value, str) and len(value) > CELL:
        whole = value
    else:
        return line
    return f"<details><summary>{line}</summary><pre>{cut(whole, most)}</pre></details>"


def cut(text: str, most: int) -> str:
    """Return the text escaped and not too long, without characters that hide others or turn them round."""
    kept, shown = len(text), escape(text[:most])
    while kept and len(shown) > most:
        kept = min(kept, most) * most // len(shown)
        shown = escape(text[:kept])
    end = "…" if kept < len(text) else ""
    return "".join(char if char.isprintable() or char == "\n" else UNPRINTABLE for char in shown) + end


def tables_html(tables: Mapping[str, Table]) -> str:
    """Return how many rows each table has."""
    try:
        rows = [{"table": name, "rows": table.count()} for name, table in tables.items()]
    except CloudError as error:
        return said("tables", error)
    return framed(grid("tables", {"table": "string", "rows": "int64"}, rows, with_types=False))


def player_html(player: Player) -> str:
    """Return a table for each kind of thing that a player has."""
    parts = []
    for part in player.PARTS:
        rows: list[dict[str, Any]] = getattr(player, part)
        if not rows:
            continue
        parts.append(rows_html(counted(part, len(rows)), rows, leave_out=SAME))
    inner = "".join(parts) or "<p>nothing stored</p>"
    return framed(
        f"<p><strong>Player {player.user_id}</strong> <small>{escape(player.game)}</small></p>{inner}"
    )


def rows_html(
    caption: str, rows: list[dict[str, Any]], leave_out: Iterable[str] = (), count: int | None = None
) -> str:
    """Return a table of rows whose columns nobody names; ``count``: how many there are, if these are the first."""
    first, there = rows[:ROWS], len(rows) if count is None else count
    names = [name for name in dict.fromkeys(name for row in first for name in row) if name not in leave_out]
    columns = {str(name): type_of(first, name) for name in names}
    whole = [{str(name): row.get(name) for name in names} for row in first]
    left_out = [f"{there - len(first):,} more"] if there > len(first) else []
    return grid(caption, columns, whole, with_types=False) + note(*left_out)


def type_of(rows: list[dict[str, Any]], name: str) -> str:
    """Whether a column's cells are numbers."""
    values = [row[name] for row in rows if row.get(name) is not None]
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    return "int64" if values and len(numbers) == len(values) else "string"
