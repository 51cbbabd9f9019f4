"""Tables and players in a notebook: small, escaped, in the colours of the page around them."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudError

from .cells import plain, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cloudvars import Table

    from . import Player

ROWS = 12
COLUMNS = 16
JSON_MAX = 2000
"""The JSON that unfolds is cut at this length."""

STYLE = (
    "<style>"
    ".cloudvars{color:inherit;font-variant-numeric:tabular-nums}"
    ".cloudvars table{border-collapse:collapse;background:transparent}"
    ".cloudvars caption{caption-side:top;text-align:start;padding:.3em 0;font-weight:600}"
    ".cloudvars th,.cloudvars td{border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent);"
    "padding:.2em .6em;text-align:start;vertical-align:top;background:transparent}"
    ".cloudvars .n{text-align:end}"
    ".cloudvars small,.cloudvars .z{opacity:.6;font-weight:400}"
    ".cloudvars pre{margin:.2em 0;white-space:pre-wrap;background:transparent;color:inherit}"
    "</style>"
)
NUMBERS = ("int64", "float64")


def html(table: Table) -> str:
    """Return the first rows; never raises because of the store."""
    try:
        columns = table.columns
        rows = table.limit(ROWS + 1).rows()
        count = table.count() if len(rows) > ROWS else len(rows)
    except CloudError as error:
        return framed(f"<p>{escape(table.name)}: {escape(str(error))}</p>")
    caption = f"{table.name}: {count:,} row{'' if count == 1 else 's'}"
    more = f"<p><small>{count - ROWS:,} more rows</small></p>" if count > ROWS else ""
    return framed(grid(caption, columns, rows[:ROWS]) + more)


def framed(inner: str) -> str:
    """Put the style around it."""
    return f'<div class="cloudvars">{STYLE}{inner}</div>'


def grid(caption: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return a table of the rows."""
    names = list(columns)[:COLUMNS]
    more = "<th scope='col'>…</th>" if len(columns) > COLUMNS else ""
    head = "".join(
        f"<th scope='col'{kind(columns[name])}>{escape(short(name))}<br><small>{columns[name]}</small></th>"
        for name in names
    )
    body = "".join(
        "<tr>" + "".join(f"<td{kind(columns[name])}>{cell(row[name])}</td>" for name in names) + "</tr>"
        for row in rows
    )
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}{more}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def kind(of: str) -> str:
    """Return the class of a column's cells."""
    return ' class="n"' if of in NUMBERS else ""


def cell(value: object) -> str:
    """Return a cell; JSON unfolds."""
    if value is None:
        return '<span class="z">null</span>'
    if isinstance(value, dict | list):
        whole = json.dumps(plain(value), ensure_ascii=False, indent=1)
        cut = whole if len(whole) <= JSON_MAX else whole[:JSON_MAX] + "…"
        return f"<details><summary>{escape(short(value))}</summary><pre>{escape(cut)}</pre></details>"
    return escape(short(value))


def tables_html(tables: Mapping[str, Table]) -> str:
    """Return how many rows each table has."""
    try:
        rows = [{"table": name, "rows": table.count()} for name, table in tables.items()]
    except CloudError as error:
        return framed(f"<p>{escape(str(error))}</p>")
    return framed(grid("tables", {"table": "string", "rows": "int64"}, rows))


def player_html(player: Player) -> str:
    """Return a table for each kind of thing that a player has."""
    parts = []
    for part in player.PARTS:
        rows: list[dict[str, Any]] = getattr(player, part)
        if not rows:
            continue
        columns = {name: "int64" if is_number(rows, name) else "string" for name in rows[0] if name != "game"}
        more = f"<p><small>{len(rows) - ROWS:,} more</small></p>" if len(rows) > ROWS else ""
        parts.append(grid(f"{part}: {len(rows):,}", columns, rows[:ROWS]) + more)
    inner = "".join(parts) or "<p>nothing stored</p>"
    return framed(
        f"<p><strong>Player {player.user_id}</strong> <small>{escape(player.game)}</small></p>{inner}"
    )


def is_number(rows: list[dict[str, Any]], name: str) -> bool:
    """Whether a column's cells are numbers."""
    return isinstance(next((row[name] for row in rows if row[name] is not None), None), int | float)
