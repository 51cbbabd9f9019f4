"""The engine's components, as far as they are simulated, and the factory that makes them."""

from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from .absent import Component, absent
from .achievement import AchievementCompServer
from .http import HttpToWebServerCompServer

if TYPE_CHECKING:
    from .engine import Engine
    from .timers import CallLater

__all__ = [
    "EngineCompFactoryServer",
    "EngineTypeComponentServer",
    "GameComponentServer",
    "MsgComponentServer",
    "NameComponentServer",
]

_WHITE = "\xa7f"


class EngineCompFactoryServer:
    """What ``serverApi.GetEngineCompFactory()`` returns. A new component is one more method here."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        vars(self).update(engine.fakes.of("GetEngineCompFactory()"))

    def __getattr__(self, name: str) -> NoReturn:
        absent("GetEngineCompFactory()", name)

    def CreateAchievement(self, entityId: Any) -> AchievementCompServer:
        """Make the component of cloud achievements and custom nodes."""
        return AchievementCompServer(self._engine, entityId)

    def CreateEngineType(self, entityId: Any) -> "EngineTypeComponentServer":
        """Make the component that returns the kind of an entity."""
        return EngineTypeComponentServer(self._engine, entityId)

    def CreateGame(self, entityId: Any) -> "GameComponentServer":
        """Make the component of timers.

        A timer runs at the first tick that is not before its time, at most once a tick.
        """
        return GameComponentServer(self._engine, entityId)

    def CreateHttp(self, entityId: Any) -> HttpToWebServerCompServer:
        """Make the component of the lobby storage."""
        return HttpToWebServerCompServer(self._engine, entityId)

    def CreateMsg(self, entityId: Any) -> "MsgComponentServer":
        """Make the component of chat messages."""
        return MsgComponentServer(self._engine, entityId)

    def CreateName(self, entityId: Any) -> "NameComponentServer":
        """Make the component that returns a player's name."""
        return NameComponentServer(self._engine, entityId)


class EngineTypeComponentServer(Component):
    """``CreateEngineType(entityId)``."""

    def GetEngineTypeStr(self) -> str | None:
        """Return the entity's identifier, "minecraft:cow"; None for one that is not there."""
        return self._engine.identifier(self.entityId)


class NameComponentServer(Component):
    """``CreateName(playerId)``."""

    def GetName(self) -> str | None:
        """Return the player's name; None for one who is not there."""
        return self._engine.names.get(self.entityId)


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


class GameComponentServer(Component):
    """``CreateGame(levelId)``: timers on the store's clock. Clause E-3."""

    def AddTimer(self, delay: float, func: Any, *args: Any, **kwargs: Any) -> "CallLater":
        """Call ``func`` once, at the first tick that is ``delay`` seconds from now or later."""
        return self._engine.add_timer(delay, partial(func, *args, **kwargs), again=False)

    def AddRepeatedTimer(self, delay: float, func: Any, *args: Any, **kwargs: Any) -> "CallLater":
        """Call ``func`` every ``delay`` seconds, at most once a tick."""
        return self._engine.add_timer(delay, partial(func, *args, **kwargs), again=True)

    def CancelTimer(self, timer: "CallLater") -> None:
        """Stop a timer; it may have ended already."""
        self._engine.timers.cancel(timer)
