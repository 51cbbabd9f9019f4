"""The engine's attributes of an entity: health, hunger, speed, each with a maximum and a default (E-8)."""

import copy
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from cloudvars.errors import CloudValueError

from .species import PLAYER, Species

__all__ = ["ABSORPTION", "ARMOR_VALUE", "HEALTH", "HUNGER", "NAMES", "SATURATION", "Attributes", "Set"]

NAMES = (
    "health",
    "speed",
    "damage",
    "underwater_speed",
    "hunger",
    "saturation",
    "absorption",
    "lava_speed",
    "luck",
    "follow_range",
    "knockback_resistance",
    "jump_strength",
    "armor",
    "attack_knockback",
    "attack_speed",
    "explosion_knockback_resistance",
    "flying_speed",
    "sneaking_speed",
    "movement_efficiency",
    "water_movement_efficiency",
    "block_break_speed",
    "mining_efficiency",
    "submerged_mining_speed",
)
"""The attributes; the index of each is its number in ``AttrType``."""

HEALTH, HUNGER, SATURATION, ABSORPTION, ARMOR_VALUE = (
    NAMES.index(name) for name in ("health", "hunger", "saturation", "absorption", "armor")
)
_MOST = 3.4028234663852886e38
"""The largest number of the engine: no maximum was set."""

_NEVER = -1.0
"""What the engine answers for an attribute that an entity does not have."""


class Set(NamedTuple):
    """What became of a change."""

    done: bool
    """False: there is no such attribute, or the value was outside its range and is now the nearest one within."""
    before: float
    after: float


class _Attribute:
    """One attribute of one entity."""

    def __init__(self, value: float, least: float, most: float) -> None:
        self.value = self.default = value
        self.least = least
        self.most = most


_RANGES: dict[str, tuple[float, float, float]] = {
    "speed": (0.25, 0, _MOST),
    "damage": (1, 1, _MOST),
    "underwater_speed": (0.02, 0, _MOST),
    "absorption": (0, 0, 16),
    "lava_speed": (0.02, 0, _MOST),
    "luck": (0, -1024, 1024),
    "follow_range": (16, 1, 2048),
    "knockback_resistance": (0, 0, 1),
    "armor": (0, 0, _MOST),
}
"""Of every mob: the default, the least and the most. Health is a matter of the species."""

_OF_PLAYERS: dict[str, tuple[float, float, float]] = {
    "speed": (0.1, 0, _MOST),
    "hunger": (20, 0, 20),
    "saturation": (5, 0, 20),
    "attack_speed": (4, 0, _MOST),
    "sneaking_speed": (0.3, 0, 1),
    "block_break_speed": (1, 0, _MOST),
    "mining_efficiency": (0, 0, _MOST),
    "submerged_mining_speed": (0.2, 0, _MOST),
}


class Attributes:
    """The attributes of one entity, by name: ``attr.health``, ``attr.health = 5``.

    A value that is set is kept within the least that the game allows and the attribute's maximum.
    """

    _kinds: dict[int, _Attribute]

    def __init__(self, kind: Species) -> None:
        ranges: dict[str, tuple[float, float, float]] = {}
        if kind.is_mob:
            ranges = {"health": (kind.health, 0, kind.health), **_RANGES}
            if kind.identifier == PLAYER:
                ranges |= _OF_PLAYERS
            elif "horse" in kind.identifier or kind.number & 0x200000:
                ranges["jump_strength"] = (0.5, 0, _MOST)
        kinds = {NAMES.index(name): _Attribute(*map(float, ranges[name])) for name in ranges}
        object.__setattr__(self, "_kinds", kinds)

    def __repr__(self) -> str:
        return f"<{', '.join(f'{name} {getattr(self, name):g}' for name in self)}>"

    def __iter__(self) -> Iterator[str]:
        return (NAMES[number] for number in sorted(self._kinds))

    def __contains__(self, name: object) -> bool:
        return name in NAMES and NAMES.index(str(name)) in self._kinds

    def __getattr__(self, name: str) -> float:
        if name not in NAMES:
            message = f"attr.{name}: there is no such attribute; {', '.join(NAMES)} are"
            raise AttributeError(message)
        return self.value(NAMES.index(name))

    def __setattr__(self, name: str, value: float) -> None:
        if name not in self:
            message = f"attr.{name}: this entity has {', '.join(self) or 'no attributes'}"
            raise AttributeError(message)
        if isinstance(value, bool) or not isinstance(value, int | float):
            message = f"attr.{name}: {value!r}; a number is accepted"
            raise CloudValueError(message)
        self.set_value(NAMES.index(name), value)

    def _of(self, number: Any) -> _Attribute | None:
        return self._kinds.get(number) if isinstance(number, int) else None

    def _most(self, number: int, attribute: _Attribute) -> float:
        # Saturation never exceeds hunger.
        return min(attribute.most, self.value(HUNGER)) if number == SATURATION else attribute.most

    def value(self, number: Any) -> float:
        """Return an attribute by its number in ``AttrType``; -1 if the entity has none of it."""
        attribute = self._of(number)
        return _NEVER if attribute is None else attribute.value

    def maximum(self, number: Any) -> float:
        """Return the most that an attribute may be now; -1 if the entity has none of it, and for armor."""
        attribute = self._of(number)
        return _NEVER if attribute is None or number == ARMOR_VALUE else self._most(number, attribute)

    def set_value(self, number: Any, value: float, *, default: bool = False) -> Set:
        """Set an attribute, and its default too if ``default``; hunger and saturation keep theirs."""
        attribute = self._of(number)
        if attribute is None:
            return Set(done=False, before=_NEVER, after=_NEVER)
        before = attribute.value
        attribute.value = max(attribute.least, min(float(value), self._most(number, attribute)))
        if default and number not in {HUNGER, SATURATION}:
            attribute.default = attribute.value
        self._follow(number)
        return Set(done=attribute.value == value, before=before, after=attribute.value)

    def set_maximum(self, number: Any, value: float) -> Set:
        """Set the most that an attribute may be; a value above it becomes the maximum."""
        attribute = self._of(number)
        if attribute is None or number == ARMOR_VALUE or not attribute.least <= value:
            now = self.value(number)
            return Set(done=False, before=now, after=now)
        before = attribute.value
        attribute.most = float(value)
        if number == HUNGER:
            attribute.default = float(value)
        attribute.value = min(before, self._most(number, attribute))
        self._follow(number)
        return Set(done=True, before=before, after=attribute.value)

    def reset(self, number: Any, *, to_maximum: bool = False) -> Set:
        """Set an attribute to its default or its maximum; not absorption and armor."""
        attribute = self._of(number)
        if attribute is None or number in {ABSORPTION, ARMOR_VALUE}:
            now = self.value(number)
            return Set(done=False, before=now, after=now)
        most = self._most(number, attribute)
        wanted = most if to_maximum and most < _MOST else attribute.default
        return self.set_value(number, min(wanted, most))._replace(done=True)

    def outcome(self, change: Callable[[], Set]) -> Set:
        """Return what a change would do, without doing it."""
        attributes = {one: copy.copy(attribute) for one, attribute in self._kinds.items()}
        try:
            return change()
        finally:
            self._kinds.update(attributes)

    def _follow(self, number: int) -> None:
        saturation = self._of(SATURATION)
        if number == HUNGER and saturation is not None:
            saturation.value = min(saturation.value, self.value(HUNGER))
