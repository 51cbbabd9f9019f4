"""The component that ``CreateHttp(levelId)`` gives a mod: the lobby storage, and who is online.

>>> import cloudvars
>>> with cloudvars.open() as store:
...     http = HttpComponent(store.room("lobby-1"))
...     http.player_join("-42", uid=7)
...     http.LobbySetStorageAndUserItem(print, 7, None, lambda: [{"key": "money", "value": 5}])
{'code': 0, 'message': '正常返回', 'entity': {'data': [{'key': 'money', 'value': 5}]}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cloudvars import Room

__all__ = ["HttpComponent"]

GOOD_BUY = "lobbyGoodBuySucServerEvent"


class HttpComponent:
    """The lobby storage of a room under the mod SDK's names, with the room's online players. Clauses H-1 to H-7.

    ``on_event(name, args)`` is called when the engine would fire an event. Callbacks of requests follow the room's
    delivery (D-1).
    """

    def __init__(self, room: Room, on_event: Callable[[str, dict[str, Any]], object] | None = None) -> None:
        self._storage = room.storage
        self._on_event = on_event
        self._uids: dict[str, int] = {}

    # --- what a mod calls ---

    def GetPlayerUid(self, playerId: str) -> int | None:
        """Return the uid of an online player; None for anybody else. Clause H-1."""
        return self._uids.get(str(playerId))

    def LobbyGetStorage(
        self, callback: Callable[[dict[str, Any] | None], object], uid: int, keys: Sequence[str]
    ) -> None:
        """Fetch the values of ``keys`` of a user (0: everybody's). Clause H-2.

        The callback gets ``{"entity": {"data": [{"key", "value"}, ...]}}``, or None.
        """
        self._storage.LobbyGetStorage(callback, uid, keys)

    def LobbyGetStorageBySort(
        self,
        callback: Callable[[dict[str, Any] | None], object],
        key: str,
        ascend: bool,  # noqa: FBT001 - the mod SDK's signature
        offset: int,
        length: int,
    ) -> None:
        """Fetch places of a sorted key: at most 50, from ``offset`` (from 0) on. Clause H-3.

        The callback gets ``{"entity": {"data": [{"uid", "nickname", "value"}, ...]}}``, or None.
        """
        self._storage.LobbyGetStorageBySort(callback, key, ascend, offset, length)

    def LobbySetStorageAndUserItem(
        self,
        callback: Callable[[dict[str, Any] | None], object],
        uid: int,
        orderId: int | None = None,
        entitiesGetter: Callable[[], list[dict[str, Any]]] | None = None,
    ) -> None:
        """Store what ``entitiesGetter`` returns and ship an order: all of it or nothing. Clauses H-4 to H-7.

        The callback gets ``{"code", "message", "entity": {"data": [...]}}`` with the latest values, or None. Code 0:
        done; 2: another room set one of the keys, it is sent again after the callback; 5: the order was shipped before.
        """
        self._storage.LobbySetStorageAndUserItem(callback, uid, orderId, entitiesGetter)

    def QueryLobbyUserItem(self, callback: Callable[[dict[str, Any] | None], object], uid: int) -> None:
        """Fetch a user's orders that are not shipped, oldest first. Clause H-6.

        The callback gets ``{"entity": {"orders": [{"order_id", "timestamp", "cmd", "product_count"}, ...]}}``, or None.
        """
        self._storage.QueryLobbyUserItem(callback, uid)

    # --- what a test or a host calls ---

    def player_join(self, player_id: str, uid: int | None = None, nickname: str | None = None) -> None:
        """Bring a player online, and fire ``lobbyGoodBuySucServerEvent`` for the login. Clause H-1.

        ``uid``: the number of ``player_id`` unless given; ``nickname``: the player's name on the boards.
        Raises ``CloudValueError`` when there is no uid.
        """
        player = str(player_id)
        if uid is None:
            try:
                uid = int(player)
            except ValueError:
                message = f"uid: None, and player_id {player!r} is no int; an int within int64 is accepted"
                raise CloudValueError(message) from None
        if type(uid) is not int or not -(2**63) <= uid < 2**63:
            raise CloudValueError(f"uid: {uid!r}; an int within int64 is accepted")
        if nickname is not None:
            self._storage.set_nickname(uid, nickname)
        self._uids[player] = uid
        self._fire(player, bought=False)

    def player_leave(self, player_id: str) -> None:
        """Take a player offline; whoever is not online stays so. Clause H-1."""
        self._uids.pop(str(player_id), None)

    def place_order(self, player: str | int, cmd: str, product_count: int = 1) -> int:
        """Place an order, as a purchase does; returns its id. Clause H-6.

        ``player``: an online player's id, or a uid; ``cmd``: the product's command. If the player is online here,
        ``lobbyGoodBuySucServerEvent`` is fired.
        """
        uid = self._uids.get(str(player), player)
        order_id = self._storage.place_order(uid, cmd, product_count)
        for online, other in list(self._uids.items()):
            if str(other) == str(uid):
                self._fire(online, bought=True)
        return order_id

    def _fire(self, player_id: str, *, bought: bool) -> None:
        if self._on_event is not None:
            self._on_event(GOOD_BUY, {"eid": player_id, "buyItem": bought})
