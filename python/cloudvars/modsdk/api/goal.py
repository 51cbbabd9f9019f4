"""``CustomGoal``, the base class of what a mod lets entities want."""

from typing import Any

__all__ = ["CustomGoal"]


class CustomGoal:
    """What ``serverApi.GetCustomGoalCls()`` returns. Nobody wants anything by itself here: a test calls the methods."""

    def __init__(self, entityId: str, argsJson: Any) -> None:
        self._entity_id = entityId
        self._args = argsJson

    def CanUse(self) -> bool:
        """Return whether to begin; a mod overrides it."""
        return False

    def CanContinueToUse(self) -> bool:
        """Return whether to go on; a mod overrides it."""
        return False

    def CanBeInterrupted(self) -> bool:
        """Return whether another goal may end this one; a mod overrides it."""
        return True

    def Start(self) -> None:
        """Begin; a mod overrides it."""

    def Tick(self) -> None:
        """Go on for a frame; a mod overrides it."""

    def Stop(self) -> None:
        """End; a mod overrides it."""

    def GetEntityId(self) -> str:
        """Return the id of the entity that wants it."""
        return self._entity_id

    def GetArgs(self) -> Any:
        """Return what the entity's file says of the goal."""
        return self._args

    def OnArgsChanged(self, argsJson: Any) -> None:
        """Take what the entity's file says now."""
        self._args = argsJson
