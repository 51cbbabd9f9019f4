"""What mods keep with a block: its data, the text of a sign."""

from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.extra import is_basic

from .component import Component

__all__ = ["TileData"]


class TileData(Component):
    """The part of the block component about data of blocks: gone when the block is. Clause E-11."""

    def _dimension(self, given: int) -> int:
        return self._engine.dimension_of(self.entityId, given)

    def _data(self, pos: Any, dimension: int, part: str) -> dict[str, Any] | None:
        """Return one part of a block's data; None for air, or where that is no position."""
        try:
            data = self._engine.blocks.data(pos, self._dimension(dimension))
        except CloudValueError as error:
            self._refused("data of a block", error)
            return None
        return None if data is None else data.setdefault(part, {})

    def GetBlockEntityData(self, dimension: int, pos: Any) -> dict[str, Any] | None:
        """Return a copy of a block's data; None for air."""
        data = self._data(pos, dimension, "data")
        return None if data is None else dict(data)

    def SetBlockEntityData(self, dimension: int, pos: Any, nbtData: Any) -> bool:
        """Set a block's data. False: air."""
        data = self._data(pos, dimension, "data")
        if data is None or not isinstance(nbtData, dict):
            return False
        data.clear()
        data.update(nbtData)
        return True

    def SetBlockTileEntityCustomData(self, pos: Any, key: str, value: Any, dimensionId: int = -1) -> bool:
        """Keep a value of basic types with a block. False: air."""
        data = self._data(pos, dimensionId, "custom")
        if data is None or not is_basic(value):
            return False
        data[key] = value
        return True

    def GetBlockTileEntityCustomData(self, pos: Any, key: str, dimensionId: int = -1) -> Any:
        """Return a value that is kept with a block; None if there is none."""
        return (self._data(pos, dimensionId, "custom") or {}).get(key)

    def GetBlockTileEntityWholeCustomData(self, pos: Any, dimensionId: int = -1) -> dict[str, Any] | None:
        """Return a copy of all values that are kept with a block; None for air."""
        data = self._data(pos, dimensionId, "custom")
        return None if data is None else dict(data)

    def CleanBlockTileEntityCustomData(self, pos: Any, dimensionId: int = -1) -> bool:
        """Delete all values that are kept with a block. False: air."""
        data = self._data(pos, dimensionId, "custom")
        if data is None:
            return False
        data.clear()
        return True

    def GetSignBlockText(self, pos: Any, dimensionId: int = -1, side: int = 0) -> str:
        """Return the text on a side of a sign."""
        return str((self._data(pos, dimensionId, "sign") or {}).get(str(side), ""))

    def SetSignBlockText(self, pos: Any, text: str, dimensionId: int = -1, side: int = 0) -> bool:
        """Write on a side of a sign. False: air."""
        data = self._data(pos, dimensionId, "sign")
        if data is None:
            return False
        data[str(side)] = text
        return True

    def GetBedColor(self, pos: Any, dimensionId: int = -1) -> int:
        """Return the color of a bed; -1 for air."""
        data = self._data(pos, dimensionId, "bed")
        return -1 if data is None else int(data.get("color", 0))

    def SetBedColor(self, pos: Any, color: int, dimensionId: int = -1) -> bool:
        """Set the color of a bed. False: air."""
        data = self._data(pos, dimensionId, "bed")
        if data is None:
            return False
        data["color"] = color
        return True
