"""``cloudvars import``.

The rows of a file, each one operation of a verb, through the rules of the store: .csv, .json (a list of objects) or
.parquet. Without a verb: a whole store, into an empty one, from the JSON that ``cloudvars export --format json`` wrote.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from . import output
from .bulk import print_report
from .codes import FINE
from .incoming import VERBS, rows_of
from .parser import add_game, add_json, add_store
from .shown import json_lines
from .stores import CommandError, to_write

if TYPE_CHECKING:
    import argparse

EXAMPLES = """
cloudvars import save.db gold.csv --verb money_add
cloudvars import save.db list.parquet --verb list_add --atomic
cloudvars import new.db data/dump.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_store(parser)
    parser.add_argument("file", metavar="FILE", type=Path, help=".csv, .json or .parquet")
    parser.add_argument(
        "--verb", choices=VERBS, metavar="VERB", help=f"what each row does: {', '.join(VERBS)}"
    )
    together = parser.add_mutually_exclusive_group()
    together.add_argument(
        "--chunk", type=int, default=1000, metavar="N", help="rows that are stored in one write (1000)"
    )
    together.add_argument("--atomic", action="store_true", help="all rows or none, in one commit")
    add_game(parser)
    add_json(parser, "one object: done, failed (each row, error_code, err_msg)")


def run(given: argparse.Namespace) -> int:
    """Read the file, and store it."""
    if given.verb is None:
        return _load(given)
    if given.chunk < 1:
        raise CommandError(f"--chunk {given.chunk}: 1 or more is accepted")
    rows = rows_of(given.file, given.verb, given.game or "default")
    with to_write(given, new=True) as store, store.room("import", limits=False) as room:
        bulk = room.score.bulk
        with output.progress("import") as told:
            report = bulk(given.verb, rows, chunk=given.chunk, atomic=given.atomic, progress=told)
    return print_report(report, given)


def _load(given: argparse.Namespace) -> int:
    if given.file.suffix != ".json":
        raise CommandError(f"{given.file}: --verb says what its rows do; only a dump (.json) needs none")
    if given.game or given.atomic:
        raise CommandError("a dump is a whole store: --game and --atomic need --verb")
    with to_write(given, new=True) as store:
        store.load(given.file)
        dumped = store.dump()
    rows = sum(len(listed) for kinds in dumped["games"].values() for listed in kinds.values())
    report = {"done": rows, "failed": []}
    output.print_lines(json_lines(report) if given.json else [f"{rows} rows"])
    return FINE
