"""Chat messages."""

from .component import Component

__all__ = ["MsgComponentServer"]

_WHITE = "\xa7f"


class MsgComponentServer(Component):
    """``CreateMsg(playerId)``: what is said is kept in ``game.messages``."""

    def NotifyOneMessage(self, playerId: str, msg: str, color: str = _WHITE) -> None:
        """Tell one player."""
        self._engine.tell([playerId], msg, color, None)

    def SendMsg(self, name: str, msg: str) -> bool:
        """Tell everyone, as a player of that name."""
        self._engine.tell(self._engine.players, msg, _WHITE, name)
        return True

    def SendMsgToPlayer(self, fromEntityId: str, toEntityId: str, msg: str) -> None:
        """Tell one player, as another one."""
        self._engine.tell([toEntityId], msg, _WHITE, fromEntityId)

    @property
    def msg(self) -> str:
        """What is assigned here is told to the player, for old mods."""
        return ""

    @msg.setter
    def msg(self, msg: str) -> None:
        self.NotifyOneMessage(str(self.entityId), msg)
