"""Whose an entity is."""

from typing import Any

from .component import Component
from .plain import getter

__all__ = ["ActorOwnerComponentServer"]


class ActorOwnerComponentServer(Component):
    """``CreateActorOwner(entityId)``."""

    def SetEntityOwner(self, targetId: Any) -> bool:
        """Set whose an entity is; None: nobody's."""
        settings = self._settings()
        if settings is None:
            return False
        settings["owner"] = None if targetId is None else str(targetId)
        return True

    GetEntityOwner = getter("owner", None)
