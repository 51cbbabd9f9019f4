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
    """Return how much a player has, and of what."""
    parts = [(part, getattr(player, part)) for part in player.PARTS]
    held = [f"{part}: {len(rows)}" for part, rows in parts if rows]
    return f"<Player {player.user_id} in '{player.game}': {', '.join(held) or 'nothing stored'}>"
