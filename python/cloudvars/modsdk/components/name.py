"""Players' names."""

from .component import Component

__all__ = ["NameComponentServer"]


class NameComponentServer(Component):
    """``CreateName(playerId)``."""

    def GetName(self) -> str | None:
        """Return the player's name; None for one who is not there."""
        return self._engine.names.get(self.entityId)
