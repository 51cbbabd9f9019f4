"""The parser of one command: its help has an example, and a near miss is named."""

from __future__ import annotations

import argparse
import difflib
import sys
from typing import TYPE_CHECKING, Any

from . import output

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from _typeshed import SupportsWrite

__all__ = ["Parser", "add_game", "add_json", "add_store", "meant"]

STORE_HELP = "a path, a mysql:// URL, or env:NAME: what the environment variable NAME holds"


def meant(given: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` if one of the known names is near to the given one, else nothing."""
    near = difflib.get_close_matches(given, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


class Parser(argparse.ArgumentParser):
    """As argparse's, but the examples of the help keep their lines, and what was probably meant is named."""

    def __init__(self, *args: Any, examples: str = "", **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        if examples:
            lines = "\n".join(f"  {line}" for line in examples.strip().splitlines())
            options["epilog"] = f"examples:\n{lines}"
        super().__init__(*args, **options)
        self.dashed: Sequence[str] = ()
        """Options whose value may begin with a dash."""

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Print help to stdout; ``argparse`` itself ignores that it cannot be written."""
        if file is not None and file is sys.stdout:
            output.print_lines(message.splitlines())
        else:
            super()._print_message(message, file)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = [str(choice) for choice in action.choices]
            accepted = ", ".join(known)
            near = meant(str(value), known)
            raise argparse.ArgumentError(action, f"'{value}' is not one of {accepted}{near}")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse; ``--sort -value`` is read as ``--sort=-value``."""
        joined: list[str] = []
        for text in sys.argv[1:] if args is None else args:
            if joined and joined[-1] in self.dashed:
                joined[-1] += f"={text}"
            else:
                joined.append(text)
        return super().parse_known_args(joined, namespace)

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Parse; an unknown option is refused together with the one that is near to it."""
        given, unknown = self.parse_known_args(args, namespace)
        if unknown:
            options = getattr(given, "options", ())
            near = next((hint for one in unknown if (hint := meant(one.partition("=")[0], options))), "")
            self.error(f"unrecognized arguments: {' '.join(unknown)}{near}")
        return given


def add_store(parser: argparse.ArgumentParser) -> None:
    """Add the positional argument STORE."""
    parser.add_argument("store", metavar="STORE", help=STORE_HELP)


def add_game(parser: argparse.ArgumentParser, without: str = "the game 'default'") -> None:
    """Add ``--game``; ``without``: what is meant when it is not given."""
    parser.add_argument("--game", metavar="GAME", help=f"the game; without it: {without}")


def add_json(parser: argparse.ArgumentParser, prints: str = "JSON") -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help=f"print {prints}")
