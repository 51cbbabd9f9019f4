"""What the parts of a host share: who is in the room, who listens, and what happens at an event (E-2, E-4)."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from .catalog import is_bare
from .events import ENGINE, Events
from .nodes import Nodes
from .players import Inventory
from .timers import CallLater, Timers

if TYPE_CHECKING:
    from cloudvars import Room

    from .failures import Failures
    from .fakes import Fakes
    from .importer import Importer
    from .unknown import Unknown

__all__ = ["ClientEvent", "Engine", "Message"]


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


class Engine:
    """The simulated engine of one host. The test sees it through the host, and the mod through the game's API."""

    importer: "Importer"
    """Set by the host: the API's modules, which it holds, are made for this engine."""

    def __init__(self, room: "Room", fakes: "Fakes", unknown: "Unknown", failures: "Failures") -> None:
        self.room = room
        self.fakes = fakes
        self.unknown = unknown
        self.failures = failures
        self.players: list[str] = []
        self.messages: list[Message] = []
        self.sent: list[ClientEvent] = []
        self.systems: dict[tuple[str, str], Any] = {}
        self.bound: list[tuple[str, Any]] = []
        """The entry classes of packs, by the names that they were bound with."""
        self.names: dict[str, str] = {}
        self.uids: dict[str, int] = {}
        """Of everybody who was ever here, because a mod uploads for players who left."""
        self.entities: dict[str, str] = {}
        self.inventories: dict[str, Inventory] = {}
        self.events = Events(failures.failed)
        self.timers = Timers(failures.failed)
        self.nodes = Nodes(self)

    def fire(self, event: str, data: dict[str, Any]) -> dict[str, Any]:
        """Fire an engine event, and do what the engine does at it."""
        self.events.call((*ENGINE, event), data, bare=not data and is_bare(event))
        if event == "MobDieEvent":
            self.failures.guard("default_kill", lambda: self.nodes.killed(data))
        elif event == "InventoryItemChangedServerEvent" and data.get("playerId") in self.players:
            inventory = self.inventory(data["playerId"])
            inventory.put(data.get("slot"), data.get("newItemDict"))
            self.failures.guard(
                "default_get", lambda: self.nodes.carries(data["playerId"], inventory.slots.values())
            )
        return data

    def uid(self, player: Any) -> Any:
        """Return the uid of a player's id; the id itself, if that player was never here."""
        return self.uids.get(str(player), player)

    def player(self, uid: int) -> str:
        """Return the id under which a user is here, or was last."""
        return next((who for who in reversed(self.uids) if self.uids[who] == uid), str(uid))

    def identifier(self, entity: Any) -> str | None:
        """Return the species of an entity or player; None for one that is not there."""
        return "minecraft:player" if entity in self.players else self.entities.get(entity)

    def inventory(self, player: str) -> Inventory:
        """Return what a player carries."""
        return self.inventories.setdefault(player, Inventory())

    def tell(self, players: list[str], text: str, color: str, sender: str | None) -> None:
        """Keep a chat message to players."""
        self.messages += [Message(player, text, color, sender) for player in players]

    def send(self, origin: tuple[str, str], players: list[str], event: str, data: dict[str, Any]) -> None:
        """Keep an event that a system, by namespace and name, sends to clients."""
        self.sent += [ClientEvent(player, *origin, event, data) for player in players]

    def now(self) -> datetime:
        """Return the time of the store's clock."""
        return self.room.store.clock.now()

    def add_timer(self, delay: float, call: Callable[[], Any], *, again: bool) -> CallLater:
        """Start a timer, ``delay`` seconds from now."""
        return self.timers.add(delay, call, self.now(), again=again)
