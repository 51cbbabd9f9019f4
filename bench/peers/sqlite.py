"""sqlite3 written by hand: WAL, FULL, WITHOUT ROWID, prepared statements (it keeps them), a connection a thread."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

from . import USERS_KEYS, value_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Codec = tuple["Callable[[Any], str]", "Callable[[str], Any]"]

SCHEMA = """
CREATE TABLE kv (user_id INTEGER, key TEXT, i_value INTEGER, s_value TEXT, value TEXT,
  PRIMARY KEY (user_id, key)) WITHOUT ROWID;
CREATE TABLE money (user_id INTEGER, key TEXT, value INTEGER, PRIMARY KEY (user_id, key)) WITHOUT ROWID;
CREATE TABLE list (user_id INTEGER, key TEXT, uuid INTEGER, value TEXT, created INTEGER, updated INTEGER,
  PRIMARY KEY (user_id, key, uuid)) WITHOUT ROWID;
CREATE UNIQUE INDEX list_uuid ON list (uuid);
"""
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -65536",
    "PRAGMA mmap_size = 1073741824",
    "PRAGMA busy_timeout = 60000",
)
SET = "INSERT INTO kv (user_id, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
ADD = (
    "INSERT INTO kv (user_id, key, i_value) VALUES (?, ?, ?) "
    "ON CONFLICT DO UPDATE SET i_value = coalesce(i_value, 0) + excluded.i_value"
)
COST = "UPDATE money SET value = value - ?1 WHERE user_id = ?2 AND key = ?3 AND value >= ?1 RETURNING value"
LIST_ADD = "INSERT INTO list VALUES (?, ?, ?, ?, ?, ?)"
ROW = "SELECT user_id, key, i_value, s_value, value FROM kv WHERE user_id = ? AND key = ?"
ROWS = (
    "SELECT user_id, key, i_value, s_value, value FROM kv "
    f"WHERE user_id = ? AND key IN ({', '.join('?' * len(USERS_KEYS))})"
)


def json_codec() -> Codec:
    """Return the standard library's encoder and decoder."""
    return (lambda value: json.dumps(value, ensure_ascii=False), json.loads)


def orjson_codec() -> Codec:
    """Return orjson's."""
    import orjson

    return (lambda value: orjson.dumps(value).decode(), orjson.loads)


class SqlSession:
    """The statements, on anything that has ``execute``."""

    def __init__(self, connection: Any, codec: Codec) -> None:
        self.connection = connection
        self.execute = connection.execute
        self.encode, self.decode = codec

    def set_one(self, user: int, value: dict[str, Any]) -> None:
        self.execute(SET, (user, "k1", self.encode(value)))

    def commit_four(self, user: int, value: dict[str, Any], uuid: int, cost: int) -> bool:
        text = self.encode(value)
        self.execute("BEGIN IMMEDIATE")
        self.execute(SET, (user, "k1", text))
        self.execute(ADD, (user, "k2", 1))
        if not list(self.execute(COST, (cost, user, "gold"))):
            self.execute("ROLLBACK")
            return False
        self.execute(LIST_ADD, (user, "bag", uuid, self.encode(value), uuid, uuid))
        self.execute("COMMIT")
        return True

    def _row(self, row: tuple[Any, ...]) -> dict[str, Any]:
        user, key, i_value, s_value, value = row
        return {
            "user_id": user,
            "key": key,
            "i_value": i_value,
            "s_value": s_value,
            "value": self.decode(value),
        }

    def get_one(self, user: int) -> dict[str, Any]:
        return self._row(next(iter(self.execute(ROW, (user, "k3")))))

    def get_many(self, users: list[int]) -> list[dict[str, Any]]:
        self.execute("BEGIN")
        rows = [self._row(row) for user in users for row in self.execute(ROWS, (user, *USERS_KEYS))]
        self.execute("COMMIT")
        return rows

    def fill(self, users: int) -> None:
        """Make the rows in one transaction."""
        self.execute("BEGIN IMMEDIATE")
        for user in range(users):
            for number, key in enumerate(USERS_KEYS):
                row = (user, key, number, "s", self.encode(value_of(user, number)))
                self.execute("INSERT INTO kv VALUES (?, ?, ?, ?, ?)", row)
            self.execute("INSERT INTO money VALUES (?, ?, ?)", (user, "gold", 10**9))
        self.execute("COMMIT")

    def close(self) -> None:
        self.connection.close()


class Sqlite:
    """The standard library's sqlite3."""

    def __init__(self, name: str, folder: Path, codec: Codec) -> None:
        self.name = name
        self.path = folder / f"{name}.db"
        self.codec = codec

    def fill(self, users: int) -> None:
        session = self.session()
        session.connection.executescript(SCHEMA)
        session.fill(users)
        session.close()

    def session(self) -> SqlSession:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        for pragma in PRAGMAS:
            connection.execute(pragma).fetchall()
        return SqlSession(connection, self.codec)

    def close(self) -> None:
        """Nothing is open but sessions."""
