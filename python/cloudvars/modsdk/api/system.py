"""``ServerSystem``, the base class of a mod's systems."""

import copy
from typing import TYPE_CHECKING, Any, ClassVar

from cloudvars.modsdk.catalog import meant
from cloudvars.modsdk.events import ENGINE
from cloudvars.modsdk.warning import warn

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine

__all__ = ["ServerSystem"]

_ABSENT = {
    "CreateComponent",
    "CreateEngineEntityByNBT",
    "CreateEngineEntityByTypeStr",
    "CreateEngineItemEntity",
    "DestroyComponent",
    "DestroyEntity",
    "GetComponent",
    "NeedsUpdate",
}
"""What the engine's class also has, and the host does not simulate."""


class ServerSystem:
    """What ``serverApi.GetServerSystemCls()`` returns, bound to the engine of a host by a subclass."""

    _cloudvars_engine: ClassVar["Engine"]

    def __init__(self, namespace: str, systemName: str) -> None:
        self.namespace = namespace
        self.systemName = systemName

    def __getattr__(self, name: str) -> Any:
        if name in {"namespace", "systemName"}:
            message = f"{type(self).__name__}.__init__ did not call ServerSystem.__init__(self, namespace, systemName)"
            raise AttributeError(message)
        if name in _ABSENT:
            return self._cloudvars_engine.unknown.attribute("ServerSystem", name)
        message = f"{type(self).__name__!r} object has no attribute {name!r}"
        raise AttributeError(message)

    def ListenForEvent(  # noqa: PLR0913, PLR0917 - the engine's signature
        self, namespace: str, systemName: str, eventName: str, instance: Any, func: Any, priority: int = 0
    ) -> None:
        """Have ``func(args)`` called for an event; the highest priority first, at most 10.

        Listeners of equal priority are called in the order in which they registered. A plain function of the class of
        ``instance`` is called as the instance's method. An event that the engine does not have warns (``ModWarning``)
        if its name is near to one that it has.
        Clauses E-2, E-14.
        """
        key = (namespace, systemName, eventName)
        near = meant(eventName) if key[:2] == ENGINE else None
        if near:
            warn(f"ListenForEvent: the engine has no event {eventName!r}; did you mean {near!r}?")
        self._cloudvars_engine.events.listen(key, instance, func, priority, self)

    def UnListenForEvent(  # noqa: PLR0913, PLR0917 - the engine's signature
        self, namespace: str, systemName: str, eventName: str, instance: Any, func: Any, priority: int = 0
    ) -> None:
        """End what ``ListenForEvent`` with the same arguments began."""
        self._cloudvars_engine.events.unlisten((namespace, systemName, eventName), instance, func, priority)

    def UnListenAllEvents(self) -> None:
        """End all that this system listens for."""
        self._cloudvars_engine.events.forget(self)

    def BroadcastEvent(self, eventName: str, eventData: dict[str, Any]) -> None:
        """Tell the server's systems that listen for this system's event."""
        self._cloudvars_engine.events.call((self.namespace, self.systemName, eventName), eventData)

    def CreateEventData(self) -> dict[str, Any]:
        """Return a new dict."""
        return {}

    def DefineEvent(self, eventName: str) -> None:
        """Do nothing: events need no definition (old mods define them)."""

    def UnDefineEvent(self, eventName: str) -> None:
        """Do nothing, as ``DefineEvent``."""

    def NotifyToClient(self, targetId: str, eventName: str, eventData: dict[str, Any]) -> None:
        """Send to one client: kept in ``game.sent``."""
        self._send([targetId], eventName, eventData)

    def NotifyToMultiClients(
        self, targetIdList: list[str], eventName: str, eventData: dict[str, Any]
    ) -> None:
        """Send to some clients: kept in ``game.sent``."""
        self._send(targetIdList, eventName, eventData)

    def BroadcastToAllClient(self, eventName: str, eventData: dict[str, Any]) -> None:
        """Send to every client: kept in ``game.sent``, once for each player."""
        self._send(self._cloudvars_engine.players, eventName, eventData)

    def _send(self, targets: list[str], event: str, data: dict[str, Any]) -> None:
        self._cloudvars_engine.send((self.namespace, self.systemName), targets, event, copy.deepcopy(data))

    def Update(self) -> None:
        """Do nothing; called every tick, a system overrides it."""

    def Destroy(self) -> None:
        """Do nothing; called when the room ends, a system overrides it."""
