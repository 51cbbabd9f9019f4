"""What a mod asked for that is not simulated: how often, and by which lines (E-17)."""

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from .uses import Uses

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["Recorded"]

_HERE = str(Path(__file__).parents[1])


class Recorded(Uses):
    """The names that were asked for and are not simulated, the most used first: ``game.recorded``.

    A mapping of the name, as a fake takes it, to its ``Use``. A name that was called counts its calls, any other how
    often it was asked for. Clause E-17.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked: dict[str, Counter[str]] = {}

    def note(self, name: str, *, called: bool) -> None:
        """Add one use of a name by the line of the mod, or of the test, that runs."""
        line = _line()
        if called:
            if name in self._asked:
                self._used.pop(name)  # calls count from now on
                del self._asked[name]
            self._used.setdefault(name, Counter())[line] += 1
        elif name not in self._used or name in self._asked:
            self._used[name] = self._asked.setdefault(name, Counter())
            self._used[name][line] += 1


def _line() -> str:
    """Return the line that asks: the first one outside this package and the import machinery."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - only the frames say who asks
    while frame is not None and frame.f_code.co_filename.startswith((_HERE, "<frozen ")):
        frame = frame.f_back
    return "" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"
