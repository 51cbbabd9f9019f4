"""SQLAlchemy Core on sqlite3: text statements, compiled once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, text

from . import USERS_KEYS, achievement_of, answer_of
from .sqlite import PRAGMAS, Sqlite, orjson_codec

if TYPE_CHECKING:
    from pathlib import Path

SET = text(
    "INSERT INTO kv (user_id, key, value) VALUES (:u, :k, :v) ON CONFLICT DO UPDATE SET value = excluded.value"
)
ADD = text(
    "INSERT INTO kv (user_id, key, i_value) VALUES (:u, :k, :n) "
    "ON CONFLICT DO UPDATE SET i_value = coalesce(i_value, 0) + excluded.i_value"
)
COST = text("UPDATE money SET value = value - :n WHERE user_id = :u AND key = :k AND value >= :n")
LIST_ADD = text("INSERT INTO list VALUES (:u, :k, :id, :v, :id, :id)")
ROW = text("SELECT user_id, key, i_value, s_value, value FROM kv WHERE user_id = :u AND key = :k")
ITEM = text("SELECT value FROM list WHERE user_id = :u AND key = :k AND uuid = :id")
MONEY = text("SELECT user_id, key, value FROM money WHERE user_id = :u AND key = :k")
LIMIT = text(
    'SELECT user_id, key, value, "limit", refresh_day, ends FROM counter WHERE user_id = :u AND key = :k'
)
ACHIEVEMENTS = text("SELECT node, progress, extra, completed_at, version FROM achievement WHERE user_id = :u")
ROWS = text(
    "SELECT user_id, key, i_value, s_value, value FROM kv WHERE user_id = :u AND key BETWEEN :a AND :z"
)


class AlchemySession:
    """One connection."""

    def __init__(self, engine: Any) -> None:
        self.connection = engine.connect()
        self.encode, self.decode = orjson_codec()

    def set_one(self, user: int, value: dict[str, Any]) -> None:
        with self.connection.begin():
            self.connection.execute(SET, {"u": user, "k": "k1", "v": self.encode(value)})

    def commit_four(self, user: int, value: dict[str, Any], uuid: int, cost: int) -> bool:
        execute, encoded = self.connection.execute, self.encode(value)
        with self.connection.begin() as transaction:
            execute(SET, {"u": user, "k": "k1", "v": encoded})
            execute(ADD, {"u": user, "k": "k2", "n": 1})
            if execute(COST, {"u": user, "k": "gold", "n": cost}).rowcount != 1:
                transaction.rollback()
                return False
            execute(LIST_ADD, {"u": user, "k": "bag", "id": uuid, "v": self.encode(value)})
        return True

    def _row(self, row: Any) -> dict[str, Any]:
        return {**row._asdict(), "value": self.decode(row.value)}

    def item(self, user: int, uuid: int) -> dict[str, Any]:
        with self.connection.begin():
            found = self.connection.execute(ITEM, {"u": user, "k": "bag", "id": uuid}).one()
        value: dict[str, Any] = self.decode(found.value)
        return value

    def get_one(self, user: int, key: str) -> dict[str, Any]:
        with self.connection.begin():
            return self._row(self.connection.execute(ROW, {"u": user, "k": key}).one())

    def get_many(self, users: list[int]) -> list[dict[str, Any]]:
        with self.connection.begin():
            bounds = {"a": USERS_KEYS[0], "z": USERS_KEYS[-1]}
            return [
                self._row(row)
                for user in users
                for row in self.connection.execute(ROWS, {"u": user, **bounds})
            ]

    def money(self, user: int) -> dict[str, Any]:
        with self.connection.begin():
            found: dict[str, Any] = self.connection.execute(MONEY, {"u": user, "k": "gold"}).one()._asdict()
            return found

    def limit(self, user: int) -> dict[str, Any]:
        with self.connection.begin():
            found: dict[str, Any] = self.connection.execute(LIMIT, {"u": user, "k": "daily"}).one()._asdict()
        if found.pop("ends") <= time.time() * 1000:
            found["value"] = 0
        return found

    def achievements(self, user: int) -> dict[str, Any]:
        with self.connection.begin():
            return answer_of(
                [achievement_of(*row) for row in self.connection.execute(ACHIEVEMENTS, {"u": user})]
            )

    def close(self) -> None:
        self.connection.close()


class Alchemy:
    """An engine whose transactions begin as writers."""

    name = "SQLAlchemy Core"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "sqlalchemy.db"
        self.engine = create_engine(f"sqlite:///{self.path}", connect_args={"isolation_level": None})
        event.listen(self.engine, "connect", self._connected)
        event.listen(self.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))

    @staticmethod
    def _connected(connection: Any, _record: Any) -> None:
        for pragma in PRAGMAS:
            connection.execute(pragma).fetchall()

    def fill(self, users: int, online: list[int]) -> None:
        filler = Sqlite("sqlalchemy", self.path.parent, orjson_codec())
        filler.fill(users, online)

    def session(self) -> AlchemySession:
        return AlchemySession(self.engine)

    def close(self) -> None:
        self.engine.dispose()
