"""The component that ``CreateHttp(levelId)`` gives a mod: the lobby storage, and the uids of who is online.

>>> import cloudvars
>>> from cloudvars import modsdk
>>> with cloudvars.open() as store, modsdk.host(store.room("lobby-1")) as game:
...     import mod.server.extraServerApi as serverApi
...
...     player = game.join("-42", uid=7)
...     http = serverApi.GetEngineCompFactory().CreateHttp(serverApi.GetLevelId())
...     uid = http.GetPlayerUid(player)
...     http.LobbySetStorageAndUserItem(print, uid, None, lambda: [{"key": "money", "value": 5}])
{'code': 0, 'message': '正常返回', 'entity': {'data': [{'key': 'money', 'value': 5}]}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .component import Component

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cloudvars.modsdk.engine import Engine
    from cloudvars.types import BoardAnswer, OrderAnswer, StorageAnswer, StorageEntry, StorageSetAnswer

__all__ = ["HttpToWebServerCompServer"]


class HttpToWebServerCompServer(Component):
    """The lobby storage of the host's room under the mod SDK's names.

    The callbacks run as those of ``room.storage``: inside the call in an inline room, at the tick in a tick room.

    Callbacks of requests follow the room's delivery (D-1).
    Clauses H-1 to H-7.
    """

    def __init__(self, engine: Engine, entity_id: Any) -> None:
        super().__init__(engine, entity_id)
        self._storage = engine.room.storage

    def GetPlayerUid(self, playerId: str) -> int | None:
        """Return the uid of an online player; None for anybody else. Clause H-1."""
        who = str(playerId)
        return self._engine.uid(who) if who in self._engine.players else None

    def LobbyGetStorage(
        self, callback: Callable[[StorageAnswer | None], object], uid: int, keys: Sequence[str]
    ) -> None:
        """Fetch the values of ``keys`` of a user (0: everybody's). Clause H-2.

        The callback gets ``{"entity": {"data": [{"key", "value"}, ...]}}``, or None.
        """
        self._storage.LobbyGetStorage(callback, uid, keys)

    def LobbyGetStorageBySort(
        self,
        callback: Callable[[BoardAnswer | None], object],
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
        callback: Callable[[StorageSetAnswer | None], object],
        uid: int,
        orderId: int | None = None,
        entitiesGetter: Callable[[], list[StorageEntry] | list[dict[str, Any]]] | None = None,
    ) -> None:
        """Store what ``entitiesGetter`` returns and ship an order: all of it or nothing. Clauses H-4 to H-7.

        The callback gets ``{"code", "message", "entity": {"data": [...]}}`` with the latest values, or None. Code 0:
        done; 2: another room set one of the keys, it is sent again after the callback; 5: the order was shipped before.
        """
        self._storage.LobbySetStorageAndUserItem(callback, uid, orderId, entitiesGetter)

    def QueryLobbyUserItem(self, callback: Callable[[OrderAnswer | None], object], uid: int) -> None:
        """Fetch a user's orders that are not shipped, oldest first. Clause H-6.

        The callback gets ``{"entity": {"orders": [{"order_id", "timestamp", "cmd", "product_count"}, ...]}}``, or None.
        """
        self._storage.QueryLobbyUserItem(callback, uid)
