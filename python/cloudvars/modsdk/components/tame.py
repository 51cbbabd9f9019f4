"""Tamed entities."""

from .component import Component
from .plain import getter

__all__ = ["TameComponentServer"]


class TameComponentServer(Component):
    """``CreateTame(entityId)``."""

    def SetEntityTamed(self, playerId: str, tamedId: str) -> bool:
        """Let an entity belong to a player. False: one of them is not here."""
        tamed = self._engine.entity(tamedId)
        if tamed is None or self._engine.entity(playerId) is None:
            return False
        tamed.settings |= {"tamed": True, "owner": str(playerId)}
        return True

    GetOwnerId = getter("owner", None)
