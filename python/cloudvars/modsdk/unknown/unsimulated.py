"""The errors for an API that is not simulated: their text names everything that the mod lacks (E-1)."""

from collections.abc import Callable
from typing import Any

__all__ = ["Lacking", "UnsimulatedError", "UnsimulatedModuleError"]

Lacking = Callable[[], str]
"""Tells what the mod's scripts use that is not simulated, a line for each name; empty: nothing."""


class _Unsimulated(Exception):  # noqa: N818 - the part that two errors share
    """Reads the mod's scripts when its text is asked for, and not when ``hasattr`` asks for a name."""

    _lacking: Lacking

    def __init__(self, what: str, fake: str, lacking: Lacking) -> None:
        super().__init__(what)
        self._lacking = lacking
        self.add_note(f"To put something there: modsdk.host(room, mod=..., fakes={{{fake!r}: ...}})")
        self.add_note("To run the mod without it: modsdk.host(room, mod=..., unknown='record')")

    def __str__(self) -> str:
        others = self._lacking()
        head = "All that the mod's server scripts use and that is not simulated, by how often:"
        return f"{self.args[0]}\n{head}\n{others}" if others else str(self.args[0])

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).__mro__[2], (str(self),)


class UnsimulatedError(_Unsimulated, AttributeError):
    """A name that is not there."""


class UnsimulatedModuleError(_Unsimulated, ModuleNotFoundError):
    """A module that is not there."""
