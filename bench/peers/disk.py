"""diskcache, made durable: its own default is synchronous = NORMAL."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import diskcache

from . import DAY_MS, EXTRA, NODES, PROGRESS, USERS_KEYS, achievement_of, answer_of, value_of

if TYPE_CHECKING:
    from pathlib import Path


class DiskSession:
    """The cache; it keeps one connection a thread itself."""

    def __init__(self, cache: Any) -> None:
        self.cache = cache

    def set_one(self, user: int, value: dict[str, Any]) -> None:
        self.cache[(user, "k1")] = {**self.cache.get((user, "k1"), {}), "value": value}

    def commit_four(self, user: int, value: dict[str, Any], uuid: int, cost: int) -> bool:
        cache = self.cache
        with cache.transact():
            if cache[(user, "gold")] < cost:
                return False
            cache[(user, "k1")] = {**cache[(user, "k1")], "value": value}
            counted = cache[(user, "k2")]
            cache[(user, "k2")] = {**counted, "i_value": counted["i_value"] + 1}
            cache.decr((user, "gold"), cost)
            cache[(user, "bag", uuid)] = value
        return True

    def item(self, user: int, uuid: int) -> dict[str, Any]:
        value: dict[str, Any] = self.cache[(user, "bag", uuid)]
        return value

    def get_one(self, user: int, key: str) -> dict[str, Any]:
        return {"user_id": user, "key": key, **self.cache[(user, key)]}

    def get_many(self, users: list[int]) -> list[dict[str, Any]]:
        with self.cache.transact():
            return [
                {"user_id": user, "key": key, **self.cache[(user, key)]}
                for user in users
                for key in USERS_KEYS
            ]

    def money(self, user: int) -> dict[str, Any]:
        return {"user_id": user, "key": "gold", "value": self.cache[(user, "gold")]}

    def limit(self, user: int) -> dict[str, Any]:
        value, limit, days, ends = self.cache[(user, "daily")]
        if ends <= time.time() * 1000:
            value = 0
        return {"user_id": user, "key": "daily", "value": value, "limit": limit, "refresh_day": days}

    def achievements(self, user: int) -> dict[str, Any]:
        nodes = self.cache[(user, "achievements")]
        return answer_of([achievement_of(node, *row) for node, row in nodes.items()])

    def close(self) -> None:
        self.cache.close()


class Disk:
    """One cache without eviction."""

    name = "diskcache"

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "diskcache"
        self.cache = self._cache()

    def _cache(self) -> Any:
        return diskcache.Cache(
            str(self.folder),
            sqlite_synchronous=2,
            eviction_policy="none",
            cull_limit=0,
            size_limit=1 << 40,
            timeout=60,
        )

    def fill(self, users: int, online: list[int]) -> None:
        for start in range(0, users, 1000):
            with self.cache.transact():
                for user in range(start, min(start + 1000, users)):
                    for number, key in enumerate(USERS_KEYS):
                        row = {"i_value": number, "s_value": "s", "value": value_of(user, number)}
                        self.cache[(user, key)] = row
                    self.cache[(user, "gold")] = 10**9
        with self.cache.transact():
            for user in online:
                self.cache[(user, "daily")] = (3, 10, 30, int(time.time() * 1000) + 30 * DAY_MS)
                self.cache[(user, "achievements")] = dict.fromkeys(NODES, (PROGRESS, EXTRA, 0, 1))

    def session(self) -> DiskSession:
        return DiskSession(self._cache())

    def close(self) -> None:
        self.cache.close()
