"""Which blocks fire ``ServerBlockUseEvent``."""

from .component import Component

__all__ = ["BlockUseEventWhiteListComponentServer"]


class BlockUseEventWhiteListComponentServer(Component):
    """``CreateBlockUseEventWhiteList(levelId)``: the names are in ``game.level.settings["use_events"]``."""

    def _listed(self) -> list[str]:
        listed: list[str] = self._engine.level.settings.setdefault("use_events", [])
        return listed

    def AddBlockItemListenForUseEvent(self, blockName: str) -> bool:
        """Have the event fired for a block."""
        if blockName not in self._listed():
            self._listed().append(blockName)
        return True

    def RemoveBlockItemListenForUseEvent(self, blockName: str) -> bool:
        """Have the event fired no more for a block. False: it was not."""
        if blockName not in self._listed():
            return False
        self._listed().remove(blockName)
        return True

    def ClearAllListenForBlockUseEventItems(self) -> bool:
        """Have the event fired for no block."""
        self._listed().clear()
        return True
