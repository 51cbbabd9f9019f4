"""``cloudvars grant``.

The same amount for many users, each through money_add.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import output
from .bulk import print_report
from .parser import add_game, add_json, add_store
from .stores import CommandError, to_write

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

EXAMPLES = """
cloudvars grant save.db --key gold --value 100 --user 55555555 66666666
cloudvars grant save.db --key gold --value 100 --users winners.csv
cloudvars grant save.db --key gold --value 100 --all
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_store(parser)
    parser.add_argument("--key", required=True, help="the currency")
    parser.add_argument("--value", required=True, type=int, metavar="N", help="the amount for each user")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", nargs="+", type=int, metavar="ID", help="these users")
    who.add_argument(
        "--users",
        metavar="FILE",
        help="the users of a file: an id a line, or a CSV with user_id; -: of stdin",
    )
    who.add_argument("--all", action="store_true", help="every user of whom the game has anything")
    add_game(parser)
    add_json(parser, "one object: done, failed (each row, error_code, err_msg)")


def run(given: argparse.Namespace) -> int:
    """Grant, and say what became of it."""
    users = given.user or (_listed(given.users) if given.users else None)
    with to_write(given, new=False) as store:
        if users is None:
            users = _everybody(store)
        rows = [{"user_id": user, "key": given.key, "value": given.value} for user in users]
        with store.room("grant", limits=False) as room, output.progress("grant") as told:
            report = room.score.bulk("money_add", rows, progress=told)
    return print_report(report, given)


def _everybody(store: Any) -> list[int]:
    return [row["user_id"] for row in store.tables["player"].sort("user_id")]


def _listed(file: str) -> list[int]:
    if file == "-":
        return _ids("stdin", sys.stdin)
    with Path(file).open(encoding="utf-8-sig", newline="") as lines:
        return _ids(file, lines)


def _ids(file: str, lines: Iterable[str]) -> list[int]:
    ids, at = [], None
    for number, row in enumerate(csv.reader(lines), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if at is None:
            at = cells.index("user_id") if "user_id" in cells else 0
            if "user_id" in cells:
                continue
        try:
            ids.append(int(cells[at]))
        except (ValueError, IndexError):
            raise CommandError(f"{file}:{number}: a user's id is accepted") from None
    return ids
