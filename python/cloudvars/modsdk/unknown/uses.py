"""Names of the game's API, how often a mod uses each, and in which lines (E-17)."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Lacks", "Use", "Uses"]

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Use:
    """How a name is used."""

    count: int
    """How often."""
    lines: Mapping[str, int]
    """Which lines do it, ``path:line``, and how often each; the most frequent first."""


class Uses(Mapping[str, Use]):
    """Names, the most used first, each with its ``Use``."""

    def __init__(self, used: Mapping[str, Counter[str]] | None = None) -> None:
        self._used: dict[str, Counter[str]] = dict(used or {})

    def __getitem__(self, name: str) -> Use:
        lines = self._used[name]
        return Use(lines.total(), dict(lines.most_common()))

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._used, key=lambda name: -self._used[name].total()))

    def __len__(self) -> int:
        return len(self._used)

    def rows(self) -> list[dict[str, Any]]:
        """Return a dict for each name: ``count``, ``name``, ``lines``, which has every line and how often it does."""
        return [{"count": use.count, "name": name, "lines": dict(use.lines)} for name, use in self.items()]

    def shown(self, most: int | None = _SHOWN) -> str:
        """Return a text with a line for each name, at most so many; what is left out is counted."""
        first = list(self.items())[:most]
        count = max((len(str(use.count)) for _, use in first), default=0)
        width = max((len(name) for name, _ in first), default=0)
        lines = [f"{use.count:>{count}}  {name:<{width}}  {_lines(use)}{_slip(name)}" for name, use in first]
        if len(first) < len(self):
            lines.append(f"and {len(self) - len(first)} more names")
        return "\n".join(lines)

    def __repr__(self) -> str:
        names = "1 name" if len(self) == 1 else f"{len(self)} names"
        return f"<cloudvars.modsdk.{type(self).__name__}: {names}>\n{self.shown()}".rstrip()

    def _repr_html_(self) -> str:
        from cloudvars.tables.html import framed, rows_html  # noqa: PLC0415 - only where somebody looks

        names = "1 name" if len(self) == 1 else f"{len(self)} names"
        rows = [{"count": use.count, "name": name, "lines": _lines(use)} for name, use in self.items()]
        return framed(rows_html(f"{type(self).__name__}: {names}", rows))


class Lacks(Uses):
    """What a mod uses that the host does not simulate, the most used first: ``game.lacks()``. Clause E-18."""

    def __init__(self, used: Mapping[str, Counter[str]], unread: Iterable[str]) -> None:
        super().__init__(used)
        self.unread = list(unread)
        """Scripts that cannot be read, as ``path:line: why``."""


def _lines(use: Use) -> str:
    first = _short(next(iter(use.lines), ""))
    more = len(use.lines) - 1
    return f"{first} and {more} more" if more > 0 else first


def _slip(name: str) -> str:
    from .slips import meant  # noqa: PLC0415 - it reads the SDK's names, and only where somebody looks

    near = meant(name)
    return f"  (did you mean {near}?)" if near else ""


def _short(line: str) -> str:
    """Return a line's path from the working directory, if it is below it."""
    here = f"{Path.cwd()}{os.sep}"
    return line.removeprefix(here)
