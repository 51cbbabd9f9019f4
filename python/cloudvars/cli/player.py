"""``cloudvars player``.

Everything that a store holds of one user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import output
from .codes import FINE
from .parser import add_game, add_json, add_store
from .shown import json_lines, print_rows
from .stores import to_read

if TYPE_CHECKING:
    import argparse

EXAMPLES = "cloudvars player save.db 55555555\ncloudvars player save.db 55555555 --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_store(parser)
    parser.add_argument("user", metavar="USER", type=int, help="the user's id")
    add_game(parser)
    add_json(parser, "one object: a list of rows for each table")


def run(given: argparse.Namespace) -> int:
    """Read, and print each table that has rows of the user."""
    with to_read(given) as store:
        everything: dict[str, Any] = store.player(given.user).to_dict()
    if given.json:
        output.print_lines(json_lines(everything))
        return FINE
    tables = {name: rows for name, rows in everything.items() if isinstance(rows, list) and rows}
    if not tables:
        output.print_lines([f"nothing is stored of user {given.user} in this game"])
    for number, (name, rows) in enumerate(tables.items()):
        if number:
            output.print_lines([""])
        columns = list(dict.fromkeys(column for row in rows for column in row))
        print_rows(columns, rows, f"{name} ({len(rows)})")
    return FINE
