"""``cloudvars sql``.

The rows that a SELECT gives, over the tables of ``cloudvars table``, by these names on every engine, of all games (see
the column game). Nothing can be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .codes import FINE
from .parser import add_game, add_store
from .rows import add_formats, print_table
from .stores import to_read

if TYPE_CHECKING:
    import argparse

EXAMPLES = """
cloudvars sql save.db "SELECT key, sum(value) FROM money GROUP BY key"
cloudvars sql save.db "SELECT * FROM achievement WHERE progress = total" --csv > done.csv
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_store(parser)
    parser.add_argument("query", metavar="SELECT", help="one statement that reads")
    parser.add_argument(
        "--timeout", type=float, default=30, metavar="S", help="give up after so many seconds (30)"
    )
    add_game(parser, "the same: the tables hold all games")
    add_formats(parser)


def run(given: argparse.Namespace) -> int:
    """Ask, and print."""
    with to_read(given) as store:
        print_table(store.sql(given.query, timeout=given.timeout), given)
    return FINE
