"""``cloudvars check``.

Whether a store is sound: the file or the server's table, every row and id, the views. Each problem says what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudvars.errors import StoreError

from . import output
from .codes import DEFECTS, FINE
from .parser import add_game, add_json, add_store
from .shown import json_lines, one_line
from .stores import to_read

if TYPE_CHECKING:
    import argparse

EXAMPLES = "cloudvars check save.db\ncloudvars check save.db --json"

OF_THE_STORE = {"damaged", "foreign", "newer"}
"""Why a store that is there cannot be opened: that is what was asked for, and no failure of the command."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_store(parser)
    add_game(parser, "the same: the whole store is checked")
    add_json(parser, "one object: ok, problems")


def run(given: argparse.Namespace) -> int:
    """Check, and print what is wrong."""
    try:
        with to_read(given) as store:
            problems = store._problems()
    except StoreError as error:
        if error.reason not in OF_THE_STORE:
            raise
        problems = [error.message]
    if given.json:
        output.print_lines(json_lines({"ok": not problems, "problems": problems}))
    else:
        output.print_lines([one_line(problem) for problem in problems] or ["nothing is wrong"])
    return DEFECTS if problems else FINE
