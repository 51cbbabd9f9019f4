"""Where an entity looks."""

from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.positions import position, rotation, rotation_of

from .component import Component

__all__ = ["RotComponentServer"]


class RotComponentServer(Component):
    """``CreateRot(entityId)``. Clause E-7."""

    def GetRot(self) -> tuple[float, float] | None:
        """Return (up and down, around) in degrees; None for an entity that is not here."""
        entity = self._entity()
        return None if entity is None else entity.rot

    def SetRot(self, rot: Any) -> bool:
        """Turn an entity: (up and down, around) in degrees. False: it is not here."""
        entity = self._entity()
        if entity is None:
            return False
        try:
            entity.rot = rotation(rot)
        except CloudValueError as error:
            return self._refused("SetRot", error)
        return True

    def SetEntityLookAtPos(
        self,
        targetPos: Any,
        minTime: float,  # noqa: ARG002 - the turn takes no time here
        maxTime: float,  # noqa: ARG002 - ditto
        reject: bool,  # noqa: ARG002, FBT001 - the engine's signature
    ) -> bool:
        """Turn an entity that is no player towards a position, at once."""
        entity = self._entity()
        if entity is None or entity.is_player:
            return False
        try:
            there = position(targetPos)
        except CloudValueError as error:
            return self._refused("SetEntityLookAtPos", error)
        x, y, z = (part - own for part, own in zip(there, entity.pos, strict=True))
        entity.rot = rotation_of((x, y, z))
        return True

    @property
    def rot(self) -> tuple[float, float] | None:
        """What ``GetRot`` returns and ``SetRot`` takes, for old mods."""
        return self.GetRot()

    @rot.setter
    def rot(self, rot: Any) -> None:
        self.SetRot(rot)
