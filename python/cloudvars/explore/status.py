"""``/api/info``: the store as a whole, and what this process does with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import cloudvars
from cloudvars.errors import CloudError

from .jsonable import cell

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from cloudvars import Store

__all__ = ["answer", "is_closed"]

_SERVER_BYTES = """
SELECT sum(data_length + index_length) AS bytes FROM information_schema.tables
WHERE table_schema = database()"""


def answer(store: Store, _rest: str, _params: QueryParams) -> Any:
    """Return the target without secrets, the version, games, rows of each table, bytes, and what this process does."""
    status = store._status()  # noqa: SLF001 - the bindings' other half
    return {
        "target": status["target"],
        "version": cloudvars.__version__,
        "games": list(store.games),
        "rows": store._counts(every=False),  # noqa: SLF001 - the bindings' other half
        "bytes": _bytes(store, status["target"]),
        "durability": status["durability"],
        "writers": status["writers"],
        "commits": status["commits"],
        "rooms": cell(status["rooms"]),
        "faults": status["faults"],
    }


def is_closed(store: Store) -> bool:
    """Whether the store was closed, here or by another object of it."""
    return bool(store._status()["closed"])  # noqa: SLF001 - the bindings' other half


def _bytes(store: Store, target: str) -> int | None:
    """How much the store takes on the disk; None: in memory, or the server does not tell."""
    if target == ":memory:":
        return None
    if "://" not in target:
        beside = [Path(target), Path(f"{target}-wal")]
        return sum(path.stat().st_size for path in beside if path.exists())
    try:
        rows = store.sql(_SERVER_BYTES).rows()
    except CloudError:
        return None
    return None if rows[0]["bytes"] is None else int(rows[0]["bytes"])
