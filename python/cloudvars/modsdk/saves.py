"""The save of a room: what outlives the host of what a mod attaches to players and to the level (E-10)."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloudvars import Room

__all__ = ["Saves"]


class Saves:
    """Reads and writes the save of one room."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._saved: dict[tuple[int | None, str], dict[str, Any]] = {}

    def read(self, uid: int | None, what: str) -> dict[str, Any]:
        """Return what was attached to a player, by uid, or to the level (None)."""
        return dict(self._saved.get((uid, what), {}))

    def write(self, uid: int | None, what: str, value: dict[str, Any]) -> None:
        """Keep what is attached to a player or to the level."""
        self._saved[uid, what] = value
