"""What a mod asked for that is not simulated: how often, and by which lines (E-17)."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["Recorded", "Use"]

_HERE = str(Path(__file__).parent)
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Use:
    """How a name was used."""

    count: int
    """How often it was called; of what was never called, how often it was asked for."""
    lines: dict[str, int]
    """Which lines did it, ``path:line``, and how often each."""


class Recorded(Mapping[str, Use]):
    """The names that were asked for and are not simulated, the most used first; ``game.recorded``.

    A mapping of the name, as a fake takes it, to its ``Use``.
    """

    def __init__(self) -> None:
        self._asked: dict[str, Counter[str]] = {}
        self._called: dict[str, Counter[str]] = {}

    def note(self, name: str, *, called: bool) -> None:
        """Add one use of a name by the line of the mod, or of the test, that runs."""
        (self._called if called else self._asked).setdefault(name, Counter())[_line()] += 1

    def __getitem__(self, name: str) -> Use:
        lines = self._called.get(name) or self._asked[name]
        return Use(lines.total(), dict(lines.most_common()))

    def __iter__(self) -> Iterator[str]:
        names = dict.fromkeys([*self._asked, *self._called])
        return iter(sorted(names, key=lambda name: -self[name].count))

    def __len__(self) -> int:
        return len(self._asked.keys() | self._called.keys())

    def shown(self, most: int = _SHOWN) -> str:
        """Return a line for each name, with how often and where first; at most so many."""
        names = list(self)
        width = max((len(name) for name in names[:most]), default=0)
        lines = []
        for name in names[:most]:
            count, where = self[name].count, self[name].lines
            first = next(iter(where))
            more = f" and {len(where) - 1} more lines" if len(where) > 1 else ""
            lines.append(f"{count:>5}  {name:<{width}}  {first}{more}")
        if len(names) > most:
            lines.append(f"and {len(names) - most} more names: game.recorded has all of them")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<cloudvars.modsdk.Recorded of {len(self)} names>\n{self.shown()}".rstrip()


def _line() -> str:
    """Return the line that asks: the first one outside this package and the import machinery."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - only the frames say who asks
    while frame is not None and frame.f_code.co_filename.startswith((_HERE, "<frozen ")):
        frame = frame.f_back
    return "" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"
