"""Tables and players as plain text."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudError

from .cells import short
from .elsewhere import elsewhere

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudvars import Table

    from . import Player

ROWS = 10
"""So many rows are shown."""
WIDTH = 24
COLUMNS = 12
VALUE = 40
"""A value in a player's line is not longer than this."""
SAME = ("game", "user_id", "player_id", "version", "created", "updated")
"""What the lines of a player leave out."""


def text(table: Table) -> str:
    """Return the first rows; never raises because of the store."""
    try:
        columns = table.columns
        rows = table.limit(ROWS + 1).rows()
        count = table.count() if len(rows) > ROWS else len(rows)
    except CloudError as error:
        return f"<table {table.name}: {error}>"
    head = f"{table.name}: {several(count, 'row')} x {several(len(columns), 'column')}"
    more = "…" if count > ROWS else elsewhere(table) if not count else None
    return "\n".join([head, *grid(rows[:ROWS], columns), *([more] if more else [])])


def several(number: int, noun: str) -> str:
    """Return how many there are."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def grid(rows: list[dict[str, Any]], columns: Mapping[str, str]) -> list[str]:
    """Return the rows as lines, a column below its name and type."""
    names = list(columns)[:COLUMNS]
    cells = [[short(name, WIDTH) for name in names], [columns[name] for name in names]]
    cells += [[short(row[name], WIDTH) for name in names] for row in rows]
    numbers = [columns[name] in ("int64", "float64") for name in names]
    widths = [max(width(line[at]) for line in cells) for at in range(len(names))]
    more = "  …" if len(columns) > COLUMNS else ""
    lines = []
    for line in cells:
        padded = [
            " " * (space - width(cell)) + cell if number else cell + " " * (space - width(cell))
            for cell, space, number in zip(line, widths, numbers, strict=True)
        ]
        lines.append("  ".join(padded).rstrip() + more)
    return lines


def width(cell: str) -> int:
    """Return how many places of a terminal the text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in cell)


def player_text(player: Player) -> str:
    """Return what a player has: the first rows of each kind, a line each."""
    lines = [f"Player {player.user_id} in '{player.game}'"]
    for part in player.PARTS:
        rows: list[dict[str, Any]] = getattr(player, part)
        if rows:
            lines.append(f"{part}: {several(len(rows), 'row')}")
            lines += [f"  {row_text(row)}" for row in rows[:ROWS]]
            lines += ["  …"] if len(rows) > ROWS else []
    return "\n".join(lines if len(lines) > 1 else [f"{lines[0]}: nothing stored"])


def row_text(row: Mapping[str, Any]) -> str:
    """Return a player's row in one line: its key, then what is known of it, without its times."""
    named, *rest = [name for name in row if name not in SAME]
    known = [f"{name}={short(row[name], VALUE)}" for name in rest if row[name] is not None]
    return "  ".join([short(row[named], VALUE), *known])
