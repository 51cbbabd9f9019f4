"""The peers: the same work on other stores, each written as well as it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

USERS_KEYS = [f"k{number}" for number in range(10)]
"""The keys of every user."""


class Session(Protocol):
    """One thread's connection."""

    def set_one(self, user: int, value: dict[str, Any]) -> None:
        """Set one value, durably."""

    def commit_four(self, user: int, value: dict[str, Any], uuid: int, cost: int) -> bool:
        """Set a value, add to a counter, pay, add a list item: all or nothing. False if the money is short."""

    def get_one(self, user: int) -> dict[str, Any]:
        """Read one row."""

    def get_many(self, users: list[int]) -> list[dict[str, Any]]:
        """Read all ten rows of each user."""

    def close(self) -> None:
        """Let go."""


class Peer(Protocol):
    """A store that is filled once, then used by any number of sessions."""

    name: str

    def fill(self, users: int) -> None:
        """Make the rows: ten for each user, and a balance."""

    def session(self) -> Session:
        """Connect."""

    def close(self) -> None:
        """Let go, and remove nothing: the folder is temporary."""


def value_of(user: int, number: int) -> dict[str, Any]:
    """Return the value of a row: small, and different each time."""
    return {"name": "M16", "level": user, "item_id": number}


def available(folder: Path) -> tuple[list[Callable[[], Peer]], list[str]]:
    """Return what makes each peer that is installed, and a line for each that is not."""
    found: list[Callable[[], Peer]] = []
    missing: list[str] = []

    def add(title: str, make: Callable[[], Callable[[], Peer]]) -> None:
        try:
            found.append(make())
        except (ImportError, FileNotFoundError) as error:
            missing.append(f"{title}: not installed ({error})")

    def ours() -> Callable[[], Peer]:
        from .ours import Ours

        return lambda: Ours(folder)

    def orjson() -> Callable[[], Peer]:
        from .sqlite import Sqlite, orjson_codec

        codec = orjson_codec()
        return lambda: Sqlite("sqlite3+orjson", folder, codec)

    def json() -> Callable[[], Peer]:
        from .sqlite import Sqlite, json_codec

        return lambda: Sqlite("sqlite3+json", folder, json_codec())

    def apsw() -> Callable[[], Peer]:
        from .apsw import Apsw

        return lambda: Apsw(folder)

    def sqlalchemy() -> Callable[[], Peer]:
        from .alchemy import Alchemy

        return lambda: Alchemy(folder)

    def diskcache() -> Callable[[], Peer]:
        from .disk import Disk

        return lambda: Disk(folder)

    def lmdb() -> Callable[[], Peer]:
        from .lightning import Lightning

        return lambda: Lightning(folder)

    def redis() -> Callable[[], Peer]:
        from .remote import Remote, server_program

        server_program()
        return lambda: Remote(folder)

    add("cloudvars", ours)
    add("sqlite3+orjson", orjson)
    add("sqlite3+json", json)
    add("apsw+orjson", apsw)
    add("SQLAlchemy Core", sqlalchemy)
    add("diskcache", diskcache)
    add("lmdb+orjson", lmdb)
    add("redis, appendfsync always", redis)
    return found, missing
