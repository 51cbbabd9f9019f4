"""The level: what is there once in a world, its time, weather and rules (E-11)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .rules import Rules

if TYPE_CHECKING:
    from .extra import Attached

__all__ = ["DAY", "LEVEL_ID", "Level", "Weather"]

LEVEL_ID = "-1"
DAY = 24000
"""Frames of a day of the game."""
_FRAMES = 20
"""Frames of the game in a second."""
_FRAME = timedelta(seconds=1) / _FRAMES


class Weather:
    """Rain, or thunder: how strong, and until when."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._level = 0.0
        self._ends: datetime | None = None

    def __repr__(self) -> str:
        return f"<{self.level:g}>"

    @property
    def level(self) -> float:
        """How strong it is, from 0 to 1."""
        return self._level if self._ends is None or self._now() < self._ends else 0.0

    def set(self, level: float, frames: int | None = None) -> None:
        """Set how strong it is, and after how many twentieths of a second it ends; None: never."""
        self._level = level
        self._ends = None if frames is None else self._now() + timedelta(seconds=frames / _FRAMES)


class Level:
    """What a world has once. The test may read and change it."""

    def __init__(self, now: Callable[[], datetime], attached: "Callable[[str], Attached]") -> None:
        self._now = now
        self._age = timedelta(0)
        self._since = now()
        self.rain = Weather(now)
        self.thunder = Weather(now)
        self.rules = Rules(self._settle)
        self._attached = attached
        self.settings: dict[str, Any] = {}
        """What else was set, by the name of what was set: ``{"difficulty": 2}``."""

    def __repr__(self) -> str:
        weather = "thunder" if self.thunder.level else "rain" if self.rain.level else "clear"
        return f"<level at {self.time} of {DAY} frames a day, {weather}>"

    @cached_property
    def extra(self) -> "Attached":
        """``SetExtraData`` of the level."""
        return self._attached("extra")

    @cached_property
    def mod_attr(self) -> "Attached":
        """``CreateModAttr(…).SetAttr`` of the level."""
        return self._attached("attr")

    @property
    def time(self) -> int:
        """How many frames the world is old: 20 a second of the store's clock, unless a rule stops the day."""
        self._settle()
        return int(self._age / _FRAME)

    @time.setter
    def time(self, frames: int) -> None:
        self._settle()
        self._age = frames * _FRAME

    def _settle(self) -> None:
        """Count the time until now, by the rules that hold until now."""
        now = self._now()
        if self.rules["daylight_cycle"] and not self.rules["always_day"]:
            self._age += now - self._since
        self._since = now
