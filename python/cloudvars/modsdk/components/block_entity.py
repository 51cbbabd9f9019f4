"""Command blocks, hoppers, signs and frames."""

from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.items import shown, stack_of

from .tile_data import TileData

__all__ = ["BlockEntityCompServer"]

_HOPPER = 8


class BlockEntityCompServer(TileData):
    """``CreateBlockEntity(levelId)``: what is set of a block is gone when the block is. Clause E-11."""

    def SetCommandBlock(  # noqa: PLR0913, PLR0917 - the engine's signature
        self,
        pos: Any,
        dimensionId: int,
        cmd: str,
        name: str,
        mode: int,
        isConditional: int,
        redstoneMode: int,
    ) -> bool:
        """Set what a command block does. False: air."""
        data = self._data(pos, dimensionId, "command")
        if data is None:
            return False
        data |= {
            "cmd": cmd,
            "name": name,
            "mode": mode,
            "isConditional": isConditional,
            "redstoneMode": redstoneMode,
        }
        return True

    def GetCommandBlock(self, pos: Any, dimensionId: int) -> dict[str, Any] | None:
        """Return what a command block does; None if nothing was set."""
        return dict(self._data(pos, dimensionId, "command") or {}) or None

    def ExecuteCommandBlock(self, pos: Any, dimensionId: int) -> bool:
        """Give the command of a command block: recorded as ``SetCommand`` does."""
        command = (self._data(pos, dimensionId, "command") or {}).get("cmd")
        if not command:
            return False
        done, _ = self._engine.commands.give(command, None, anybody=True)
        return done

    def SetHopperSpeed(self, pos: Any, dimensionId: int, moveTime: int) -> bool:
        """Set how many twentieths of a second a hopper takes for an item. False: air."""
        return self._put(pos, dimensionId, "hopper", moveTime)

    def GetHopperSpeed(self, pos: Any, dimensionId: int) -> int:
        """Return how many twentieths of a second a hopper takes for an item."""
        return int(self._got(pos, dimensionId, "hopper", _HOPPER))

    def SetFrameRotation(self, pos: Any, dimensionId: int, rot: float) -> bool:
        """Turn the item in a frame. False: air."""
        return self._put(pos, dimensionId, "frame_rotation", rot)

    def GetFrameRotation(self, pos: Any, dimensionId: int) -> float:
        """Return how the item in a frame is turned."""
        return float(self._got(pos, dimensionId, "frame_rotation", 0.0))

    def SetFrameItem(self, pos: Any, dimensionId: int, itemDict: Any) -> bool:
        """Put an item into a frame; no item empties it. False: air."""
        try:
            return self._put(pos, dimensionId, "frame_item", stack_of(itemDict))
        except CloudValueError as error:
            return self._refused("SetFrameItem", error)

    def GetFrameItem(self, pos: Any, dimensionId: int) -> dict[str, Any] | None:
        """Return the item in a frame; None for none."""
        return shown(self._got(pos, dimensionId, "frame_item", None))

    def _put(self, pos: Any, dimension: int, what: str, value: Any) -> bool:
        data = self._data(pos, dimension, what)
        if data is None:
            return False
        data["value"] = value
        return True

    def _got(self, pos: Any, dimension: int, what: str, default: Any) -> Any:
        return (self._data(pos, dimension, what) or {}).get("value", default)
