"""Where an entity is."""

from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.entities import EYES
from cloudvars.modsdk.world.positions import Position, position

from .component import Component

__all__ = ["PosComponentServer"]


class PosComponentServer(Component):
    """``CreatePos(entityId)``. Clause E-7."""

    def GetPos(self) -> Position | None:
        """Return where an entity is, (x, y, z): the feet, of players the eyes; None for one that is not here."""
        entity = self._entity()
        if entity is None:
            return None
        x, y, z = entity.pos
        return (x, y + EYES, z) if entity.is_player else (x, y, z)

    def GetFootPos(self) -> Position | None:
        """Return where an entity's feet are, (x, y, z); None for one that is not here."""
        entity = self._entity()
        return None if entity is None else entity.pos

    def SetFootPos(self, footPos: Any) -> bool:
        """Move an entity's feet, as the command tp does. False: it is not here, or a listener forbade it."""
        entity = self._entity()
        if entity is None:
            return False
        try:
            return self._engine.changes.teleported(entity, position(footPos))
        except CloudValueError as error:
            return self._refused("SetFootPos", error)

    def SetPos(self, pos: Any) -> bool:
        """Move an entity's feet, as ``SetFootPos``."""
        return self.SetFootPos(pos)

    @property
    def pos(self) -> Position | None:
        """What ``GetPos`` returns and ``SetPos`` takes, for old mods."""
        return self.GetPos()

    @pos.setter
    def pos(self, pos: Any) -> None:
        self.SetPos(pos)
