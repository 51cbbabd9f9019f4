"""``cloudvars player``.

Everything that a store holds of one user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudvars.tables.written import is_int64

from . import output
from .codes import FINE
from .parser import add_game, add_json, add_store
from .shown import json_lines, print_rows
from .stores import CommandError, to_read

if TYPE_CHECKING:
    import argparse

EXAMPLES = """
cloudvars player save.db 55555555
cloudvars player save.db Ann --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_store(parser)
    parser.add_argument("user", metavar="USER", help="the user's id, or a name that name_new took")
    add_game(parser)
    add_json(parser, "one object: a list of rows for each table")


def run(given: argparse.Namespace) -> int:
    """Read, and print each table that has rows of the user."""
    with to_read(given, of_one_game=True) as store:
        user = _user(store, given.user)
        everything: dict[str, Any] = store.player(user).to_dict()
    if given.json:
        output.print_lines(json_lines(everything))
        return FINE
    tables = {name: rows for name, rows in everything.items() if isinstance(rows, list) and rows}
    if not tables:
        output.print_lines([f"nothing is stored of user {user} in this game"])
    for number, (name, rows) in enumerate(tables.items()):
        if number:
            output.print_lines([""])
        columns = list(dict.fromkeys(column for row in rows for column in row))
        print_rows(columns, rows, f"{name} ({len(rows)})")
    return FINE


def _user(store: Any, text: str) -> int:
    """Return the id that the text is, or that a name holds."""
    if is_int64(text):
        return int(text)
    holders = {row["value"] for row in store.tables["name"].where(name=text)}
    users = sorted(int(value) for value in holders if is_int64(value))
    accepted = "a user's id, or a name whose value is one, is accepted"
    if len(users) > 1:
        raise CommandError(
            f"USER {text}: several users have this name ({', '.join(map(str, users))}); {accepted}"
        )
    if not users:
        held = (
            f"the name holds {', '.join(map(repr, sorted(holders)))}" if holders else "nobody has this name"
        )
        raise CommandError(f"USER {text}: {held}; {accepted}")
    return users[0]
