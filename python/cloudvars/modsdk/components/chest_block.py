"""The slots of chests."""

from typing import Any

from .component import Component, refuses

__all__ = ["ChestContainerCompServer"]


class ChestContainerCompServer(Component):
    """``CreateChestBlock(levelId)``. Clause E-11."""

    @refuses(-1)
    def GetChestBoxSize(self, playerId: Any, pos: Any, dimensionId: int = -1) -> int:  # noqa: ARG002 - the engine ignores it
        """Return how many slots a chest has; -1 for another block."""
        return self._engine.blocks.size(pos, self._engine.dimension_of(self.entityId, dimensionId))

    @refuses(answer=False)
    def SetChestBoxItemNum(
        self,
        playerId: Any,  # noqa: ARG002 - the engine ignores it
        pos: Any,
        slotPos: int,
        num: int,
        dimensionId: int = -1,
    ) -> bool:
        """Set how many of an item are in a slot; 0 empties it. False: the slot is empty."""
        dimension = self._engine.dimension_of(self.entityId, dimensionId)
        item = (self._engine.blocks.container(pos, dimension) or {}).get(slotPos)
        if item is None or not isinstance(num, int) or num < 0:
            return False
        return self._engine.blocks.fill(pos, dimension, slotPos, {**item, "count": num})

    @refuses(answer=False)
    def SetChestBoxItemExchange(self, playerId: str, pos: Any, slotPos1: int, slotPos2: int) -> bool:
        """Exchange what is in two slots of a chest in the player's dimension."""
        dimension = self._engine.dimension_of(playerId, -1)
        slots, size = self._engine.blocks.container(pos, dimension), self._engine.blocks.size(pos, dimension)
        if slots is None or slotPos1 not in range(size) or slotPos2 not in range(size):
            return False
        one, two = slots.get(slotPos1), slots.get(slotPos2)
        self._engine.blocks.fill(pos, dimension, slotPos1, two)
        return self._engine.blocks.fill(pos, dimension, slotPos2, one)
