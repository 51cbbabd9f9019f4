"""The world of a host: its events, players, entities, and what they carry (E-2, E-4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from cloudvars import Room
from cloudvars.errors import CloudValueError

from .events import ENGINE, Events
from .failures import Failures
from .fakes import Fakes
from .nodes import Nodes
from .players import Inventory, item_of, player_id, user_id
from .system import ServerSystem

__all__ = ["ClientEvent", "Message", "World"]

_FIRST_ENTITY = -4294967295
_GOODS = "lobbyGoodBuySucServerEvent"
"""A player joined (``buyItem`` False) or bought something (True)."""


class Message(NamedTuple):
    """A chat message that a player got."""

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


class World(Failures):
    """The part of a host in which things happen."""

    room: Room
    """The room that the mod plays in."""
    players: list[str]
    """Ids of who is in the room."""
    messages: list[Message]
    """The chat messages that players got (``CreateMsg``)."""
    sent: list[ClientEvent]
    """What systems sent to clients."""
    systems: dict[tuple[str, str], Any]
    """The registered systems, by namespace and name."""

    def __init__(self, room: Room, fakes: Fakes) -> None:
        super().__init__()
        self.room = room
        self._fakes = fakes
        self.players, self.messages, self.sent, self.systems = [], [], [], {}
        self._names: dict[str, str] = {}
        self._uids: dict[str, int] = {}
        """Of everybody who was ever here, because a mod uploads for players who left."""
        self._entities: dict[str, str] = {}
        self._inventories: dict[str, Inventory] = {}
        self._events = Events(self._failed)
        self._nodes = Nodes(self)

    def fire(self, event: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """Fire an engine event; returns the dict, as the listeners left it.

        All listeners get the same dict, the highest priority first, then in the order in which they registered.

        Raises what a listener raised, after the others ran (several: an ``ExceptionGroup``).
        Clause E-2.
        """
        data = {} if data is None else _checked(data)
        with self._entry():
            return self._fire(event, data)

    def from_client(
        self, player: int | str, namespace: str, system: str, *, event: str, data: dict[str, Any]
    ) -> dict[str, Any]:
        """Fire what a client's system sends with ``NotifyToServer``: the dict gets ``__id__``, the player's id."""
        _checked(data)
        with self._entry():
            data["__id__"] = self._present(player)
            self._events.call((namespace, system, event), data)
            return data

    def join(self, player: int | str, name: str | None = None, *, uid: int | None = None) -> str:
        """Let a player join: ``room.player_join``, then the join events. Returns its id.

        In this order: ``AddServerPlayerEvent``, the cloud load, ``ClientLoadAddonsFinishServerEvent``,
        ``PlayerJoinMessageEvent``, ``lobbyGoodBuySucServerEvent``.

        ``name``: also that on the boards of the lobby storage. ``uid``: whose data the cloud holds, in every room; the
        number of the player's id unless given.
        Clause E-4.
        """
        with self._entry():
            who = player_id(player)
            if who in self.players:
                message = f"player: {who} is in the room already"
                raise CloudValueError(message)
            uid = user_id(who, uid)
            other = next((one for one in self.players if self._uids[one] == uid), None)
            if other is not None:
                message = f"uid: {uid} is in the room already, as player {other}"
                raise CloudValueError(message)
            self._call_room(lambda: self.room.player_join(uid))
            if name is not None:
                self._call_room(lambda: self.room.storage.set_nickname(uid, name))
            self.players.append(who)
            self._uids.pop(who, None)  # so that the last one to join is last in the dict
            self._uids[who] = uid
            shown = self._names[who] = f"player{who}" if name is None else name
            transfer = {"isTransfer": False, "isReconnect": False, "isPeUser": True, "transferParam": ""}
            with self._forbidden():
                self._fire("AddServerPlayerEvent", {"id": who, **transfer, "uid": uid, "proxyId": 0})
            self._guard("the cloud load", lambda: self._nodes.load_cloud(uid))
            with self._forbidden():
                self._fire("ClientLoadAddonsFinishServerEvent", {"playerId": who})
            message = f"{shown} joined the game"
            self._fire(
                "PlayerJoinMessageEvent", {"id": who, "name": shown, "cancel": False, "message": message}
            )
            self._fire(_GOODS, {"eid": who, "buyItem": False})
            return who

    def place_order(self, player: int | str, cmd: str, product_count: int = 1) -> int:
        """Let a player who is here buy goods; returns the order's id. Fires ``lobbyGoodBuySucServerEvent``.

        The order waits until a set ships it.

        ``cmd``: the command of the product. For a player who is elsewhere: ``room.storage.place_order``.
        Clause H-6.
        """
        with self._entry():
            who = self._present(player)
            order = self.room.storage.place_order(self._uids[who], cmd, product_count)
            self._fire(_GOODS, {"eid": who, "buyItem": True})
            return order

    def leave(self, player: int | str) -> None:
        """Let a player leave: the leave events, then ``room.player_leave``.

        In this order: ``PlayerIntendLeaveServerEvent``, ``PlayerLeftMessageServerEvent``, ``DelServerPlayerEvent``.
        Clause E-4.
        """
        with self._entry():
            who = self._present(player)
            name = self._names[who]
            self._fire("PlayerIntendLeaveServerEvent", {"playerId": who})
            message = f"{name} left the game"
            left = {"id": who, "name": name, "cancel": False, "message": message}
            self._fire("PlayerLeftMessageServerEvent", left)
            self.players.remove(who)
            self._fire("DelServerPlayerEvent", {"id": who, "isTransfer": False, "uid": self._uids[who]})
            del self._names[who]
            self._inventories.pop(who, None)
            self.room.player_leave(self._uids[who])

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

    def kill(
        self, entity: str, attacker: int | str | None = None, cause: str = "entity_attack"
    ) -> dict[str, Any]:
        """Let an entity die: ``MobDieEvent``; returns its dict. ``attacker``: the id of a player or an entity."""
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
            self._guard(
                "default_get", lambda: self._nodes.carries(data["playerId"], inventory.slots.values())
            )
        return data

    @contextmanager
    def _forbidden(self) -> Iterator[None]:
        """Surround the two events in which ``GetNodeDetailInfo`` may not be called."""
        self._nodes.forbid(forbidden=True)
        try:
            yield
        finally:
            self._nodes.forbid(forbidden=False)

    def _uid(self, player: Any) -> Any:
        """Return the uid of a player's id; the id itself, if that player was never here."""
        return self._uids.get(str(player), player)

    def _player(self, uid: int) -> str:
        """Return the id under which a user is here, or was last."""
        return next((who for who in reversed(self._uids) if self._uids[who] == uid), str(uid))

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


def _checked(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        message = f"data: {data!r}; a dict, as the event's listeners get it, is accepted"
        raise CloudValueError(message)
    return data
