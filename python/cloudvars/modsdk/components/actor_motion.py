"""Which way an entity is thrown."""

from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.positions import Position, position

from .component import Component

__all__ = ["ActorMotionComponentServer"]

_REST = (0.0, 0.0, 0.0)


class ActorMotionComponentServer(Component):
    """``CreateActorMotion(entityId)``: a motion is kept, and moves nobody here."""

    def GetMotion(self) -> Position | None:
        """Return the motion of an entity or player; None for one that is not here."""
        settings = self._settings()
        if settings is None:
            return None
        motion: Position = settings.get("motion", _REST)
        return motion

    def SetMotion(self, motion: Any) -> bool:
        """Set the motion of an entity that is no player."""
        return self._set(motion, of_player=False)

    def SetPlayerMotion(self, motion: Any) -> bool:
        """Set the motion of a player."""
        return self._set(motion, of_player=True)

    def ResetMotion(self) -> bool:
        """Let an entity that is no player rest."""
        return self._set(_REST, of_player=False)

    def _set(self, motion: Any, *, of_player: bool) -> bool:
        entity = self._entity()
        if entity is None or entity.is_player is not of_player:
            return False
        try:
            entity.settings["motion"] = position(motion)
        except CloudValueError as error:
            return self._refused("SetMotion", error)
        return True
