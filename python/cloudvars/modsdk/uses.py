"""Names of the game's API, how often a mod uses each, and in which lines (E-17)."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

__all__ = ["Use", "Uses"]

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

    def rows(self) -> list[tuple[str, str, str]]:
        """Return texts of each name: how often, the name, and its lines, with paths from the working directory."""
        return [(str(use.count), name, _lines(use)) for name, use in self.items()]

    def shown(self, most: int = _SHOWN) -> str:
        """Return a line for each name, at most so many; what is left out is counted."""
        rows = self.rows()
        count, name = (max((len(row[at]) for row in rows[:most]), default=0) for at in (0, 1))
        lines = [f"{row[0]:>{count}}  {row[1]:<{name}}  {row[2]}" for row in rows[:most]]
        if len(rows) > most:
            lines.append(f"and {len(rows) - most} more names")
        return "\n".join(lines)

    def __repr__(self) -> str:
        names = "1 name" if len(self) == 1 else f"{len(self)} names"
        return f"<cloudvars.modsdk.{type(self).__name__}: {names}>\n{self.shown()}".rstrip()

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{text}</th>" for text in ("count", "name", "lines"))
        rows = (f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in self.rows())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _lines(use: Use) -> str:
    first = _short(next(iter(use.lines), ""))
    more = len(use.lines) - 1
    return f"{first} and {more} more" if more > 0 else first


def _short(line: str) -> str:
    """Return a line's path from the working directory, if it is below it."""
    here = f"{Path.cwd()}{os.sep}"
    return line.removeprefix(here)
