"""``cloudvars copy``.

Copy a store to an empty one. STORE is a path, a mysql:// URL, or env:NAME: what the environment variable NAME holds, so
that the list of processes does not show the URL's password.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from cloudvars._copy import Steps

from . import output
from .codes import FINE, STOPPED
from .parser import add_json
from .shown import json_lines
from .stores import target_of

if TYPE_CHECKING:
    import argparse

EXAMPLES = "cloudvars copy save.db env:GAME_URL"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("source", metavar="STORE", help="where the rows are")
    parser.add_argument(
        "target", metavar="STORE", help="an empty store, or what a copy that was stopped left there"
    )
    parser.add_argument(
        "--durability",
        choices=["full", "normal", "off"],
        default="full",
        help="what the target survives: as in open()",
    )
    add_json(parser, "one object: rows, checksum")


def run(given: argparse.Namespace) -> int:
    """Copy, and say how far it is."""
    source, target = target_of(given.source), target_of(given.target)
    try:
        with Steps(source, target, given.durability) as steps:
            for phase, parts in groupby(steps, key=itemgetter(0)):
                with output.progress(phase) as told:
                    for _, done, total in parts:
                        told(done, total or None)
    except KeyboardInterrupt:
        output.complain("stopped; the same command goes on from there")
        return STOPPED
    if given.json:
        output.print_lines(json_lines(steps.copied._asdict()))
    else:
        output.print_lines([f"{steps.copied.rows} rows, SHA-256 {steps.copied.checksum}"])
    return FINE
