"""Flying."""

from .component import Component
from .plain import getter

__all__ = ["FlyComponentServer"]


class FlyComponentServer(Component):
    """``CreateFly(playerId)``."""

    IsPlayerCanFly = getter("can_fly", default=False, absent=False)
    IsPlayerFlying = getter("flying", default=False, absent=False)

    def ChangePlayerFlyState(self, isFly: bool, enterFly: bool = True) -> bool:  # noqa: FBT001, FBT002 - the engine's signature
        """Allow a player to fly, and let them fly at once if ``enterFly``; or forbid it."""
        player = self._player()
        if player is None:
            return False
        player.settings |= {"can_fly": bool(isFly), "flying": bool(isFly and enterFly)}
        return True
