"""Whether an entity thinks."""

from .component import Component
from .plain import getter

__all__ = ["ControlAiCompServer"]


class ControlAiCompServer(Component):
    """``CreateControlAi(entityId)``."""

    def SetBlockControlAi(self, isBlock: bool, freezeAnim: bool = False) -> bool:  # noqa: ARG002, FBT001, FBT002 - the engine's signature
        """Let an entity think (True), or not. False for a player."""
        entity = self._entity()
        if entity is None or entity.is_player:
            return False
        entity.settings["thinks"] = bool(isBlock)
        return True

    GetBlockControlAi = getter("thinks", default=True, absent=False)
