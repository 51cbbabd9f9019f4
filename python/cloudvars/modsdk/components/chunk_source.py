"""Which parts of the world are loaded: all of it, here."""

from collections.abc import Callable
from typing import Any

from cloudvars.modsdk.world.positions import block_of

from .component import Component, refuses

__all__ = ["ChunkSourceCompServer"]

_CHUNK = 16
_HEIGHT = 256


class ChunkSourceCompServer(Component):
    """``CreateChunkSource(levelId)``: areas are in ``game.level.settings["areas"]``. Clause E-11."""

    def _areas(self) -> dict[str, Any]:
        areas: dict[str, Any] = self._engine.level.settings.setdefault("areas", {})
        return areas

    def SetAddArea(self, key: str, dimensionId: int, minPos: Any, maxPos: Any) -> bool:
        """Keep an area loaded."""
        self._areas()[key] = (dimensionId, minPos, maxPos)
        return True

    def DeleteArea(self, key: str) -> bool:
        """Keep an area loaded no more. False: there is none of that key."""
        return self._areas().pop(key, None) is not None

    def DeleteAllArea(self) -> int:
        """Keep no area loaded; returns how many there were."""
        count = len(self._areas())
        self._areas().clear()
        return count

    def GetAllAreaKeys(self) -> list[str]:
        """Return the keys of the areas."""
        return list(self._areas())

    def CheckChunkState(self, dimension: int, pos: Any) -> bool:  # noqa: ARG002 - all is loaded
        """Return True: every chunk is loaded."""
        return True

    def IsChunkGenerated(self, dimensionId: int, chunkPos: Any) -> bool:  # noqa: ARG002 - ditto
        """Return True: every chunk is there."""
        return True

    @refuses(answer=None)
    def GetChunkPosFromBlockPos(self, blockPos: Any) -> tuple[int, int] | None:
        """Return the chunk (x, z) of a block; None if that is no position."""
        x, _, z = block_of(blockPos)
        return x // _CHUNK, z // _CHUNK

    def GetChunkMinPos(self, chunkPos: Any) -> tuple[int, int, int]:
        """Return the first block of a chunk."""
        return chunkPos[0] * _CHUNK, 0, chunkPos[1] * _CHUNK

    def GetChunkMaxPos(self, chunkPos: Any) -> tuple[int, int, int]:
        """Return the last block of a chunk."""
        return chunkPos[0] * _CHUNK + _CHUNK - 1, _HEIGHT - 1, chunkPos[1] * _CHUNK + _CHUNK - 1

    def GetChunkEntites(self, dimension: int, pos: Any) -> list[str]:
        """Return the ids of the entities in the chunk of a position."""
        chunk = self.GetChunkPosFromBlockPos(pos)
        here = [one for one in self._engine.entities if one.dimension == dimension]
        return [one.id for one in here if self.GetChunkPosFromBlockPos(one.pos) == chunk]

    def GetChunkMobNum(self, dimension: int, chunkPos: Any) -> int:
        """Return how many mobs are in a chunk, without players."""
        found = self.GetChunkEntites(dimension, self.GetChunkMinPos(chunkPos))
        entities = [self._engine.entities[one] for one in found]
        return sum(one.species.is_mob and not one.is_player for one in entities)

    def DoTaskOnChunkAsync(
        self,
        dimensionId: int,  # noqa: ARG002 - all is loaded
        posMin: Any,  # noqa: ARG002 - ditto
        posMax: Any,  # noqa: ARG002 - ditto
        callback: Callable[[Any], Any],
    ) -> bool:
        """Call ``callback`` at the next tick with {"code": 1}: every chunk is loaded."""
        self._engine.add_timer(0, lambda: callback({"code": 1}), again=False)
        return True
