"""Blocks: those that were set; everything else is air."""

from collections.abc import Mapping
from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.blocks import Block

from .component import Component
from .tile_data import TileData

__all__ = ["BlockInfoComponentServer"]

_KEEP = 2
"""``oldBlockHandling``: a block that is there stays."""
_FULL_LIGHT = 15


class BlockInfoComponentServer(TileData, Component):
    """``CreateBlockInfo(entityId)``. A ``dimensionId`` of -1 is that of the entity. Clause E-11."""

    def GetBlockNew(self, pos: Any, dimensionId: int = -1) -> dict[str, Any] | None:
        """Return {"name", "aux"} of the block at a position; None if that is no position."""
        try:
            block = self._engine.blocks.get(pos, self._dimension(dimensionId))
        except CloudValueError as error:
            self._refused("GetBlockNew", error)
            return None
        return {"name": block.name, "aux": block.aux}

    def SetBlockNew(  # noqa: PLR0913, PLR0917 - the engine's signature
        self,
        pos: Any,
        blockDict: Mapping[str, Any],
        oldBlockHandling: int = 0,
        dimensionId: int = -1,
        isLegacy: bool = False,  # noqa: ARG002, FBT001, FBT002 - ditto
        updateNeighbors: bool = True,  # noqa: ARG002, FBT001, FBT002 - ditto
    ) -> bool:
        """Set a block: {"name", "aux": 0}. False: nothing changed. What the old one held is gone.

        ``oldBlockHandling``: 2 keeps a block that is there.
        """
        name = blockDict.get("name") if isinstance(blockDict, Mapping) else None
        if not isinstance(name, str):
            return self._refused("SetBlockNew", f"blockDict: {blockDict!r}; a dict with name is accepted")
        dimension, blocks = self._dimension(dimensionId), self._engine.blocks
        try:
            before = blocks.get(pos, dimension)
            if oldBlockHandling == _KEEP and before.name != "minecraft:air":
                return False
            return blocks.set(pos, dimension, Block(name, int(blockDict.get("aux") or 0)))
        except (CloudValueError, TypeError, ValueError) as error:
            return self._refused("SetBlockNew", error)

    def GetTopBlockHeight(self, pos: Any, dimension: int = 0) -> int | None:
        """Return how high the highest block at (x, z) is; None if there is none."""
        x, z = pos
        return self._engine.blocks.top(int(x), int(z), dimension)

    def GetBlockLightLevel(self, pos: Any, dimensionId: int = -1) -> int:  # noqa: ARG002 - light is not simulated
        """Return 15: it is light everywhere."""
        return _FULL_LIGHT

    def GetLiquidBlock(self, pos: Any, dimensionId: int = -1) -> dict[str, Any] | None:
        """Return {"name", "aux"} of a liquid that was set at a position; air otherwise."""
        found = self.GetBlockNew(pos, dimensionId)
        liquid = found is not None and found["name"].rpartition(":")[2] in _LIQUIDS
        return found if liquid else {"name": "minecraft:air", "aux": 0}

    def GetBlockTags(self, blockName: str) -> list[str]:  # noqa: ARG002 - the packs of the game are not here
        """Return []: the game's tags are not here."""
        return []


_LIQUIDS = {"water", "flowing_water", "lava", "flowing_lava"}
