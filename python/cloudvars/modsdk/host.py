"""The host: a room of cloudvars with the mod's server systems in it, and the test as its engine."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from types import ModuleType, TracebackType
from typing import Any, Literal, NamedTuple, Self

from cloudvars import ManualClock, Room
from cloudvars.errors import CloudError, CloudValueError

from . import shadow
from .api import api_modules, installed_enums, marked
from .events import ENGINE, Events
from .importer import Importer
from .nodes import Nodes
from .packs import Mods, Pack, packs
from .players import Inventory, item_of, player_id
from .system import ServerSystem
from .timers import CallLater, Timers

__all__ = ["ClientEvent", "Host", "Message", "host", "tick"]

_TICKS = 30
"""A second has as many."""
_SECOND_US = 1_000_000
_FIRST_ENTITY = -4294967295
_log = logging.getLogger("cloudvars")
_hosted: list[Room] = []


class Message(NamedTuple):
    """What a player was told."""

    player: str
    text: str
    color: str
    sender: str | None
    """Whose name it carries; None for a notice."""


class ClientEvent(NamedTuple):
    """What a system sent to a client."""

    player: str
    namespace: str
    system: str
    event: str
    data: dict[str, Any]


def host(room: Room, mod: Mods = None, *, python: Literal["auto", 2, 3] = "auto") -> "Host":
    """Host a mod in a room: ``with modsdk.host(room, mod="path/to/behavior_pack") as game:``.

    ``mod``: a behavior pack, its scripts folder, several of either, or None for the API alone.
    ``python``: "auto" runs a file as Python 2.7, as the game does, unless it uses words that only Python 3 has; 2 and 3
    settle it for every file. Clause H-6.
    Raises ``CloudValueError``; entering the block raises what the mod's start raises.
    """
    return Host(room, mod, python)


def tick(*games: "Host", n: int = 1) -> int:
    """Tick several hosts side by side: clocks that they share go on once a round. Returns callbacks delivered."""
    delivered = 0
    with ExitStack() as entries:
        for game in games:
            entries.enter_context(game._entry())
        for _ in range(_count(n)):
            for one in {id(game.room.store.clock): game for game in games}.values():
                one._advance()
            for game in games:
                delivered += game._tick()
    return delivered


def _count(n: Any) -> int:
    if not isinstance(n, int) or isinstance(n, bool) or n < 0:
        message = f"n: {n!r}; an int from 0 is accepted"
        raise CloudValueError(message)
    return n


class Host:
    """A hosted room: the test is its engine. Made by ``modsdk.host``."""

    room: Room
    """The room that the mod plays in."""
    players: list[str]
    """Ids of who is in the room."""
    messages: list[Message]
    """What players were told (``CreateMsg``)."""
    sent: list[ClientEvent]
    """What systems sent to clients."""
    systems: dict[tuple[str, str], Any]
    """The registered systems, by namespace and name."""

    def __init__(self, room: Room, mod: Mods, python: Literal["auto", 2, 3]) -> None:
        if not isinstance(room, Room):
            message = f"room: {room!r}; a Room of cloudvars is accepted"
            raise CloudValueError(message)
        if python not in ("auto", 2, 3) or isinstance(python, bool):
            message = f"python: {python!r}; 'auto', 2 or 3 is accepted"
            raise CloudValueError(message)
        self.room = room
        self.players, self.messages, self.sent, self.systems = [], [], [], {}
        self._packs: list[Pack] = packs(mod)
        self._bound: list[tuple[str, Any]] = []
        self._names: dict[str, str] = {}
        self._entities: dict[str, str] = {}
        self._inventories: dict[str, Inventory] = {}
        self._mains: list[Any] = []
        self._errors: list[Exception] = []
        self._depth = 0
        self._ticks = 0
        self._state: Literal["new", "open", "left"] = "new"
        self._events = Events(self._failed)
        self._timers = Timers(self._failed)
        self._nodes = Nodes(self)
        enums = installed_enums()
        files = {f"{top}common.minecraftEnum": enums for top in ("mod.", "") if enums}
        self._importer = Importer([pack.folder for pack in self._packs], api_modules(self), python, files)

    def __repr__(self) -> str:
        mods = ", ".join(name for name, _ in self._bound) or "no mod"
        return f"<cloudvars.modsdk.Host of {mods} in {self.room!r}, {self._state}>"

    # --- the block ---

    def __enter__(self) -> Self:
        if self._state != "new":
            message = "a host is entered once; make another one for the next block"
            raise CloudError(message)
        if any(room is self.room for room in _hosted):
            message = f"room: {self.room!r} is hosted already; leave that host first, or open another room"
            raise CloudValueError(message)
        with ExitStack() as undo:
            _hosted.append(self.room)
            undo.callback(lambda: _hosted.pop(next(i for i, room in enumerate(_hosted) if room is self.room)))
            shadow.show(self._importer)
            undo.callback(shadow.hide, self._importer)
            self._nodes.attach(pack.folder for pack in self._packs)
            undo.callback(self._nodes.detach)
            self._state = "open"
            undo.callback(self._end)
            with self._entry():
                self._start()
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._undo:
            if self._state == "open":
                with self._entry(quiet=error is not None):
                    self._stop()

    def _start(self) -> None:
        for pack in self._packs:
            for main in pack.mains:
                self._importer.load(main)
        for _, cls in self._bound:
            self._mains.append(cls())
        for main_object in self._mains:
            for method in marked(main_object, "InitServer"):
                method()
        self._fire("LoadServerAddonScriptsAfter", {})

    def _stop(self) -> None:
        for main_object in self._mains:
            for method in marked(main_object, "DestroyServer"):
                self._guard("DestroyServer", method)
        for (namespace, name), system in reversed(self.systems.items()):
            self._guard(f"Destroy of {namespace}:{name}", getattr(system, "Destroy", lambda: None))

    def _end(self) -> None:
        self._state = "left"

    @contextmanager
    def active(self) -> Iterator[Self]:
        """Have the test's own ``import`` of mod and API modules find this host, when several are open."""
        self._check_open()
        shadow.show(self._importer)
        try:
            yield self
        finally:
            shadow.hide(self._importer)

    def import_module(self, name: str) -> ModuleType:
        """Return a module of this host: ``game.import_module("myScripts.server")``."""
        return self._importer.import_module(name)

    # --- what goes on in the room ---

    def fire(self, event: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """Fire an engine event; returns the dict, as the listeners left it. Clause H-2.

        Raises what a listener raised, after the others ran (several: an ``ExceptionGroup``).
        """
        with self._entry():
            return self._fire(event, {} if data is None else data)

    def from_client(
        self, player: int | str, namespace: str, system: str, event: str, data: dict[str, Any]
    ) -> dict[str, Any]:
        """Fire what a client's system sends with ``NotifyToServer``: the dict gets ``__id__``, the player's id."""
        with self._entry():
            data["__id__"] = self._present(player)
            self._events.call((namespace, system, event), data)
            return data

    def tick(self, n: int = 1) -> int:
        """Let ``n`` thirtieths of a second pass; returns how many callbacks the room delivered. Clause H-3.

        Each tick moves a ``ManualClock`` on, fires ``OnScriptTickServer``, calls every system's ``Update``, runs due
        timers, and ticks the room. Raises what the mod raised, at the end of the last tick.
        """
        with self._entry():
            delivered = 0
            for _ in range(_count(n)):
                self._advance()
                delivered += self._tick()
            return delivered

    def join(self, player: int | str, name: str | None = None) -> str:
        """Let a player join: ``room.player_join``, then the join events. Returns its id. Clause H-4."""
        with self._entry():
            who = player_id(player)
            if who in self.players:
                message = f"player: {who} is in the room already"
                raise CloudValueError(message)
            self.room.player_join(who)
            self.players.append(who)
            shown = self._names[who] = f"player{who}" if name is None else name
            transfer = {"isTransfer": False, "isReconnect": False, "isPeUser": True, "transferParam": ""}
            with self._forbidden():
                self._fire("AddServerPlayerEvent", {"id": who, **transfer, "uid": int(who), "proxyId": 0})
                self._nodes.load_cloud(who)
                self._fire("ClientLoadAddonsFinishServerEvent", {"playerId": who})
            message = f"{shown} joined the game"
            self._fire("PlayerJoinMessageEvent", {"id": who, "name": shown, "cancel": False, "message": message})
            self._fire("lobbyGoodBuySucServerEvent", {"eid": who, "buyItem": False})
            return who

    def leave(self, player: int | str) -> None:
        """Let a player leave: the leave events, then ``room.player_leave``. Clause H-4."""
        with self._entry():
            who = self._present(player)
            name = self._names[who]
            self._fire("PlayerIntendLeaveServerEvent", {"playerId": who})
            message = f"{name} left the game"
            left = {"id": who, "name": name, "cancel": False, "message": message}
            self._fire("PlayerLeftMessageServerEvent", left)
            self.players.remove(who)
            self._fire("DelServerPlayerEvent", {"id": who, "isTransfer": False, "uid": int(who)})
            del self._names[who]
            self._inventories.pop(who, None)
            self.room.player_leave(who)

    def spawn(self, identifier: str) -> str:
        """Put an entity into the world, "minecraft:cow"; returns its id. Fires ``AddEntityServerEvent``."""
        with self._entry():
            if not isinstance(identifier, str) or not identifier:
                message = f"identifier: {identifier!r}; a str such as 'minecraft:cow' is accepted"
                raise CloudValueError(message)
            entity = str(_FIRST_ENTITY - len(self._entities))
            self._entities[entity] = identifier
            where = {"posX": 0.0, "posY": 0.0, "posZ": 0.0, "dimensionId": 0, "isBaby": False}
            self._fire("AddEntityServerEvent", {"id": entity, **where, "engineTypeStr": identifier})
            return entity

    def kill(self, entity: str, attacker: int | str | None = None, cause: str = "entity_attack") -> dict[str, Any]:
        """Let an entity die: ``MobDieEvent``; returns its dict. ``attacker``: a player or an entity."""
        by = "-1" if attacker is None else str(attacker)
        return self.fire("MobDieEvent", {"id": entity, "attacker": by, "cause": cause, "customTag": ""})

    def give(self, player: int | str, item: str | dict[str, Any]) -> None:
        """Put an item into a player's inventory, its name or an item dict: ``InventoryItemChangedServerEvent``.

        Raises ``CloudValueError`` if there is no room for it.
        """
        with self._entry():
            who = self._present(player)
            for slot, old, new in self._inventory(who).placed(item_of(item)):
                data = {"playerId": who, "slot": slot, "oldItemDict": old, "newItemDict": new}
                self._fire("InventoryItemChangedServerEvent", data)

    # --- what the parts of the host call ---

    def _fire(self, event: str, data: dict[str, Any]) -> dict[str, Any]:
        """Fire an engine event, and do what the engine does at it."""
        self._events.call((*ENGINE, event), data)
        if event == "MobDieEvent":
            self._guard("default_kill", lambda: self._nodes.killed(data))
        elif event == "InventoryItemChangedServerEvent" and data.get("playerId") in self.players:
            inventory = self._inventory(data["playerId"])
            inventory.put(data.get("slot"), data.get("newItemDict"))
            self._guard("default_get", lambda: self._nodes.carries(data["playerId"], inventory.slots.values()))
        return data

    def _tick(self) -> int:
        delivered = 0
        with self._entry():
            self._ticks += 1
            self._events.call((*ENGINE, "OnScriptTickServer"), {})
            for (namespace, name), system in list(self.systems.items()):
                self._guard(f"Update of {namespace}:{name}", getattr(system, "Update", lambda: None))
            self._timers.run(self._now())
            try:
                delivered = self.room.tick()
            except Exception as error:  # noqa: BLE001 - the room logged it; the test gets it at the end
                self._errors.append(error)
        return delivered

    def _advance(self) -> None:
        """Move a ManualClock on by a thirtieth of a second: 30 of these steps are a second exactly."""
        clock = self.room.store.clock
        if isinstance(clock, ManualClock):
            step = _SECOND_US * (self._ticks + 1) // _TICKS - _SECOND_US * self._ticks // _TICKS
            clock.advance(seconds=step / _SECOND_US)

    def _now(self) -> datetime:
        return self.room.store.clock.now()

    def _add_timer(self, delay: float, call: Callable[[], Any], *, again: bool) -> CallLater:
        return self._timers.add(delay, call, self._now(), again=again)

    def _register(self, nameSpace: str, systemName: str, clsPath: str) -> Any:
        """``RegisterSystem``: import the class, make the system. One that is there already is given back."""
        known = self.systems.get((nameSpace, systemName))
        if known is not None:
            _log.warning("RegisterSystem: %s:%s is registered already", nameSpace, systemName)
            return known
        module, _, name = clsPath.rpartition(".")
        cls = getattr(self._importer.load(module), name)
        if not isinstance(cls, type) or not issubclass(cls, ServerSystem):
            message = f"RegisterSystem: {clsPath} is no subclass of serverApi.GetServerSystemCls()"
            raise TypeError(message)
        system = cls(nameSpace, systemName)
        self.systems[nameSpace, systemName] = system
        return system

    def _enums(self) -> ModuleType:
        """``GetMinecraftEnum``: the values are those of an installed mc-netease-sdk."""
        return self._importer.load("mod.common.minecraftEnum")

    def _identifier(self, entity: Any) -> str | None:
        return "minecraft:player" if entity in self.players else self._entities.get(entity)

    def _inventory(self, player: str) -> Inventory:
        return self._inventories.setdefault(player, Inventory())

    def _present(self, player: Any) -> str:
        who = player_id(player)
        if who not in self.players:
            message = f"player: {who} is not in the room; game.join({who}) first"
            raise CloudValueError(message)
        return who

    def _tell(self, players: list[str], text: str, color: str, sender: str | None) -> None:
        self.messages += [Message(player, text, color, sender) for player in players]

    def _send(self, system: ServerSystem, players: list[str], event: str, data: dict[str, Any]) -> None:
        origin = (system.namespace, system.systemName)
        self.sent += [ClientEvent(player, *origin, event, data) for player in players]

    # --- errors of the mod ---

    @contextmanager
    def _forbidden(self) -> Iterator[None]:
        self._nodes.forbid(True)
        try:
            yield
        finally:
            self._nodes.forbid(False)

    @contextmanager
    def _entry(self, *, quiet: bool = False) -> Iterator[None]:
        """Around every call into the host: what mods raised meanwhile is raised when the outermost one ends."""
        self._check_open()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            errors = self._errors
            if not self._depth:
                self._errors = []
        if self._depth or quiet or not errors:
            return
        if len(errors) == 1:
            raise errors[0]
        message = "the mod raised more than once"
        raise ExceptionGroup(message, errors)

    def _guard(self, what: str, call: Callable[[], Any]) -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - the engine goes on; the test gets it at the end
            self._failed(what, error)

    def _failed(self, what: str, error: Exception) -> None:
        _log.error("%s raised", what, exc_info=error)
        self._errors.append(error)

    def _check_open(self) -> None:
        if self._state != "open":
            message = f"{self!r}: use it inside its with block"
            raise CloudError(message)
