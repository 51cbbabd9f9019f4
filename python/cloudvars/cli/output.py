"""Prints for a command, and copes with a stdout that is closed, full, or no longer read."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TextIO

__all__ = [
    "UnwritableError",
    "complain",
    "flush",
    "is_closed",
    "print_lines",
    "print_text",
    "progress",
    "waste",
]


class UnwritableError(Exception):
    """stdout cannot be written. ``unread``: because its reader has ended."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror or str(error))
        self.unread = isinstance(error, BrokenPipeError)


def is_closed() -> bool:
    """Whether the command was started without a stdout: Python has none then, and print does nothing."""
    return sys.stdout is None


def print_lines(lines: Iterable[str]) -> None:
    """Print the lines and flush them. Raises ``UnwritableError``."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        for line in lines:
            shown = line.encode(encoding, "backslashreplace").decode(encoding)
            print(shown)  # noqa: T201 - its job
        flush()
    except OSError as error:
        raise UnwritableError(error) from None


def flush() -> None:
    """Write what was printed. Raises ``UnwritableError``."""
    try:
        if not is_closed():
            sys.stdout.flush()
    except OSError as error:
        raise UnwritableError(error) from None


def waste(stream: TextIO) -> None:
    """Discard what could not be written: Python would try again at its end, and exit with code 120."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def complain(text: str) -> None:
    """Print it to stderr, if there is one."""
    if sys.stderr is None:
        return
    try:
        print(f"cloudvars: {text}", file=sys.stderr, flush=True)  # noqa: T201 - its job
    except OSError:
        waste(sys.stderr)


def unseen(_done: int, total: int | None = None) -> None:
    """Take what nobody watches."""


@contextmanager
def progress(what: str) -> Iterator[Callable[..., object]]:
    """Give what shows on the terminal, if there is one, how many rows are done: ``told(done, total)``."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield unseen
        return
    from cloudvars._progress import bar  # noqa: PLC0415 - only where somebody sees it

    told = bar(what, leave=False)
    try:
        yield told
    finally:
        told.close()


def print_text(parts: Iterable[str]) -> None:
    """Print text as it is, line ends included. Raises ``UnwritableError``."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        for part in parts:
            sys.stdout.write(part.encode(encoding, "backslashreplace").decode(encoding))
        flush()
    except OSError as error:
        raise UnwritableError(error) from None
