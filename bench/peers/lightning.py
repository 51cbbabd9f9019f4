"""lmdb with orjson: durable (sync), one row a key."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import lmdb
import orjson

from . import DAY_MS, EXTRA, NODES, PROGRESS, USERS_KEYS, achievement_of, answer_of, value_of

if TYPE_CHECKING:
    from pathlib import Path


def _key(user: int, key: str) -> bytes:
    return user.to_bytes(8, "big") + key.encode()


class LightningSession:
    """The environment; it may be shared by threads."""

    def __init__(self, environment: Any) -> None:
        self.environment = environment

    def set_one(self, user: int, value: dict[str, Any]) -> None:
        with self.environment.begin(write=True) as change:
            row = orjson.loads(change.get(_key(user, "k1")))
            change.put(_key(user, "k1"), orjson.dumps({**row, "value": value}))

    def commit_four(self, user: int, value: dict[str, Any], uuid: int, cost: int) -> bool:
        with self.environment.begin(write=True) as change:
            balance = int(change.get(_key(user, "gold")))
            if balance < cost:
                change.abort()
                return False
            row = orjson.loads(change.get(_key(user, "k1")))
            change.put(_key(user, "k1"), orjson.dumps({**row, "value": value}))
            row = orjson.loads(change.get(_key(user, "k2")))
            change.put(_key(user, "k2"), orjson.dumps({**row, "i_value": row["i_value"] + 1}))
            change.put(_key(user, "gold"), str(balance - cost).encode())
            change.put(_key(user, f"bag {uuid}"), orjson.dumps(value))
        return True

    def item(self, user: int, uuid: int) -> dict[str, Any]:
        with self.environment.begin() as view:
            value: dict[str, Any] = orjson.loads(view.get(_key(user, f"bag {uuid}")))
            return value

    def get_one(self, user: int, key: str) -> dict[str, Any]:
        with self.environment.begin() as view:
            return {"user_id": user, "key": key, **orjson.loads(view.get(_key(user, key)))}

    def get_many(self, users: list[int]) -> list[dict[str, Any]]:
        with self.environment.begin() as view:
            return [
                {"user_id": user, "key": key, **orjson.loads(view.get(_key(user, key)))}
                for user in users
                for key in USERS_KEYS
            ]

    def money(self, user: int) -> dict[str, Any]:
        with self.environment.begin() as view:
            return {"user_id": user, "key": "gold", "value": int(view.get(_key(user, "gold")))}

    def limit(self, user: int) -> dict[str, Any]:
        with self.environment.begin() as view:
            value, limit, days, ends = orjson.loads(view.get(_key(user, "daily")))
        if ends <= time.time() * 1000:
            value = 0
        return {"user_id": user, "key": "daily", "value": value, "limit": limit, "refresh_day": days}

    def achievements(self, user: int) -> dict[str, Any]:
        with self.environment.begin() as view:
            nodes = orjson.loads(view.get(_key(user, "achievements")))
        return answer_of([achievement_of(node, *row) for node, row in nodes.items()])

    def close(self) -> None:
        """Do nothing: the peer closes the environment."""


class Lightning:
    """One environment."""

    name = "lmdb+orjson"

    def __init__(self, folder: Path) -> None:
        self.environment = lmdb.open(str(folder / "lmdb"), map_size=1 << 34, max_readers=512)

    def fill(self, users: int, online: list[int]) -> None:
        with self.environment.begin(write=True) as change:
            for user in range(users):
                for number, key in enumerate(USERS_KEYS):
                    row = {"i_value": number, "s_value": "s", "value": value_of(user, number)}
                    change.put(_key(user, key), orjson.dumps(row))
                change.put(_key(user, "gold"), b"1000000000")
            daily = orjson.dumps((3, 10, 30, int(time.time() * 1000) + 30 * DAY_MS))
            nodes = orjson.dumps(dict.fromkeys(NODES, (PROGRESS, EXTRA, 0, 1)))
            for user in online:
                change.put(_key(user, "daily"), daily)
                change.put(_key(user, "achievements"), nodes)

    def session(self) -> LightningSession:
        return LightningSession(self.environment)

    def close(self) -> None:
        self.environment.close()
