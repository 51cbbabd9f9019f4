"""``cloudvars mod``.

What a mod's server scripts use of the game's API that cloudvars does not simulate. No line of the mod is run.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import cloudvars
from cloudvars import modsdk

from . import output
from .codes import DEFECTS, FINE
from .parser import Parser, add_json
from .shown import one_line

if TYPE_CHECKING:
    import argparse

    from cloudvars.modsdk import Lacks

EXAMPLES = "cloudvars mod check behavior_pack"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes: a command of its own."""
    verbs = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    check = verbs.add_parser(
        "check",
        help="list what a mod uses that is not simulated",
        examples="cloudvars mod check behavior_pack",
    )
    check.add_argument("pack", type=Path, metavar="PACK", help="a behavior pack, or its scripts folder")
    add_json(check, "one object: ok, pack, lacks, unread")


def run(given: argparse.Namespace) -> int:
    """Read the pack, and print what it lacks, the most used first."""
    with cloudvars.open() as store, store.room("check") as room:
        lacks = modsdk.host(room, mod=given.pack).lacks()
    fine = not lacks and not lacks.unread
    if given.json:
        report = {"ok": fine, "pack": str(given.pack), "lacks": lacks.rows(), "unread": lacks.unread}
        output.print_lines([json.dumps(report, ensure_ascii=False, indent=2)])
    else:
        output.print_lines(_lines(lacks) or ["nothing is lacking"])
    return FINE if fine else DEFECTS


def _lines(lacks: Lacks) -> list[str]:
    lines = [*lacks.unread, *lacks.shown(None).splitlines()]
    return [one_line(line) for line in lines]
