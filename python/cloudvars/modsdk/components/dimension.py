"""Which dimension an entity is in, and the time of dimensions that have their own."""

from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.entities import EYES
from cloudvars.modsdk.world.level import DAY
from cloudvars.modsdk.world.positions import Position, position

from .component import Component

__all__ = ["DimensionCompServer"]

_ABSENT = -1
_NETHER = 1
_SCALE = 8
"""How many blocks of the overworld one of the nether is."""


class DimensionCompServer(Component):
    """``CreateDimension(entityId)``: 0 is the overworld, 1 the nether, 2 the end. Clause E-7."""

    def GetEntityDimensionId(self) -> int:
        """Return the dimension of an entity; -1 for one that is not here."""
        entity = self._entity()
        return _ABSENT if entity is None else entity.dimension

    def ChangePlayerDimension(self, dimensionId: int, pos: Any) -> bool:
        """Move a player: ``pos`` is where the eyes will be. Fires ``DimensionChangeServerEvent``."""
        player = self._player()
        if player is None or not _is_dimension(dimensionId):
            return self._refused("ChangePlayerDimension", f"{self.entityId!r}, dimensionId: {dimensionId!r}")
        try:
            x, y, z = position(pos)
        except CloudValueError as error:
            return self._refused("ChangePlayerDimension", error)
        return self._engine.changes.teleported(player, (x, y - EYES, z), dimensionId)

    def ChangeEntityDimension(self, dimensionId: int, pos: Any = None) -> bool:
        """Move an entity that is no player to another dimension. Fires ``EntityChangeDimensionServerEvent``.

        ``pos``: where its feet will be; None: the place that corresponds to where it is.
        """
        entity = self._entity()
        if (
            entity is None
            or entity.is_player
            or not _is_dimension(dimensionId)
            or entity.dimension == dimensionId
        ):
            return False
        try:
            there = (
                _corresponding(entity.pos, entity.dimension, dimensionId) if pos is None else position(pos)
            )
        except CloudValueError as error:
            return self._refused("ChangeEntityDimension", error)
        return self._engine.changes.teleported(entity, there, dimensionId)

    def CreateDimension(self, dimensionId: int) -> bool:
        """Return True: every dimension is there from the beginning."""
        return _is_dimension(dimensionId)

    def SetUseLocalTime(self, dimension: int, value: bool) -> bool:  # noqa: FBT001 - the engine's signature
        """Give a dimension its own time, which begins as that of the world, or take it away."""
        times = self._times()
        if not value:
            times.pop(dimension, None)
        elif dimension not in times:
            times[dimension] = 0
        return True

    def GetUseLocalTime(self, dimension: int) -> bool:
        """Return whether a dimension has its own time."""
        return dimension in self._times()

    def GetLocalTime(self, dimension: int) -> int:
        """Return the time of a dimension in twentieths of a second."""
        return self._engine.level.time + int(self._times().get(dimension, 0))

    def SetLocalTime(self, dimension: int, time: int) -> bool:
        """Set the time of a dimension that has its own."""
        times = self._times()
        if dimension not in times:
            return False
        times[dimension] = time - self._engine.level.time
        return True

    def SetLocalTimeOfDay(self, dimension: int, timeOfDay: int) -> bool:
        """Go on to a time of the day, in a dimension that has its own."""
        now = self.GetLocalTime(dimension)
        return self.SetLocalTime(dimension, now + (timeOfDay - now) % DAY)

    def _times(self) -> dict[int, int]:
        """Return by how much the time of dimensions is ahead of that of the world."""
        times: dict[int, int] = self._engine.level.settings.setdefault("local_time", {})
        return times


def _is_dimension(dimension: Any) -> bool:
    return isinstance(dimension, int) and not isinstance(dimension, bool) and dimension >= 0


def _corresponding(pos: Position, before: int, after: int) -> Position:
    factor = _SCALE ** ((before == _NETHER) - (after == _NETHER))
    return pos[0] * factor, pos[1], pos[2] * factor
