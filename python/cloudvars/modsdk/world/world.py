"""The world of a host: its events, players, entities, and what they carry (E-2, E-4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cloudvars import Room
from cloudvars.errors import CloudValueError
from cloudvars.modsdk.catalog import meant
from cloudvars.modsdk.cloud import Cloud
from cloudvars.modsdk.engine import ClientEvent, Engine, Message
from cloudvars.modsdk.failures import Failures
from cloudvars.modsdk.fakes import Fakes
from cloudvars.modsdk.unknown.recorded import Recorded
from cloudvars.modsdk.unknown.unknown import Unknown
from cloudvars.modsdk.warning import warn

from .inventory import INVENTORY
from .items import item_of
from .players import player_id, user_id
from .positions import Position, dimension_number, position, rotation
from .state import State

__all__ = ["World"]

_GOODS = "lobbyGoodBuySucServerEvent"
"""A player joined (``buyItem`` False) or bought something (True)."""


class World(State):
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
    recorded: Recorded
    """What the mod asked for that is not simulated, with ``unknown="record"``."""
    cloud: Cloud
    """What the cloud holds, by a player's id: ``game.cloud[7].storage``."""

    def __init__(self, room: Room, fakes: Fakes, unknown: Unknown) -> None:
        self.room = room
        self._failures = Failures(self)
        engine = self._engine = Engine(room, fakes, unknown, self._failures)
        engine.let_leave = self.leave
        self.players, self.messages, self.sent, self.systems = (
            engine.players,
            engine.messages,
            engine.sent,
            engine.systems,
        )
        self.recorded = unknown.recorded
        self.cloud = Cloud(engine)

    def fire(self, event: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """Fire an engine event; returns the dict, as the listeners left it.

        All listeners get the same dict, the highest priority first, then in the order in which they registered.

        Raises what a listener raised, after the others ran (several: an ``ExceptionGroup``). An event that the engine
        does not have warns (``ModWarning``) if its name is near to one that it has.
        Clauses E-2, E-14.
        """
        if not isinstance(event, str):
            message = f"event: {event!r}; the name of an event, a str, is accepted"
            raise CloudValueError(message)
        data = {} if data is None else _checked(data)
        near = meant(event)
        if near:
            warn(f"fire: the engine has no event {event!r}; did you mean {near!r}?")
        with self._failures.entry():
            return self._engine.fire(event, data)

    @property
    def unfired(self) -> list[str]:
        """The engine's events that the mod listens for and that did not happen yet: names, sorted. Clause E-14."""
        return sorted(event for event, fired in self._engine.events.listened().items() if not fired)

    def from_client(
        self, player: int | str, namespace: str, system: str, *, event: str, data: dict[str, Any]
    ) -> dict[str, Any]:
        """Fire what a client's system sends with ``NotifyToServer``: the dict gets ``__id__``, the player's id."""
        _checked(data)
        with self._failures.entry():
            data["__id__"] = self._present(player)
            self._engine.events.call((namespace, system, event), data)
            return data

    def join(self, player: int | str, name: str | None = None, *, uid: int | None = None) -> str:
        """Let a player join: ``room.player_join``, then the join events. Returns its id.

        In this order: ``AddServerPlayerEvent``, the cloud load, ``ClientLoadAddonsFinishServerEvent``,
        ``PlayerJoinMessageEvent``, ``lobbyGoodBuySucServerEvent``.

        ``name``: also that on the boards of the lobby storage. ``uid``: whose data the cloud holds, in every room; the
        number of the player's id unless given.
        Clause E-4.
        """
        with self._failures.entry():
            who = player_id(player)
            if who in self.players:
                message = f"player: {who} is in the room already"
                raise CloudValueError(message)
            uid = user_id(who, uid)
            other = next((one for one in self.players if self._engine.uids[one] == uid), None)
            if other is not None:
                message = f"uid: {uid} is in the room already, as player {other}"
                raise CloudValueError(message)
            self._failures.call_room(lambda: self.room.player_join(uid))
            if name is not None:
                self._failures.call_room(lambda: self.room.storage.set_nickname(uid, name))
            self.players.append(who)
            self._engine.uids.pop(who, None)  # so that the last one to join is last in the dict
            self._engine.uids[who] = uid
            shown = self._engine.names[who] = f"player{who}" if name is None else name
            self._engine.entities.add_player(who, shown, uid)
            transfer = {"isTransfer": False, "isReconnect": False, "isPeUser": True, "transferParam": ""}
            with self._forbidden():
                self._engine.fire("AddServerPlayerEvent", {"id": who, **transfer, "uid": uid, "proxyId": 0})
            self._failures.guard("the cloud load", lambda: self._engine.nodes.load_cloud(uid))
            with self._forbidden():
                self._engine.fire("ClientLoadAddonsFinishServerEvent", {"playerId": who})
            message = f"{shown} joined the game"
            self._engine.fire(
                "PlayerJoinMessageEvent", {"id": who, "name": shown, "cancel": False, "message": message}
            )
            self._engine.fire(_GOODS, {"eid": who, "buyItem": False})
            return who

    def place_order(self, player: int | str, cmd: str, product_count: int = 1) -> int:
        """Let a player who is here buy goods; returns the order's id. Fires ``lobbyGoodBuySucServerEvent``.

        The order waits until a set ships it.

        ``cmd``: the command of the product. For a player who is elsewhere: ``room.storage.place_order``.
        Clause H-6.
        """
        with self._failures.entry():
            who = self._present(player)
            order = self.room.storage.place_order(self._engine.uids[who], cmd, product_count)
            self._engine.fire(_GOODS, {"eid": who, "buyItem": True})
            return order

    def leave(self, player: int | str) -> None:
        """Let a player leave: the leave events, then ``room.player_leave``.

        In this order: ``PlayerIntendLeaveServerEvent``, ``PlayerLeftMessageServerEvent``, ``DelServerPlayerEvent``.
        Clause E-4.
        """
        with self._failures.entry():
            who = self._present(player)
            name = self._engine.names[who]
            self._engine.fire("PlayerIntendLeaveServerEvent", {"playerId": who})
            message = f"{name} left the game"
            left = {"id": who, "name": name, "cancel": False, "message": message}
            self._engine.fire("PlayerLeftMessageServerEvent", left)
            self.players.remove(who)
            self._engine.fire(
                "DelServerPlayerEvent", {"id": who, "isTransfer": False, "uid": self._engine.uids[who]}
            )
            del self._engine.names[who]
            self._engine.entities[who].here = False
            self.room.player_leave(self._engine.uids[who])

    def spawn(
        self,
        identifier: str,
        pos: Position = (0.0, 0.0, 0.0),
        *,
        rot: tuple[float, float] = (0.0, 0.0),
        dimension: int = 0,
    ) -> str:
        """Put an entity into the world, "minecraft:cow"; returns its id. Fires ``AddEntityServerEvent``.

        ``pos``: where its feet are; ``rot``: up and down, and around, in degrees.
        """
        with self._failures.entry():
            if not isinstance(identifier, str) or not identifier:
                message = f"identifier: {identifier!r}; a str such as 'minecraft:cow' is accepted"
                raise CloudValueError(message)
            place = position(pos), rotation(rot), dimension_number(dimension)  # before anybody is made
            entity = self._engine.entities.add(identifier)
            entity.pos, entity.rot, entity.dimension = place
            self._engine.changes.created(entity)
            return entity.id

    def kill(
        self, entity: str, attacker: int | str | None = None, cause: str = "entity_attack"
    ) -> dict[str, Any]:
        """Let an entity die: ``MobDieEvent``; returns its dict. ``attacker``: the id of a player or an entity.

        The dead are gone after the next tick; a player stays, and lives again with ``respawn``.
        """
        by = "-1" if attacker is None else str(attacker)
        return self.fire("MobDieEvent", {"id": str(entity), "attacker": by, "cause": cause, "customTag": ""})

    def respawn(self, player: int | str) -> None:
        """Let a dead player live again: ``PlayerRespawnEvent``, ``PlayerRespawnFinishServerEvent``."""
        with self._failures.entry():
            who = self._present(player)
            self._engine.fire("PlayerRespawnEvent", {"id": who})
            self._engine.entities[who].revive()
            self._engine.fire("PlayerRespawnFinishServerEvent", {"playerId": who})

    def give(self, player: int | str, item: str | dict[str, Any]) -> None:
        """Put an item into a player's inventory, its name or an item dict: ``InventoryItemChangedServerEvent``.

        Raises ``CloudValueError`` if there is no room for it.
        """
        with self._failures.entry():
            entity = self._engine.entities[self._present(player)]
            for slot, _, new in entity.items.placed(item_of(item)):
                self._engine.changes.item(entity, INVENTORY, slot, new)

    @contextmanager
    def _forbidden(self) -> Iterator[None]:
        """Surround the two events in which ``GetNodeDetailInfo`` may not be called."""
        self._engine.nodes.forbid(forbidden=True)
        try:
            yield
        finally:
            self._engine.nodes.forbid(forbidden=False)

    def _present(self, player: Any) -> str:
        who = player_id(player)
        if who not in self.players:
            message = f"player: {who} is not in the room; game.join({who}) first"
            raise CloudValueError(message)
        return who


def _checked(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        message = f"data: {data!r}; a dict, as the event's listeners get it, is accepted"
        raise CloudValueError(message)
    return data
