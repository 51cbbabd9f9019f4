"""Names of players and of entities."""

from .component import Component

__all__ = ["NameComponentServer"]


class NameComponentServer(Component):
    """``CreateName(entityId)``."""

    def GetName(self) -> str | None:
        """Return the player's name, or that of an entity's name tag; None for one that is not here."""
        entity = self._entity()
        return None if entity is None else entity.name or ""

    def SetName(self, name: str) -> bool:
        """Give an entity a name tag; False for a player."""
        entity = self._entity()
        if entity is None or entity.is_player or not isinstance(name, str):
            return False
        entity.name = name
        return True

    def SetPlayerPrefixAndSuffixName(
        self, prefix: str, prefixColor: str, suffix: str, suffixColor: str, nameColor: str = ""
    ) -> bool:
        """Set what stands before and after a player's name: in ``settings`` of the player."""
        player = self._player()
        if player is None:
            return False
        player.settings |= {
            "prefix": prefixColor + prefix,
            "suffix": suffixColor + suffix,
            "name_color": nameColor,
        }
        return True

    @property
    def name(self) -> str | None:
        """What ``GetName`` returns and ``SetName`` takes, for old mods."""
        return self.GetName()

    @name.setter
    def name(self, name: str) -> None:
        self.SetName(name)
