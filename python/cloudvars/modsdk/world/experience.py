"""A player's level, and the points on the way to the next one (E-8)."""

__all__ = ["Experience"]

_STEPS = ((16, 2, 7), (31, 5, -38))
_LAST = (9, -158)
_LEVELS = 24791
"""The highest level of the game."""


class Experience:
    """Levels and points. From a level on, the next one takes more points."""

    def __init__(self) -> None:
        self.level = 0
        self.points = 0
        """Those since the level was reached."""

    def __repr__(self) -> str:
        return f"<level {self.level}, {self.points} of {self.needed} points>"

    @property
    def needed(self) -> int:
        """How many points the next level takes from the beginning of this one."""
        return _needed(self.level)

    @property
    def total(self) -> int:
        """All points since level 0."""
        return sum(map(_needed, range(self.level))) + self.points

    @total.setter
    def total(self, points: int) -> None:
        self.level, self.points = 0, 0
        self.add(points)

    def add(self, points: int) -> int:
        """Add points; returns how many levels were won. A negative number takes points, and no level."""
        before = self.level
        self.points = max(0, self.points + points)
        while self.points >= self.needed and self.level < _LEVELS:
            self.points -= self.needed
            self.level += 1
        return self.level - before

    def add_levels(self, levels: int) -> int:
        """Add levels, or take them; the share of the next level stays. Returns by how many the level changed."""
        before, share = self.level, self.points / self.needed
        self.level = min(max(0, self.level + levels), _LEVELS)
        self.points = int(share * self.needed)
        return self.level - before


def _needed(level: int) -> int:
    for below, factor, plus in _STEPS:
        if level < below:
            return factor * level + plus
    return _LAST[0] * level + _LAST[1]
