"""``cloudvars table``.

The rows of a table: all, or those that are asked for. Without a format, at most 100 are printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import output
from .codes import FINE
from .parser import add_game, add_store
from .rows import add_formats, print_table
from .shown import print_rows
from .stores import CommandError, to_read
from .where import TABLES, narrowed

if TYPE_CHECKING:
    import argparse

    from .parser import Parser

EXAMPLES = """
cloudvars table save.db money --where key=gold --sort -value --limit 10
cloudvars table save.db general --where key=hero --fields class=str,stats.level=int
cloudvars table save.db list --where user_id=7 --where user_id=8 --json
"""

PRINTED = 100
"""So many rows are printed for people who do not say how many."""
MANY = 2**53


def add_arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add_store(parser)
    parser.dashed = ("--sort",)
    parser.add_argument("name", metavar="TABLE", choices=TABLES, help=", ".join(TABLES))
    add = parser.add_argument
    add(
        "--where",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="only rows with this value, or null for nothing; the same column again: or that one",
    )
    add("--since", metavar="TIME", help="only rows that were changed then or later: ISO text with an offset")
    add("--until", metavar="TIME", help="only rows that were changed before that")
    add("--sort", action="append", default=[], metavar="COLUMN", help="in this order; -COLUMN: largest first")
    add(
        "--limit",
        type=int,
        metavar="N",
        help=f"at most so many rows; without it {PRINTED}, or all in a format",
    )
    add("--offset", type=int, default=0, metavar="N", help="without the first rows")
    add(
        "--fields",
        metavar="PATH=TYPE,…",
        help="columns out of the JSON value; TYPE is int, float, str or bool",
    )
    add_game(parser)
    add_formats(parser)


def run(given: argparse.Namespace) -> int:
    """Read, and print."""
    for option in ("limit", "offset"):
        if (getattr(given, option) or 0) < 0:
            raise CommandError(f"--{option} {getattr(given, option)}: 0 or more is accepted")
    formatted = given.json or given.csv or given.parquet
    with to_read(given, of_one_game=True) as store:
        table = narrowed(store.tables[given.name], given)
        if given.limit is not None or formatted:
            limited = given.limit is not None or given.offset
            limit = MANY if given.limit is None else given.limit
            print_table(table.limit(limit, given.offset) if limited else table, given)
            return FINE
        rows = table.limit(PRINTED + 1, given.offset).rows()
        print_rows(list(table.columns), rows[:PRINTED])
    if len(rows) > PRINTED:
        output.complain(f"these are the first {PRINTED} rows; --limit says how many are printed")
    return FINE
