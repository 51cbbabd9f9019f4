"""The save of a room: what outlives the host of what a mod attaches to players and to the level (E-10)."""

import logging
from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudValueError

if TYPE_CHECKING:
    from cloudvars import Room

__all__ = ["Saves"]

_log = logging.getLogger("cloudvars")


class Saves:
    """Reads and writes the save of one room, which the store keeps by the room's name."""

    def __init__(self, room: "Room") -> None:
        self._achievement: Any = room.achievement
        self._parts: dict[int | None, dict[str, Any]] = {}

    def _of(self, uid: int | None) -> dict[str, Any]:
        if uid not in self._parts:
            self._parts[uid] = dict(self._achievement._read_save(uid) or {})
        return self._parts[uid]

    def read(self, uid: int | None, what: str) -> dict[str, Any]:
        """Return what was attached to a player, by uid, or to the level (None): in one of the ways to attach."""
        return dict(self._of(uid).get(what, {}))

    def write(self, uid: int | None, what: str, value: dict[str, Any]) -> bool:
        """Keep what is attached to a player or to the level. False: the cloud could not hold it; the log says why."""
        parts = {**self._of(uid), what: value}
        parts = {name: part for name, part in parts.items() if part}
        try:
            self._achievement._write_save(uid, parts)
        except CloudValueError as error:
            _log.error("the save: %s", error)
            return False
        self._parts[uid] = parts
        return True
