"""Levels of players."""

from .component import Component

__all__ = ["LevelComponentServer"]


class LevelComponentServer(Component):
    """``CreateLv(playerId)``. Clause E-8."""

    def GetPlayerLevel(self) -> int:
        """Return a player's level; 0 for one who is not here."""
        player = self._player()
        return 0 if player is None else player.experience.level

    def AddPlayerLevel(self, level: int) -> bool:
        """Add levels, or take them: ``AddLevelEvent`` if there are more than before."""
        player = self._player()
        if player is None or not isinstance(level, int):
            return self._refused("AddPlayerLevel", f"{self.entityId!r}, level: {level!r}")
        self._engine.changes.levels(player, player.experience.add_levels(level))
        return True
