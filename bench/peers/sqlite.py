"""sqlite3 written by hand: WAL, FULL, WITHOUT ROWID, prepared statements (it keeps them), a connection a thread."""

from __future__ import annotations

import json
import sqlite3
import time
from typing import TYPE_CHECKING, Any

from . import DAY_MS, EXTRA, NODES, PROGRESS, USERS_KEYS, achievement_of, answer_of, value_of

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
CREATE TABLE counter (user_id INTEGER, key TEXT, value INTEGER, "limit" INTEGER, refresh_day INTEGER, ends INTEGER,
  PRIMARY KEY (user_id, key)) WITHOUT ROWID;
CREATE TABLE achievement (user_id INTEGER, node TEXT, progress INTEGER, extra TEXT, completed_at INTEGER,
  version INTEGER, PRIMARY KEY (user_id, node)) WITHOUT ROWID;
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

ITEM = "SELECT value FROM list WHERE user_id = ? AND key = ? AND uuid = ?"
MONEY = "SELECT user_id, key, value FROM money WHERE user_id = ? AND key = ?"
LIMIT = 'SELECT user_id, key, value, "limit", refresh_day, ends FROM counter WHERE user_id = ? AND key = ?'
ACHIEVEMENTS = "SELECT node, progress, extra, completed_at, version FROM achievement WHERE user_id = ?"


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

    def item(self, user: int, uuid: int) -> dict[str, Any]:
        value: dict[str, Any] = self.decode(self.execute(ITEM, (user, "bag", uuid)).fetchone()[0])
        return value

    def get_one(self, user: int, key: str) -> dict[str, Any]:
        user, key, i_value, s_value, value = self.execute(ROW, (user, key)).fetchone()
        return {
            "user_id": user,
            "key": key,
            "i_value": i_value,
            "s_value": s_value,
            "value": self.decode(value),
        }

    def get_many(self, users: list[int]) -> list[dict[str, Any]]:
        self.execute("BEGIN")
        execute, decode = self.execute, self.decode
        rows = [
            {"user_id": owner, "key": key, "i_value": i_value, "s_value": s_value, "value": decode(value)}
            for user in users
            for owner, key, i_value, s_value, value in execute(ROWS, (user, *USERS_KEYS))
        ]
        self.execute("COMMIT")
        return rows

    def money(self, user: int) -> dict[str, Any]:
        user, key, value = self.execute(MONEY, (user, "gold")).fetchone()
        return {"user_id": user, "key": key, "value": value}

    def limit(self, user: int) -> dict[str, Any]:
        owner, key, value, limit, days, ends = self.execute(LIMIT, (user, "daily")).fetchone()
        if ends <= time.time() * 1000:
            value = 0
        return {"user_id": owner, "key": key, "value": value, "limit": limit, "refresh_day": days}

    def achievements(self, user: int) -> dict[str, Any]:
        return answer_of([achievement_of(*row) for row in self.execute(ACHIEVEMENTS, (user,))])

    def fill(self, users: int, online: list[int]) -> None:
        """Make the rows in one transaction."""
        self.execute("BEGIN IMMEDIATE")
        for user in range(users):
            for number, key in enumerate(USERS_KEYS):
                row = (user, key, number, "s", self.encode(value_of(user, number)))
                self.execute("INSERT INTO kv VALUES (?, ?, ?, ?, ?)", row)
            self.execute("INSERT INTO money VALUES (?, ?, ?)", (user, "gold", 10**9))
        ends = int(time.time() * 1000) + 30 * DAY_MS
        for user in online:
            self.execute("INSERT INTO counter VALUES (?, ?, ?, ?, ?, ?)", (user, "daily", 3, 10, 30, ends))
            for node in NODES:
                one = (user, node, PROGRESS, EXTRA, 0, 1)
                self.execute("INSERT INTO achievement VALUES (?, ?, ?, ?, ?, ?)", one)
        self.execute("COMMIT")

    def close(self) -> None:
        self.connection.close()


class Sqlite:
    """The standard library's sqlite3."""

    def __init__(self, name: str, folder: Path, codec: Codec) -> None:
        self.name = name
        self.path = folder / f"{name}.db"
        self.codec = codec

    def fill(self, users: int, online: list[int]) -> None:
        session = self.session()
        session.connection.executescript(SCHEMA)
        session.fill(users, online)
        session.close()

    def session(self) -> SqlSession:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        for pragma in PRAGMAS:
            connection.execute(pragma).fetchall()
        return SqlSession(connection, self.codec)

    def close(self) -> None:
        """Nothing is open but sessions."""
