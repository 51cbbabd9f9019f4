"""lmdb with orjson: durable (sync), one row a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import lmdb
import orjson

from . import USERS_KEYS, value_of

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

    def get_one(self, user: int) -> dict[str, Any]:
        with self.environment.begin() as view:
            return {"user_id": user, "key": "k3", **orjson.loads(view.get(_key(user, "k3")))}

    def get_many(self, users: list[int]) -> list[dict[str, Any]]:
        with self.environment.begin() as view:
            return [
                {"user_id": user, "key": key, **orjson.loads(view.get(_key(user, key)))}
                for user in users
                for key in USERS_KEYS
            ]

    def close(self) -> None:
        """Do nothing: the peer closes the environment."""


class Lightning:
    """One environment."""

    name = "lmdb+orjson"

    def __init__(self, folder: Path) -> None:
        self.environment = lmdb.open(str(folder / "lmdb"), map_size=1 << 34, max_readers=512)

    def fill(self, users: int) -> None:
        with self.environment.begin(write=True) as change:
            for user in range(users):
                for number, key in enumerate(USERS_KEYS):
                    row = {"i_value": number, "s_value": "s", "value": value_of(user, number)}
                    change.put(_key(user, key), orjson.dumps(row))
                change.put(_key(user, "gold"), b"1000000000")

    def session(self) -> LightningSession:
        return LightningSession(self.environment)

    def close(self) -> None:
        self.environment.close()
