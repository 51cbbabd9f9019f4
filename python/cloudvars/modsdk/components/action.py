"""Whom an entity attacks, and how it is knocked back."""

from typing import Any

from .component import Component

__all__ = ["ActionCompServer"]

_NOBODY = "-1"


class ActionCompServer(Component):
    """``CreateAction(entityId)``."""

    def SetAttackTarget(self, targetId: Any) -> bool:
        """Set whom an entity attacks. False: one of them is not here."""
        settings = self._settings()
        if settings is None or self._engine.entity(targetId) is None:
            return False
        settings["attack_target"] = str(targetId)
        return True

    def ResetAttackTarget(self) -> bool:
        """Let an entity attack nobody."""
        settings = self._settings()
        if settings is None:
            return False
        settings.pop("attack_target", None)
        return True

    def GetAttackTarget(self) -> str | None:
        """Return whom an entity attacks; "-1" for nobody; None if it is not here."""
        settings = self._settings()
        if settings is None:
            return None
        target = settings.get("attack_target", _NOBODY)
        return target if self._engine.entity(target) is not None else _NOBODY

    def SetMobKnockback(
        self,
        xd: float = 0.1,
        zd: float = 0.1,
        power: float = 1.0,
        height: float = 1.0,
        heightCap: float = 1.0,
    ) -> None:
        """Note the last knock-back of an entity in its ``settings``: nothing moves by itself here."""
        settings = self._settings()
        if settings is not None:
            settings["knockback"] = (xd, zd, power, height, heightCap)
