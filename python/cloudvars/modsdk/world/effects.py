"""Status effects of an entity: they end by the clock of the store (E-8)."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

__all__ = ["Effect", "Effects"]


class Effect(NamedTuple):
    """An effect that an entity has."""

    name: str
    amplifier: int
    """0 is the first level."""
    ends: datetime
    particles: bool = True


class Effects:
    """The effects of one entity, by name."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._effects: dict[str, Effect] = {}

    def __repr__(self) -> str:
        shown = [f"{effect.name} {effect.amplifier} for {self.left(effect):g} s" for effect in self]
        return f"<{', '.join(shown) or 'none'}>"

    def __iter__(self) -> Iterator[Effect]:
        return iter([effect for effect in self._effects.values() if effect.ends > self._now()])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return any(effect.name == name for effect in self)

    def __getitem__(self, name: str) -> Effect:
        for effect in self:
            if effect.name == name:
                return effect
        raise KeyError(name)

    def left(self, effect: Effect) -> float:
        """Return how many seconds are left of an effect."""
        return (effect.ends - self._now()).total_seconds()

    def add(self, name: str, seconds: float, amplifier: int = 0, *, particles: bool = True) -> bool:
        """Give an effect, in place of one of a lower level, or of a shorter one of the same level. False: neither."""
        effect = Effect(name, amplifier, self._now() + timedelta(seconds=seconds), particles)
        old = next((one for one in self if one.name == name), None)
        if old is not None and (old.amplifier, old.ends) >= (effect.amplifier, effect.ends):
            self._effects[name] = old._replace(particles=particles)
            return False
        self._effects[name] = effect
        return True

    def remove(self, name: str) -> Effect | None:
        """Take an effect away; returns it, None if there was none."""
        return self._effects.pop(name, None) if name in self else None

    def clear(self) -> None:
        """Take all effects away."""
        self._effects.clear()

    def ended(self) -> list[Effect]:
        """Take away the effects whose time is over; returns them."""
        over = [effect for effect in self._effects.values() if effect.ends <= self._now()]
        for effect in over:
            del self._effects[effect.name]
        return over
