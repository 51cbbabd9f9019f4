"""apsw with orjson: the same statements on the thinner binding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw

from .sqlite import PRAGMAS, SCHEMA, SqlSession, orjson_codec

if TYPE_CHECKING:
    from pathlib import Path


class Apsw:
    """One connection a thread."""

    name = "apsw+orjson"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "apsw.db"
        self.codec = orjson_codec()

    def fill(self, users: int, online: list[int]) -> None:
        session = self.session()
        session.execute(SCHEMA)
        session.fill(users, online)
        session.close()

    def session(self) -> SqlSession:
        connection = apsw.Connection(str(self.path))
        for pragma in PRAGMAS:
            list(connection.execute(pragma))
        return SqlSession(connection, self.codec)

    def close(self) -> None:
        """Nothing is open but sessions."""
