"""The peers: the same work on other stores, each written as well as it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

USERS_KEYS = [f"k{number}" for number in range(10)]
"""The keys of every user."""
NODES = {"cows": 10, "sheep": 20, "wheat": 64, "depth": 100, "gold": 500}
"""The achievements, each with its total."""
EXTRA = '{"lobby": 1}'
PROGRESS = 3
DAY_MS = 86_400_000


class Session(Protocol):
    """One thread's connection."""

    def set_one(self, user: int, value: dict[str, Any]) -> None:
        """Set one value, durably."""

    def commit_four(self, user: int, value: dict[str, Any], uuid: int, cost: int) -> bool:
        """Set a value, add to a counter, pay, add a list item: all or nothing. False if the money is short."""

    def item(self, user: int, uuid: int) -> dict[str, Any]:
        """Read the value of the list item that was added last; this is its uuid, where the session has a say in it."""

    def get_one(self, user: int, key: str) -> dict[str, Any]:
        """Read one row."""

    def get_many(self, users: list[int]) -> list[dict[str, Any]]:
        """Read all ten rows of each user."""

    def money(self, user: int) -> dict[str, Any]:
        """Read a balance."""

    def limit(self, user: int) -> dict[str, Any]:
        """Read a counter with a limit; after the end of its window it is 0."""

    def achievements(self, user: int) -> dict[str, Any]:
        """Read a player's progress of all nodes, as the lobby answers it."""

    def close(self) -> None:
        """Let go."""


class Peer(Protocol):
    """A store that is filled once, then used by any number of sessions."""

    name: str

    def fill(self, users: int, online: list[int]) -> None:
        """Make the rows: ten for each user, and a balance; for those online also a counter and achievements."""

    def session(self) -> Session:
        """Connect."""

    def close(self) -> None:
        """Let go, and remove nothing: the folder is temporary."""


def value_of(user: int, number: int) -> dict[str, Any]:
    """Return the value of a row: small, and different each time."""
    return {"name": "M16", "level": user, "item_id": number}


def limit_of(user: int) -> dict[str, Any]:
    """Return what is read of a counter."""
    return {"user_id": user, "key": "daily", "value": 3, "limit": 10, "refresh_day": 30}


def achievement_of(node: str, progress: int, extra: str, completed_at: int, version: int) -> dict[str, Any]:
    """Return what is read of one node."""
    return {
        "achievement_id": node,
        "completed_at": completed_at,
        "extra": extra,
        "max_progress": NODES[node],
        "progress": progress,
        "version": version,
    }


def answer_of(entity: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the lobby's answer."""
    return {"code": 0, "message": "正常返回", "details": "", "entity": entity}


Maker: TypeAlias = "Callable[[Path], Peer]"


def _ours() -> Maker:
    from .ours import Ours

    return Ours


def _sqlite_orjson() -> Maker:
    from .sqlite import Sqlite, orjson_codec

    codec = orjson_codec()
    return lambda folder: Sqlite("sqlite3+orjson", folder, codec)


def _sqlite_json() -> Maker:
    from .sqlite import Sqlite, json_codec

    return lambda folder: Sqlite("sqlite3+json", folder, json_codec())


def _apsw() -> Maker:
    from .apsw import Apsw

    return Apsw


def _sqlalchemy() -> Maker:
    from .alchemy import Alchemy

    return Alchemy


def _diskcache() -> Maker:
    from .disk import Disk

    return Disk


def _lmdb() -> Maker:
    from .lightning import Lightning

    return Lightning


def _redis() -> Maker:
    from .remote import Remote, server_program

    server_program()
    return Remote


MAKERS: dict[str, Callable[[], Maker]] = {
    "cloudvars": _ours,
    "sqlite3+orjson": _sqlite_orjson,
    "sqlite3+json": _sqlite_json,
    "apsw+orjson": _apsw,
    "SQLAlchemy Core": _sqlalchemy,
    "diskcache": _diskcache,
    "lmdb+orjson": _lmdb,
    "redis, appendfsync always": _redis,
}


def available() -> tuple[list[Maker], list[str]]:
    """Return what makes each peer that is installed, and a line for each that is not."""
    found: list[Maker] = []
    missing: list[str] = []
    for title, maker in MAKERS.items():
        try:
            found.append(maker())
        except (ImportError, FileNotFoundError) as error:
            missing.append(f"{title}: not installed ({error})")
    return found, missing
