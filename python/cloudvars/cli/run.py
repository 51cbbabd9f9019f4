"""Runs a command, and turns what goes wrong into its exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cloudvars.errors import CloudError

from . import output
from .codes import FAILED, STOPPED, UNREAD
from .commands import named, parser
from .shown import one_line
from .stores import CommandError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: see ``docs/cli.md``."""
    try:
        try:
            return _run(sys.argv[1:] if arguments is None else arguments)
        finally:
            output.flush()
    except output.UnwritableError as error:
        output.waste(sys.stdout)
        return UNREAD if error.unread else _failed(f"stdout cannot be written: {error}")
    except KeyboardInterrupt:
        output.complain("stopped")
        return STOPPED


def _run(arguments: Sequence[str]) -> int:
    # Without a command that is known, the help or the error names all of them.
    top = parser(named(arguments) or "")
    if not arguments:
        top.print_help(sys.stderr)
        top.exit(FAILED)
    given = top.parse_args(arguments)
    if output.is_closed():
        return _failed("stdout cannot be written: it is closed")
    try:
        code: int = given.run(given)
    except OSError as error:
        where = "" if error.filename is None else f": {error.filename}"
        return _failed(f"{error.strerror or error}{where}")
    except (CloudError, CommandError) as error:
        return _failed(error.message)
    except ImportError as error:
        return _failed(str(error))
    return code


def _failed(why: str) -> int:
    output.complain(one_line(why))
    return FAILED
