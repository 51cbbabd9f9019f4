"""Items that nobody may use."""

from .component import Component

__all__ = ["ItemBannedCompServer"]


class ItemBannedCompServer(Component):
    """``CreateItemBanned(levelId)``: the names are in ``game.level.settings["banned_items"]``."""

    def _banned(self) -> list[str]:
        banned: list[str] = self._engine.level.settings.setdefault("banned_items", [])
        return banned

    def AddBannedItem(self, itemName: str) -> bool:
        """Ban an item."""
        if itemName not in self._banned():
            self._banned().append(itemName)
        return True

    def RemoveBannedItem(self, itemName: str) -> bool:
        """Allow an item. False: it was not banned."""
        if itemName not in self._banned():
            return False
        self._banned().remove(itemName)
        return True

    def GetBannedItemList(self) -> list[str]:
        """Return the names of the banned items."""
        return list(self._banned())

    def ClearBannedItems(self) -> bool:
        """Allow every item."""
        self._banned().clear()
        return True
