"""Explosions."""

import math
from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.blocks import Block
from cloudvars.modsdk.world.items import AIR
from cloudvars.modsdk.world.positions import position

from .component import Component

__all__ = ["ExplosionComponentServer"]


class ExplosionComponentServer(Component):
    """``CreateExplosion(levelId)``: it takes the blocks that were set, and hurts nobody. Clause E-11."""

    def CreateExplosion(  # noqa: PLR0913, PLR0917 - the engine's signature
        self,
        pos: Any,
        radius: float,
        fire: bool,  # noqa: ARG002, FBT001 - ditto: nothing burns here
        breaks: bool,  # noqa: FBT001 - ditto
        sourceId: Any,
        playerId: Any,
    ) -> bool:
        """Let something explode: ``ExplosionServerEvent``, in which listeners may spare blocks.

        The dimension is that of ``playerId``, or of ``sourceId``.
        """
        try:
            centre = position(pos)
        except CloudValueError as error:
            return self._refused("CreateExplosion", error)
        source = self._engine.entity(playerId) or self._engine.entity(sourceId)
        dimension = 0 if source is None else source.dimension
        near = [
            place for place in self._engine.blocks if place[3] == dimension and _near(centre, place, radius)
        ]
        blocks: list[list[Any]] = [[*place[:3], False] for place in near] if breaks else []
        found = [one for one in self._engine.entities if one.dimension == dimension]
        victims = [one.id for one in found if math.dist(one.pos, centre) <= radius]
        data = {"blocks": blocks, "victims": None if source is None else victims, "sourceId": sourceId}
        data |= {"explodePos": list(centre), "dimensionId": dimension}
        for x, y, z, spared in self._engine.fire("ExplosionServerEvent", data)["blocks"]:
            if not spared:
                self._engine.blocks.set((x, y, z), dimension, Block(AIR))
        return True


def _near(centre: tuple[float, float, float], place: tuple[int, ...], radius: float) -> bool:
    middle = [part + 0.5 for part in place[:3]]
    return math.dist(middle, centre) <= radius
