"""The room in the lobby, and who is in it."""

from collections.abc import Callable
from typing import Any

from cloudvars.modsdk.world.extra import is_basic

from .component import Component

__all__ = ["LobbyGameCompServer"]

_ROOM = 1
"""The id of the one room that a host has."""


class LobbyGameCompServer(Component):
    """``CreateLobbyGame(levelId)``: the host's room, whose owner is who has been in it for longest. Clause E-11."""

    def _host(self) -> str | None:
        chosen = self._engine.level.settings.get("room_host")
        players = self._engine.players
        return chosen if chosen in players else next(iter(players), None)

    def GetHostPlayerUid(self) -> int | None:
        """Return the uid of the room's owner; None if nobody is in the room."""
        host = self._host()
        return None if host is None else int(self._engine.uid(host))

    def TransferRoomHost(self, playerId: str) -> bool:
        """Make a player who is here the owner of the room."""
        if str(playerId) not in self._engine.players:
            return False
        self._engine.level.settings["room_host"] = str(playerId)
        return True

    def TransferRoomHostByUid(self, playerUid: Any) -> bool:
        """Make a player who is here the owner of the room, by uid."""
        return self.TransferRoomHost(self._here(playerUid))

    def KickPlayer(self, playerId: str, message: str | None = None) -> bool:
        """Let a player leave the room: ``game.leave``, with its events. False: they are not here."""
        who = str(playerId)
        if who not in self._engine.players:
            return False
        self._engine.entities[who].settings["kicked"] = message or ""
        self._engine.let_leave(who)
        return True

    def KickPlayerByUid(self, uid: Any, message: str | None = None) -> bool:
        """Let a player leave the room, by uid."""
        return self.KickPlayer(self._here(uid), message)

    def SetRoomMeta(self, key: str, value: Any) -> bool:
        """Keep a value of basic types with the room, as long as the host lives."""
        if not isinstance(key, str) or not is_basic(value):
            return self._refused("SetRoomMeta", f"{key!r}: {value!r}; a str, and basic types are accepted")
        self._meta()[key] = value
        return True

    def GetRoomMeta(self, callback: Callable[[dict[str, Any] | None], Any], roomId: int) -> bool:
        """Call ``callback`` at the next tick with the values of a room; None for a room that is not here."""
        found = dict(self._meta()) if roomId == _ROOM else None
        self._engine.add_timer(0, lambda: callback(found), again=False)
        return True

    def GetPlayerRoomId(self, callback: Callable[[int | None], Any], uid: Any) -> bool:
        """Call ``callback`` at the next tick with the id of the room that a user is in; None for nobody here."""
        found = _ROOM if self._here(uid) in self._engine.players else None
        self._engine.add_timer(0, lambda: callback(found), again=False)
        return True

    def _meta(self) -> dict[str, Any]:
        meta: dict[str, Any] = self._engine.level.settings.setdefault("room_meta", {})
        return meta

    def _here(self, uid: Any) -> str:
        return next((who for who in self._engine.players if str(self._engine.uid(who)) == str(uid)), "")
