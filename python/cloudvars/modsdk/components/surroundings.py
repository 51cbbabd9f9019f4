"""Which entities are where, and whether they live."""

from collections.abc import Mapping
from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.entities import Entity
from cloudvars.modsdk.world.filters import passes
from cloudvars.modsdk.world.positions import Box, overlap, position

from .component import Component

__all__ = ["Surroundings"]


class Surroundings(Component):
    """The part of the game component about entities. Clause E-7."""

    def GetEntitiesAround(self, entityId: str, radius: float, filters: Any) -> list[str]:
        """Return the ids of those in the cube around an entity, itself among them, whom the filters let pass."""
        centre = self._engine.entity(entityId)
        if centre is None:
            return []
        if filters is not None and not isinstance(filters, Mapping | list | tuple):
            self._refused("GetEntitiesAround", f"filters: {filters!r}; a dict is accepted")
            return []
        return [one.id for one in self._around(centre, radius) if not filters or passes(filters, centre, one)]

    def GetEntitiesAroundByType(self, entityId: str, radius: float, entityType: int) -> list[str]:
        """Return the ids of those in the cube around an entity that are of a kind of ``EntityType``."""
        centre = self._engine.entity(entityId)
        if centre is None:
            return []
        found = self._around(centre, radius)
        return [one.id for one in found if one.species.number & entityType == entityType]

    def _around(self, centre: Entity, radius: float) -> list[Entity]:
        low = (centre.pos[0] - radius, centre.pos[1] - radius, centre.pos[2] - radius)
        high = (centre.pos[0] + radius, centre.pos[1] + radius, centre.pos[2] + radius)
        return self._within((low, high), centre.dimension)

    def GetEntitiesInSquareArea(
        self, entityId: Any, startPos: Any, endPos: Any, dimensionId: int = -1
    ) -> list[str]:
        """Return the ids of those whose box is partly between two corners, of which the second is the greater."""
        del entityId  # the engine ignores it
        try:
            box = position(startPos), position(endPos)
        except CloudValueError as error:
            self._refused("GetEntitiesInSquareArea", error)
            return []
        if any(high <= low for low, high in zip(*box, strict=True)):
            return []
        return [one.id for one in self._within(box, self._engine.dimension_of(self.entityId, dimensionId))]

    def _within(self, box: Box, dimension: int) -> list[Entity]:
        return [one for one in self._engine.entities if one.dimension == dimension and overlap(one.box, box)]

    def IsEntityAlive(self, entityId: str) -> bool:
        """Return whether an entity is here, and not dead."""
        entity = self._engine.entity(entityId)
        return entity is not None and entity.alive

    def KillEntity(self, entityId: str) -> bool:
        """Let an entity die: ``MobDieEvent``; what does not live vanishes. False: it is not here, or dead."""
        entity = self._engine.entity(entityId)
        if entity is None or not entity.alive:
            return False
        self._engine.changes.died(entity, "self_destruct")
        return True

    def PickUpItemEntity(self, playerEntityId: str, itemEntityId: str) -> bool:
        """Let a player pick up a dropped item. False: it is none, or there is no room for all of it."""
        player, dropped = self._engine.entity(playerEntityId), self._engine.entity(itemEntityId)
        if player is None or dropped is None or not player.is_player or dropped.item is None:
            return False
        return self._engine.changes.picked_up(player, dropped)

    def GetEntityDamage(self, entityId: str, targetEntityId: str | None = None) -> float:  # noqa: ARG002 - enchantments are not simulated
        """Return the attack damage of an entity: its attribute alone; 0 for one that is not here."""
        entity = self._engine.entity(entityId)
        return 0.0 if entity is None else max(0.0, entity.attr.damage)
