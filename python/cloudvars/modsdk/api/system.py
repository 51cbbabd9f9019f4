"""``ServerSystem``, the base class of a mod's systems."""

import copy
from typing import TYPE_CHECKING, Any, ClassVar

from cloudvars.modsdk.catalog import meant
from cloudvars.modsdk.events import ENGINE
from cloudvars.modsdk.warning import warn

from .creation import create, create_by_tags, drop

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine

__all__ = ["ServerSystem"]


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

    # --- entities ---

    def CreateEngineEntityByTypeStr(  # noqa: PLR0913, PLR0917 - the engine's signature
        self,
        engineTypeStr: str,
        pos: Any,
        rot: Any,
        dimensionId: int = 0,
        isNpc: bool = False,  # noqa: FBT001, FBT002 - ditto
        isGlobal: bool = False,  # noqa: FBT001, FBT002 - ditto
    ) -> str | None:
        """Put an entity into the world; returns its id, None if a listener of ``ServerSpawnMobEvent`` forbade it.

        Fires ``AddEntityServerEvent``. ``pos``: where its feet are; ``rot``: up and down, and around, in degrees.
        Clause E-7.
        """
        settings = {"npc": bool(isNpc), "global": bool(isGlobal)}
        return create(self._cloudvars_engine, engineTypeStr, pos, rot, dimensionId, settings)

    def CreateEngineEntityByNBT(  # noqa: PLR0913, PLR0917 - the engine's signature
        self,
        nbtDict: dict[str, Any],
        pos: Any = None,
        rot: Any = None,
        dimensionId: int = 0,
        isNpc: bool = False,  # noqa: FBT001, FBT002 - ditto
        isGlobal: bool | None = None,  # noqa: FBT001 - ditto
    ) -> str | None:
        """Put an entity into the world that ``GetEntityNBTTags`` described, as ``CreateEngineEntityByTypeStr``."""
        settings = {"npc": bool(isNpc), "global": bool(isGlobal)}
        return create_by_tags(self._cloudvars_engine, nbtDict, pos, rot, dimensionId, settings)

    def CreateEngineItemEntity(self, itemDict: Any, dimensionId: int = 0, pos: Any = (0, 0, 0)) -> str | None:
        """Drop an item: a ``minecraft:item``; returns its id, None for no item. Fires ``AddEntityServerEvent``."""
        return drop(self._cloudvars_engine, itemDict, dimensionId, pos)

    def DestroyEntity(self, entityId: str) -> bool:
        """Take an entity out of the world: ``EntityRemoveEvent``. False: it is a player, or not here."""
        entity = self._cloudvars_engine.entity(entityId)
        if entity is None or entity.is_player:
            return False
        self._cloudvars_engine.changes.removed(entity)
        return True

    # --- components by name ---

    def CreateComponent(self, entityId: Any, nameSpace: str, name: str) -> Any:
        """Return the component of an entity, made if need be; None if nobody registered it. Clause E-11."""
        return self._cloudvars_engine.attached.create(entityId, nameSpace, name)

    def GetComponent(self, entityId: Any, nameSpace: str, name: str) -> Any:
        """Return the component of an entity; None if it was not made. Clause E-11."""
        return self._cloudvars_engine.attached.get(entityId, nameSpace, name)

    def DestroyComponent(self, entityId: Any, nameSpace: str, name: str) -> None:
        """Forget the component of an entity. Clause E-11."""
        self._cloudvars_engine.attached.destroy(entityId, nameSpace, name)

    def NeedsUpdate(self, component: Any) -> bool:
        """Return True: what is assigned to a component is done at once (old mods call this after it)."""
        return component is not None

    def Update(self) -> None:
        """Do nothing; called every tick, a system overrides it."""

    def Destroy(self) -> None:
        """Do nothing; called when the room ends, a system overrides it."""
