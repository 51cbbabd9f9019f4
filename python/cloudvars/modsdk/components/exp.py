"""Experience points of players and of orbs."""

from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.positions import position

from .component import Component

__all__ = ["ExpComponentServer"]

_ORB = "minecraft:xp_orb"


class ExpComponentServer(Component):
    """``CreateExp(entityId)``. Clause E-8."""

    def GetPlayerExp(self, isPercent: bool = True) -> float:  # noqa: FBT001, FBT002 - the engine's signature
        """Return a player's points since the last level: as a share of the next one (0 to 1), or their number."""
        player = self._player()
        if player is None:
            return 0.0
        experience = player.experience
        return experience.points / experience.needed if isPercent else float(experience.points)

    def AddPlayerExperience(self, exp: int) -> bool:
        """Add points, or take those since the last level: ``AddExpEvent``, ``AddLevelEvent``."""
        player = self._player()
        if player is None or not isinstance(exp, int):
            return self._refused("AddPlayerExperience", f"{self.entityId!r}, exp: {exp!r}")
        self._engine.fire("AddExpEvent", {"id": player.id, "addExp": exp})
        self._engine.changes.levels(player, player.experience.add(exp))
        return True

    def GetPlayerTotalExp(self) -> int:
        """Return all points of a player; -1 for one who is not here."""
        player = self._player()
        return -1 if player is None else player.experience.total

    def SetPlayerTotalExp(self, exp: int) -> bool:
        """Set all points of a player, and with them the level."""
        player = self._player()
        if player is None or not isinstance(exp, int) or exp < 0:
            return self._refused(
                "SetPlayerTotalExp", f"{self.entityId!r}, exp: {exp!r}; an int from 0 is accepted"
            )
        player.experience.total = exp
        return True

    def CreateExperienceOrb(self, exp: int, position: Any, isSpecial: bool) -> bool:  # noqa: FBT001 - the engine's signature
        """Put an orb into the world: a ``minecraft:xp_orb``."""
        try:
            there = _position(position)
        except CloudValueError as error:
            return self._refused("CreateExperienceOrb", error)
        orb = self._engine.entities.add(_ORB)
        player = self._player()
        orb.pos, orb.dimension = there, 0 if player is None else player.dimension
        orb.settings |= {"experience": exp, "owner": self.entityId if isSpecial else None}
        self._engine.changes.created(orb)
        return True

    def GetOrbExperience(self) -> int:
        """Return the points of an orb; -1 for another entity."""
        entity = self._entity()
        return int(entity.settings.get("experience", 0)) if entity and entity.identifier == _ORB else -1

    def SetOrbExperience(self, exp: int) -> bool:
        """Set the points of an orb."""
        entity = self._entity()
        if entity is None or entity.identifier != _ORB or not isinstance(exp, int):
            return False
        entity.settings["experience"] = exp
        return True


_position = position
