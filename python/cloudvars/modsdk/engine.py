"""What the parts of a host share: who is in the room, who listens, and what happens at an event (E-2, E-4)."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from .catalog import is_bare
from .coroutines import Coroutines
from .events import ENGINE, Events
from .nodes import Nodes
from .timers import CallLater, Timers
from .world.attributes import HEALTH
from .world.blocks import Blocks
from .world.changes import Changes
from .world.commands import Commands, Notice
from .world.entities import Entities, Entity
from .world.extra import Attached
from .world.inventory import Inventory
from .world.level import LEVEL_ID, Level
from .world.saves import Saves

if TYPE_CHECKING:
    from cloudvars import Room

    from .api.attached import Attached as ByName
    from .failures import Failures
    from .fakes import Fakes
    from .importer import Importer
    from .unknown.unknown import Unknown

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

    attached: "ByName"
    """Set by the API: the components that were made by name."""
    let_leave: Callable[[str], None]
    """Set by the world: lets a player leave, as the test does."""

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
        self.saves = Saves(room)
        self.entities = Entities(self.now, self._attached)
        self.level = Level(self.now, lambda what: self._attached(LEVEL_ID, what))
        self.blocks = Blocks()
        self.changes = Changes(self)
        self.commands = Commands()
        self.notices: list[Notice] = []
        self.events = Events(failures.failed)
        self.timers = Timers(failures.failed)
        self.coroutines = Coroutines(failures.failed)
        self.nodes = Nodes(self)

    def fire(self, event: str, data: dict[str, Any]) -> dict[str, Any]:
        """Fire an engine event, and do what the engine does at it."""
        if event == "InventoryItemChangedServerEvent" and data.get("playerId") in self.players:
            self.inventory(data["playerId"]).put(data.get("slot"), data.get("newItemDict"))
        died = self.entities.get(data.get("id")) if event == "MobDieEvent" else None
        if died is not None:
            died.dead = True
            died.attr.set_value(HEALTH, 0)
        self.events.call((*ENGINE, event), data, bare=not data and is_bare(event))
        if event == "MobDieEvent":
            self.failures.guard("default_kill", lambda: self.nodes.killed(data))
            if died is not None and died.is_player:
                self.events.call((*ENGINE, "PlayerDieEvent"), dict(data))
        elif event == "InventoryItemChangedServerEvent" and data.get("playerId") in self.players:
            items = list(self.inventory(data["playerId"]))
            self.failures.guard("default_get", lambda: self.nodes.carries(data["playerId"], items))
        return data

    def uid(self, player: Any) -> Any:
        """Return the uid of a player's id; the id itself, if that player was never here."""
        return self.uids.get(str(player), player)

    def player(self, uid: int) -> str:
        """Return the id under which a user is here, or was last."""
        return next((who for who in reversed(self.uids) if self.uids[who] == uid), str(uid))

    def entity(self, entity_id: Any) -> Entity | None:
        """Return an entity or player that is here; None for any other id."""
        return self.entities.get(entity_id)

    def dimension_of(self, entity_id: Any, given: int) -> int:
        """Return a dimension that a mod gives: -1 is the one that the component's entity is in."""
        entity = self.entity(entity_id)
        return given if given != -1 else 0 if entity is None else entity.dimension

    def identifier(self, entity: Any) -> str | None:
        """Return the species of an entity or player that is or was here; None for any other id."""
        known = self.entities.known(entity)
        return None if known is None else known.identifier

    def inventory(self, player: str) -> Inventory:
        """Return what a player carries, who is or was here. Raises ``KeyError``."""
        return self.entities[player].items

    def _attached(self, entity_id: str, what: str) -> Attached:
        """Return what the save has for the level or a player; other entities are not in the save."""
        uid = None if entity_id == LEVEL_ID else self.uids.get(entity_id)
        if entity_id != LEVEL_ID and uid is None:
            return Attached({}, lambda _: True)
        return Attached(self.saves.read(uid, what), lambda value: self.saves.write(uid, what, value))

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
