"""Which landscape is where: plains, unless it was set."""

from collections.abc import Iterable
from itertools import product
from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.positions import block_of

from .component import Component

__all__ = ["BiomeCompServer"]

_PLAINS = "plains"


class BiomeCompServer(Component):
    """``CreateBiome(levelId)``: those that were set are in ``game.level.settings["biomes"]``. Clause E-11."""

    def _biomes(self) -> dict[tuple[int, ...], str]:
        biomes: dict[tuple[int, ...], str] = self._engine.level.settings.setdefault("biomes", {})
        return biomes

    def GetBiomeName(self, pos: Any, dimId: int = -1) -> str | None:
        """Return the landscape at a position; None if that is no position."""
        try:
            place = (*block_of(pos), self._engine.dimension_of(self.entityId, dimId))
        except CloudValueError as error:
            self._refused("GetBiomeName", error)
            return None
        return self._biomes().get(place, _PLAINS)

    def SetBiomeByPos(self, pos: Any, biomeName: str, dimId: int) -> bool:
        """Set the landscape at a position."""
        return self.SetBiomeByPosList([pos], biomeName, dimId)

    def SetBiomeByPosList(self, posList: Iterable[Any], biomeName: str, dimId: int) -> bool:
        """Set the landscape at several positions. False: one of them is no position, and none is set."""
        try:
            places = [(*block_of(pos), dimId) for pos in posList]
        except (CloudValueError, TypeError) as error:
            return self._refused("SetBiomeByPosList", error)
        self._biomes().update(dict.fromkeys(places, biomeName))
        return True

    def SetBiomeByVolume(self, minPos: Any, maxPos: Any, biomeName: str, dimId: int) -> bool:
        """Set the landscape between two positions, both included."""
        try:
            sides = [
                range(low, high + 1) for low, high in zip(block_of(minPos), block_of(maxPos), strict=True)
            ]
        except CloudValueError as error:
            return self._refused("SetBiomeByVolume", error)
        return self.SetBiomeByPosList(product(*sides), biomeName, dimId)
