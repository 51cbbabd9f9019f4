"""How far long work is, for people: a bar of rich or tqdm where one is installed, else one line."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Bar", "bar"]

EVERY = 0.1
"""Seconds between two pictures of a bar, so that work is not slower because somebody looks."""


class Picture(Protocol):
    """What is shown."""

    def show(self, done: int, total: int | None) -> None:
        """Show how many rows are done."""

    def end(self) -> None:
        """Leave the terminal as it should be."""


class Bar:
    """A ``progress`` function: ``bar(done, total)``.

    It ends with the last row, with ``close``, or when nobody has it.
    """

    def __init__(self, make: Callable[[], Picture], every: float = EVERY) -> None:
        self._make = make
        self._every = every
        self._picture: Picture | None = None
        self._last: tuple[int, int | None] = (0, None)
        self._at = 0.0

    def __call__(self, done: int, total: int | None = None) -> None:
        """Show that so many rows are done, and of how many if that is known."""
        ended = total is not None and done >= total
        now = time.monotonic()
        self._last = (done, total)
        if ended or now - self._at >= self._every:
            self._at = now
            self._show()
        if ended:
            self.close()

    def _show(self) -> None:
        with suppress(OSError):
            if self._picture is None:
                self._picture = self._make()
            self._picture.show(*self._last)

    def close(self) -> None:
        """End it."""
        if self._picture is not None:
            self._show()
            with suppress(OSError):
                self._picture.end()
            self._picture = None

    def __del__(self) -> None:
        """End what an exception left."""
        self.close()


def bar(what: str, *, leave: bool = True) -> Bar:
    """Return a bar for this work. ``leave``: it is still there when the work has ended."""
    if in_notebook():
        if find_spec("tqdm"):
            module = "tqdm.notebook" if find_spec("ipywidgets") else "tqdm.std"
            return Bar(lambda: OfTqdm(module, what, leave=leave))
    elif is_terminal():
        if find_spec("rich"):
            return Bar(lambda: OfRich(what, leave=leave))
        if find_spec("tqdm"):
            return Bar(lambda: OfTqdm("tqdm.std", what, leave=leave))
    else:
        return Bar(lambda: LastLine(what), every=0)
    return Bar(lambda: Line(what, leave=leave), every=0)


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return getattr(shell, "kernel", None) is not None


def is_terminal() -> bool:
    """Whether there is a terminal to show it on, where what was written can be written over."""
    is_one = sys.stderr is not None and sys.stderr.isatty()
    return is_one and os.environ.get("TERM") not in {"dumb", "unknown"}


class OfTqdm:
    """A bar of tqdm."""

    def __init__(self, module: str, what: str, *, leave: bool) -> None:
        self._bar: Any = import_module(module).tqdm(desc=what, unit=" rows", leave=leave)

    def show(self, done: int, total: int | None) -> None:
        """Show how many rows are done."""
        if self._bar.total != total:
            self._bar.reset(total)
        self._bar.n = done
        self._bar.refresh()

    def end(self) -> None:
        """Close it."""
        self._bar.close()


class OfRich:
    """A bar of rich, without the thread that rich would start."""

    def __init__(self, what: str, *, leave: bool) -> None:
        progress = import_module("rich.progress")
        self._bar: Any = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TextColumn("rows"),
            progress.TimeRemainingColumn(),
            console=import_module("rich.console").Console(stderr=True),
            auto_refresh=False,
            transient=not leave,
        )
        self._bar.start()
        self._task = self._bar.add_task(what, total=None)

    def show(self, done: int, total: int | None) -> None:
        """Show how many rows are done."""
        self._bar.update(self._task, completed=done, total=total, refresh=True)

    def end(self) -> None:
        """Stop it."""
        self._bar.stop()


class Line:
    """One line, written again and again."""

    def __init__(self, what: str, *, leave: bool) -> None:
        self._what = what
        self._leave = leave
        self._rest = "\x1b[K" if is_terminal() else " " * 8
        """Removes what is left of a longer line."""

    def show(self, done: int, total: int | None) -> None:
        """Show how many rows are done."""
        write(f"\r{told(self._what, done, total)}{self._rest}")

    def end(self) -> None:
        """Go to the next line, or empty this one."""
        write("\n" if self._leave else f"\r{self._rest}")


class LastLine:
    """Where nobody watches, such as in a log: one line at the end."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._text = ""

    def show(self, done: int, total: int | None) -> None:
        """Remember it."""
        self._text = told(self._what, done, total)

    def end(self) -> None:
        """Write it."""
        write(self._text + "\n")


def told(what: str, done: int, total: int | None) -> str:
    """Return the sentence."""
    return f"{what} {done} rows" if total is None else f"{what} {done}/{total} rows"


def write(text: str) -> None:
    """Write to stderr, if there is one."""
    if sys.stderr is not None:
        sys.stderr.write(text)
        sys.stderr.flush()
