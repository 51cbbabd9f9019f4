"""What players see above the item bar, and in the chat as a notice."""

from cloudvars.modsdk.world.commands import Notice

from .component import Component

__all__ = ["Notices"]

_WHITE = "\xa7f"


class Notices(Component):
    """The part of the game component that tells players something: kept in ``game.notices``. Clause E-11."""

    def SetNotifyMsg(self, msg: str, color: str = _WHITE) -> bool:
        """Tell everyone in the chat: kept in ``game.messages``."""
        self._engine.tell(self._engine.players, msg, color, None)
        return True

    def SetTipMessage(self, message: str) -> bool:
        """Show everyone a tip."""
        return self._notify(self._engine.players, "tip", message)

    def SetOneTipMessage(self, playerId: str, message: str) -> bool:
        """Show one player a tip. False: they are not here."""
        return self._notify([playerId], "tip", message)

    def SetPopupNotice(self, message: str, subtitle: str) -> bool:
        """Show everyone a popup."""
        return self._notify(self._engine.players, "popup", message, subtitle)

    def SetOnePopupNotice(self, playerId: str, message: str, subtitle: str) -> bool:
        """Show one player a popup. False: they are not here."""
        return self._notify([playerId], "popup", message, subtitle)

    def _notify(self, players: list[str], kind: str, text: str, subtitle: str = "") -> bool:
        here = [str(player) for player in players if str(player) in self._engine.players]
        self._engine.notices += [Notice(player, kind, text, subtitle) for player in here]
        return len(here) == len(players)
