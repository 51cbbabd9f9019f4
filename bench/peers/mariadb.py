"""MariaDB through mysqlclient, the C driver that lets go of the interpreter: statement by statement, and one CALL.

This is the schema and the SQL that one writes by hand: a table a kind, a locked read before each write that needs one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import MySQLdb
import orjson

from . import USERS_KEYS, value_of

if TYPE_CHECKING:
    from crew import Address

TABLES = """
CREATE TABLE kv (user_id BIGINT, `key` VARCHAR(180), i_value BIGINT, s_value LONGTEXT, value LONGTEXT,
  PRIMARY KEY (user_id, `key`)) COLLATE utf8mb4_bin;
CREATE TABLE money (user_id BIGINT, `key` VARCHAR(180), value BIGINT NOT NULL,
  PRIMARY KEY (user_id, `key`)) COLLATE utf8mb4_bin;
CREATE TABLE list (uuid BIGINT PRIMARY KEY, user_id BIGINT, `key` VARCHAR(180), value LONGTEXT,
  created BIGINT, updated BIGINT, KEY (user_id, `key`)) COLLATE utf8mb4_bin
"""
FOUR = """
CREATE PROCEDURE four(p_user BIGINT, p_value LONGTEXT, p_uuid BIGINT, p_cost BIGINT)
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  INSERT INTO kv (user_id, `key`, value) VALUES (p_user, 'k1', p_value)
    ON DUPLICATE KEY UPDATE value = p_value;
  INSERT INTO kv (user_id, `key`, i_value) VALUES (p_user, 'k2', 1)
    ON DUPLICATE KEY UPDATE i_value = COALESCE(i_value, 0) + 1;
  UPDATE money SET value = value - p_cost WHERE user_id = p_user AND `key` = 'gold' AND value >= p_cost;
  IF ROW_COUNT() = 0 THEN
    ROLLBACK;
    SELECT 0;
  ELSE
    INSERT INTO list VALUES (p_uuid, p_user, 'bag', p_value, p_uuid, p_uuid);
    COMMIT;
    SELECT 1;
  END IF;
END
"""
TO_SET = "SELECT value FROM kv WHERE user_id = %s AND `key` = %s FOR UPDATE"
SET = "UPDATE kv SET value = %s WHERE user_id = %s AND `key` = %s"
SET_NEW = "INSERT INTO kv (value, user_id, `key`) VALUES (%s, %s, %s)"
TO_ADD = "SELECT i_value FROM kv WHERE user_id = %s AND `key` = %s FOR UPDATE"
ADD = "UPDATE kv SET i_value = %s WHERE user_id = %s AND `key` = %s"
ADD_NEW = "INSERT INTO kv (i_value, user_id, `key`) VALUES (%s, %s, %s)"
BALANCE = "SELECT value FROM money WHERE user_id = %s AND `key` = %s FOR UPDATE"
COST = "UPDATE money SET value = %s WHERE user_id = %s AND `key` = %s"
LIST_ADD = "INSERT INTO list (uuid, user_id, `key`, value, created, updated) VALUES (%s, %s, %s, %s, %s, %s)"
ROW = "SELECT user_id, `key`, i_value, s_value, value FROM kv WHERE user_id = %s AND `key` = %s"


class NaiveSession:
    """One connection; each operation reads what it changes, then changes it: nine round trips for four operations."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.cursor = connection.cursor()

    def _one(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        self.cursor.execute(sql, values)
        row: tuple[Any, ...] | None = self.cursor.fetchone()
        return row

    def commit_four(self, user: int, value: dict[str, Any], uuid: int, cost: int) -> bool:
        execute, text = self.cursor.execute, orjson.dumps(value)
        self.connection.begin()
        old = self._one(TO_SET, user, "k1")
        execute(SET_NEW if old is None else SET, (text, user, "k1"))
        old = self._one(TO_ADD, user, "k2")
        if old is None:
            execute(ADD_NEW, (1, user, "k2"))
        else:
            execute(ADD, ((old[0] or 0) + 1, user, "k2"))
        balance = self._one(BALANCE, user, "gold")
        if balance is None or balance[0] < cost:
            self.connection.rollback()
            return False
        execute(COST, (balance[0] - cost, user, "gold"))
        execute(LIST_ADD, (uuid, user, "bag", text, uuid, uuid))
        self.connection.commit()
        return True

    def get_one(self, user: int, key: str) -> dict[str, Any]:
        found = self._one(ROW, user, key)
        assert found is not None
        user_id, key, i_value, s_value, value = found
        return {
            "user_id": user_id,
            "key": key,
            "i_value": i_value,
            "s_value": s_value,
            "value": orjson.loads(value),
        }


class ProcedureSession(NaiveSession):
    """The same, but the server does the whole commit in one CALL: no client can need fewer round trips."""

    def commit_four(self, user: int, value: dict[str, Any], uuid: int, cost: int) -> bool:
        row = self._one("CALL four(%s, %s, %s, %s)", user, orjson.dumps(value), uuid, cost)
        while self.cursor.nextset():
            """The answer to the CALL itself comes after what it selected; both are there already."""
        return row == (1,)


def connect(address: Address, *, autocommit: bool) -> Any:
    """Return a connection."""
    return MySQLdb.connect(
        host="127.0.0.1",
        port=address.port,
        user=address.user,
        password=address.password,
        database=address.database,
        autocommit=autocommit,
    )


def fill(address: Address, users: int) -> None:
    """Make the tables and the rows."""
    connection = connect(address, autocommit=False)
    cursor = connection.cursor()
    for sql in (*TABLES.split(";"), FOUR):
        cursor.execute(sql)
    for start in range(0, users, 500):
        some = range(start, min(start + 500, users))
        rows = [
            (user, key, number, "s", orjson.dumps(value_of(user, number)))
            for user in some
            for number, key in enumerate(USERS_KEYS)
        ]
        cursor.executemany("INSERT INTO kv VALUES (%s, %s, %s, %s, %s)", rows)
        cursor.executemany("INSERT INTO money VALUES (%s, %s, %s)", [(user, "gold", 10**9) for user in some])
        connection.commit()
    connection.close()


def stored(address: Address, users: int) -> tuple[int, int, int]:
    """Return how many 4-op commits the tables hold, by what was counted, what was paid, and what was listed."""
    connection = connect(address, autocommit=True)
    cursor = connection.cursor()
    cursor.execute("SELECT (SELECT SUM(i_value) FROM kv WHERE `key` = 'k2'), (SELECT SUM(value) FROM money)")
    counted, left = cursor.fetchone()
    cursor.execute("SELECT COUNT(*) FROM list")
    (listed,) = cursor.fetchone()
    connection.close()
    return int(counted) - 2 * users, users * 10**9 - int(left), int(listed)
