"""States of blocks."""

from typing import Any

from .tile_data import TileData

__all__ = ["BlockStateComponentServer"]


class BlockStateComponentServer(TileData):
    """``CreateBlockState(levelId)``: those that were set; the game's own are not here. Clause E-11."""

    def GetBlockStates(self, pos: Any, dimensionId: int = -1) -> dict[str, Any] | None:
        """Return the states of a block; None for air."""
        states = self._data(pos, dimensionId, "states")
        return None if states is None else dict(states)

    def SetBlockStates(self, pos: Any, data: Any, dimensionId: int = -1) -> bool:
        """Set some states of a block. False: air."""
        states = self._data(pos, dimensionId, "states")
        if states is None or not isinstance(data, dict):
            return False
        states.update(data)
        return True
