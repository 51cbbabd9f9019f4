"""What one workload found: the ratios of each party to one of them, pair by pair of slices, and the goal."""

from __future__ import annotations

import json
import os
import platform
import statistics
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

OURS = "cloudvars"
REFERENCE = "sqlite3+orjson"


@dataclass(frozen=True)
class Goal:
    """What the ratio of ours must reach, or must not exceed; and what one would like to reach."""

    factor: float
    at_most: bool = False
    stretch: float | None = None

    def of(self, base: str) -> str:
        """Say what the goal is."""
        wish = f", stretch {self.stretch:g}" if self.stretch else ""
        return f"   (goal: {'at most' if self.at_most else 'at least'} {self.factor:g} x {base}{wish})"

    def is_met(self, ratio: float) -> bool:
        """Whether a ratio is as the goal wants it."""
        return ratio <= self.factor if self.at_most else ratio >= self.factor


@dataclass
class Spread:
    """The median of some ratios, and from where to where they go."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, ratios: Sequence[float]) -> Spread:
        """Summarise the ratios of all rounds."""
        return cls(statistics.median(ratios), min(ratios), max(ratios))

    def __str__(self) -> str:
        return f"{figure(self.median)} x ({figure(self.low)} to {figure(self.high)})"


@dataclass
class Result:
    """A row of the table: per round, what each party has of that which ``base`` has."""

    name: str
    work: str
    goal: Goal | None
    base: str = REFERENCE
    ratios: dict[str, list[float]] = field(default_factory=dict)

    def title(self) -> str:
        """Return what was done, and the goal."""
        return self.work + (self.goal.of(self.base) if self.goal else "")

    def spread(self, party: str) -> Spread | None:
        """Return the ratios of a party, or None if it does not take part."""
        return Spread.of(self.ratios[party]) if party in self.ratios else None


def figure(ratio: float) -> str:
    """Return a ratio with two digits or more."""
    if ratio < 0.0995:
        return f"{ratio:.3f}"
    return f"{ratio:.2f}" if ratio < 9.995 else f"{ratio:.1f}" if ratio < 99.95 else f"{ratio:,.0f}"


@dataclass
class Run:
    """All results of one run, and what they were measured with."""

    rows: int
    version: str
    python: str = field(default_factory=platform.python_version)
    cores: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    results: list[Result] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Keep a result."""
        self.results.append(result)

    def save(self, file: Path) -> None:
        """Write all as JSON."""
        file.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")

    @classmethod
    def load(cls, file: Path) -> Run:
        """Read what ``save`` wrote."""
        found = json.loads(file.read_text("utf-8"))
        found["results"] = [
            Result(**{**one, "goal": Goal(**one["goal"]) if one["goal"] else None})
            for one in found["results"]
        ]
        return cls(**found)
