"""``cloudvars info``.

What a store holds: its games, the rows of each table, its size, and what an acknowledged commit can survive at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudvars._native import open as open_store
from cloudvars.errors import StoreError

from . import output
from .codes import FINE
from .parser import add_game, add_json, add_store
from .shown import json_lines, one_line, print_rows
from .stores import target_of, to_read

if TYPE_CHECKING:
    import argparse

EXAMPLES = "cloudvars info save.db\ncloudvars info env:GAME_URL --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_store(parser)
    add_game(parser, "the rows of all games are counted")
    add_json(parser, "one object: target, version, games, rows, bytes, durability")


def run(given: argparse.Namespace) -> int:
    """Count, and print."""
    with to_read(given) as store:
        rows = store._counts(every=not given.game)
        version, size = store._facts()
        games = [given.game] if given.game else _games(store, rows)
        report = {
            "target": store._target(),
            "version": version,
            "games": games,
            "rows": rows,
            "bytes": size,
            "durability": _durability(target_of(given.store)),
        }
    if given.json:
        output.print_lines(json_lines(report))
        return FINE
    lines = {
        "store": report["target"],
        "format": f"version {version}",
        "bytes": size,
        "durability": report["durability"],
        "games": ", ".join(games),
    }
    output.print_lines([*(one_line(f"{name:<10}  {value}") for name, value in lines.items()), ""])
    print_rows(["table", "rows"], [{"table": name, "rows": count} for name, count in rows.items()])
    return FINE


def _games(store: Any, rows: dict[str, int]) -> list[str]:
    """Return the games; the one that ``open`` names by itself only if there is anything, or nothing else."""
    games: list[str] = store.games
    return games if any(rows.values()) else games[:1]


def _durability(target: str) -> str:
    """Return the most that the store can promise: what ``open`` takes for it."""
    for durability in ("full", "normal"):
        try:
            open_store(target, durability=durability, readonly=True).close()
        except StoreError:
            continue
        return durability
    return "off"
