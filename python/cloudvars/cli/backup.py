"""``cloudvars backup``.

One moment of a store in a new SQLite file, while others read and write. From a file or a server.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from . import output
from .codes import FINE
from .parser import add_game, add_json, add_store
from .shown import json_lines, one_line
from .stores import to_read

if TYPE_CHECKING:
    import argparse

EXAMPLES = "cloudvars backup save.db save-copy.db"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_store(parser)
    parser.add_argument("target", metavar="TARGET", type=Path, help="a file that does not exist")
    add_game(parser, "the same: the whole store is copied")
    add_json(parser, "one object: target, rows, bytes")


def run(given: argparse.Namespace) -> int:
    """Copy, and say how far it is."""
    rows = 0

    def told(done: int, total: int) -> None:
        nonlocal rows
        rows = total
        show(done, total)

    with to_read(given) as store, output.progress("backup") as show:
        store.backup(given.target, progress=told)
    size = given.target.stat().st_size
    if given.json:
        output.print_lines(json_lines({"target": str(given.target), "rows": rows, "bytes": size}))
    else:
        output.print_lines([one_line(f"{given.target}: {rows} rows, {size} bytes")])
    return FINE
