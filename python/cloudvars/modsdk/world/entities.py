"""The entities of a world and what each of them has (E-7)."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .attributes import HEALTH, Attributes
from .effects import Effects
from .experience import Experience
from .inventory import Inventory
from .positions import Box, Position, box_at, dimension_number, position, rotation
from .species import PLAYER, Species, species

if TYPE_CHECKING:
    from .extra import Attached

__all__ = ["EYES", "SIZE", "Entities", "Entity"]

EYES = 1.62
"""How far a player's eyes, which ``GetPos`` means, are above the feet."""

SIZE = (0.6, 1.8)
"""Width and height of everybody, unless they were set."""
_FIRST = -4294967295

_CHECKS: dict[str, Callable[[Any], Any]] = {
    "pos": position,
    "rot": rotation,
    "dimension": dimension_number,
    "name": lambda name: name,
    "tags": lambda tags: tags,
}
"""What a test may set of an entity, and what checks it."""
_HOSTS = {"here", "dead", "item", "_burns_until"}
"""What the host sets, too. Everything else is changed in place."""
_NOTHING = object()


class Entity:
    """A player, a mob, or a thing that lies in the world. The test may change whatever it has; that fires no event."""

    def __init__(
        self,
        entity_id: str,
        kind: Species,
        now: Callable[[], datetime],
        attached: "Callable[[str], Attached]",
    ) -> None:
        self._now = now
        self._burns_until: datetime | None = None
        self.id = entity_id
        self.species = kind
        self.pos: Position = (0.0, 0.0, 0.0)
        """Of its feet."""
        self.rot: tuple[float, float] = (0.0, 0.0)
        """Up and down, and around, in degrees."""
        self.dimension = 0
        self.name: str | None = None
        """That of a player, or of a name tag."""
        self.tags: list[str] = []
        self.attr = Attributes(kind)
        """``attr.health`` and the others of ``AttrType``."""
        self.items = Inventory(of_player=self.is_player)
        self.ender_chest: dict[int, dict[str, Any]] = {}
        self.item: dict[str, Any] | None = None
        """What a dropped item consists of."""
        self.effects = Effects(now)
        self.experience = Experience()
        """Level and points of a player."""
        self.settings: dict[str, Any] = {}
        """What else was set, by the name of what was set: ``{"jump_power": 0.42}``."""
        self.here = True
        """False: it has left the world."""
        self.dead = False
        self._attached = attached

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _CHECKS:
            value = _CHECKS[name](value)
        elif name not in _HOSTS and not self._keeps(name, value):
            part = name if hasattr(type(self), name) or name in vars(self) else f"{name}, which is no part"
            message = f"{part}: {', '.join(_CHECKS)} can be set, and others changed in place: attr.health = 5"
            raise AttributeError(message)
        super().__setattr__(name, value)

    def _keeps(self, name: str, value: Any) -> bool:
        """Whether a part gets its first value, or the one that it has, as in ``settings |= …``."""
        return "_attached" not in vars(self) or vars(self).get(name, _NOTHING) is value

    def __repr__(self) -> str:
        name = f" {self.name!r}" if self.name else ""
        state = "" if self.alive else ", gone" if not self.here else ", dead"
        health = f", health {self.attr.health:g}" if self.species.is_mob else ""
        at = ", ".join(f"{part:g}" for part in self.pos)
        return f"<{self.identifier} {self.id}{name} at ({at}) in dimension {self.dimension}{health}{state}>"

    @cached_property
    def extra(self) -> "Attached":
        """``SetExtraData``."""
        return self._attached("extra")

    @cached_property
    def mod_attr(self) -> "Attached":
        """``CreateModAttr(…).SetAttr``."""
        return self._attached("attr")

    @property
    def identifier(self) -> str:
        """Its species: ``minecraft:cow``."""
        return self.species.identifier

    @property
    def is_player(self) -> bool:
        """Whether it is a player."""
        return self.identifier == PLAYER

    @property
    def alive(self) -> bool:
        """Whether it is here and, if it is a mob, lives."""
        return self.here and not self.dead

    @property
    def box(self) -> Box:
        """The box around it, as wide and high as ``CreateCollisionBox(…).SetSize`` said."""
        return box_at(self.pos, self.settings.get("size", SIZE))

    def burn(self, seconds: float) -> None:
        """Set it on fire."""
        self._burns_until = self._now() + timedelta(seconds=seconds)

    @property
    def burns(self) -> bool:
        """Whether it is on fire."""
        return self._burns_until is not None and self._now() < self._burns_until

    def revive(self) -> None:
        """Let it live, with its full health and no effects."""
        self.dead = False
        self.attr.reset(HEALTH, to_maximum=True)
        self.effects.clear()


class Entities:
    """Everything that is or was in the world, by id."""

    def __init__(self, now: Callable[[], datetime], attached: "Callable[[str, str], Attached]") -> None:
        self._now = now
        self._attached = attached
        self._all: dict[str, Entity] = {}
        self._uids: dict[str, int] = {}
        self._made = 0

    def __iter__(self) -> Iterator[Entity]:
        """Go through those that are here."""
        return iter([entity for entity in self._all.values() if entity.here])

    def __getitem__(self, entity_id: str) -> Entity:
        return self._all[entity_id]

    def get(self, entity_id: Any) -> Entity | None:
        """Return one that is here; None for any other."""
        entity = self._all.get(str(entity_id))
        return entity if entity is not None and entity.here else None

    def known(self, entity_id: Any) -> Entity | None:
        """Return one that is or was here."""
        return self._all.get(str(entity_id))

    def add(self, identifier: str) -> Entity:
        """Make an entity of a species."""
        entity = self._make(str(_FIRST - self._made), identifier)
        self._made += 1
        return entity

    def add_player(self, player: str, name: str, uid: int) -> Entity:
        """Make a player, or let one come back with all that they had: the same uid under the same id."""
        if self._uids.get(player) != uid:
            self._uids[player] = uid
            self._make(player, PLAYER)
        entity = self._all[player]
        entity.here, entity.name = True, name
        if entity.dead:
            entity.revive()
        return entity

    def _make(self, entity_id: str, identifier: str) -> Entity:
        attached = self._attached
        entity = Entity(entity_id, species(identifier), self._now, lambda what: attached(entity_id, what))
        self._all[entity_id] = entity
        return entity
