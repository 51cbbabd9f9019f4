"""Chests and other blocks that hold items."""

from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.blocks import ENDER_CHEST, fill_slot
from cloudvars.modsdk.world.items import shown

from .component import Component, refuses

__all__ = ["Containers"]

_Item = dict[str, Any]


class Containers(Component):
    """The part of the item component about blocks that hold items, and the ender chest."""

    @refuses(answer=None)
    def GetContainerItem(
        self,
        pos: Any,
        slotPos: int,
        dimensionId: int = -1,
        getUserData: bool = False,  # noqa: FBT001, FBT002 - the engine's signature
    ) -> _Item | None:
        """Return the item dict in a slot of a block; None for an empty one, or a block without slots."""
        slots = self._engine.blocks.container(pos, self._engine.dimension_of(self.entityId, dimensionId))
        return None if slots is None else shown(slots.get(slotPos), user_data=getUserData)

    def SpawnItemToContainer(self, itemDict: Any, slotPos: int, blockPos: Any, dimensionId: int = -1) -> bool:
        """Fill a slot of a block that holds items; no item empties it."""
        dimension = self._engine.dimension_of(self.entityId, dimensionId)
        try:
            return self._engine.blocks.fill(blockPos, dimension, slotPos, itemDict)
        except CloudValueError as error:
            return self._refused("SpawnItemToContainer", error)

    @refuses(-1)
    def GetContainerSize(self, pos: Any, dimensionId: int = -1) -> int:
        """Return how many slots a block has; -1 for one without."""
        return self._engine.blocks.size(pos, self._engine.dimension_of(self.entityId, dimensionId))

    def GetEnderChestItem(self, playerId: str, slotPos: int, getUserData: bool = False) -> _Item | None:  # noqa: FBT001, FBT002 - the engine's signature
        """Return the item dict in a slot of a player's ender chest; None for an empty one."""
        player = self._engine.entity(playerId)
        return None if player is None else shown(player.ender_chest.get(slotPos), user_data=getUserData)

    def SpawnItemToEnderChest(self, itemDict: Any, slotPos: int) -> bool:
        """Fill a slot of the player's ender chest; no item empties it."""
        player = self._player()
        if player is None:
            return False
        try:
            return fill_slot(player.ender_chest, ENDER_CHEST, slotPos, itemDict)
        except CloudValueError as error:
            return self._refused("SpawnItemToEnderChest", error)
