"""``cloudvars explore``.

A page to look at a store, in the browser of this machine. Ctrl-C ends it. Nothing can be changed without --write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .codes import FINE
from .parser import add_game, add_store
from .stores import CommandError, to_read, to_write

if TYPE_CHECKING:
    import argparse

EXAMPLES = "cloudvars explore save.db\ncloudvars explore save.db --write --lang zh"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_store(parser)
    parser.add_argument(
        "--write", action="store_true", help="the page may change the store, through its rules"
    )
    parser.add_argument(
        "--port", type=int, default=0, metavar="N", help="the port; without it one that is free"
    )
    parser.add_argument("--lang", choices=["en", "zh"], help="the language; without it that of the browser")
    parser.add_argument("--no-browser", action="store_true", help="print the address, and open no browser")
    parser.add_argument("--json", action="store_true", help='print the address as {"url": …}')
    add_game(parser)


def run(given: argparse.Namespace) -> int:
    """Serve the page."""
    from cloudvars.explore import serve  # noqa: PLC0415 - only this command needs it

    opened = to_write(given, new=False) if given.write else to_read(given, of_one_game=True)
    with opened as store:
        try:
            serve(
                store,
                write=given.write,
                port=given.port,
                lang=given.lang,
                browser=not given.no_browser,
                as_json=given.json,
            )
        except ImportError as error:
            raise CommandError(str(error)) from None
    return FINE
