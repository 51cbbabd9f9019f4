"""``cloudvars watch``.

What changes in a store, a line for each row, from now on and until Ctrl-C. Deleted rows are not seen.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from . import output
from .parser import add_game, add_json, add_store
from .shown import cell, iso, json_line, one_line
from .stores import target_of, to_read
from .where import TABLES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

EXAMPLES = "cloudvars watch save.db\ncloudvars watch save.db --key gold --json"

PAUSE = 0.5
"""So many seconds lie between two looks, or more: at most a quarter of the time is spent on looking."""
SHARE = 3
IDENTITY = ("user_id", "object_id", "player_id", "order_id", "world_id", "node_id", "key", "name", "uuid")
"""The columns that tell the rows of a table apart, as far as it has them."""
KEYS = ("key", "node_id")
LAST = ("game", "created", "updated")
"""Columns that a line does not have, or has elsewhere."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_store(parser)
    parser.add_argument("--key", help="only rows with this key, or this node")
    add_game(parser)
    add_json(parser, "one object for each change, on a line of its own")


def run(given: argparse.Namespace) -> int:
    """Look again and again."""
    target = target_of(given.store)
    with to_read(given, of_one_game=True) as store:
        watched = [
            one
            for name in TABLES
            if name != "player"
            for one in _watched(store.tables[name], name, given.key)
        ]
        before = None
        while True:
            began = time.monotonic()
            now = _mark(target)
            if now is None or now != before:
                before = now
                changes = [change for one in watched for change in one.changes()]
                for when, name, row in sorted(changes, key=lambda change: change[0]):
                    output.print_lines([_line(when, name, row, as_json=given.json)])
            time.sleep(max(PAUSE, SHARE * (time.monotonic() - began)))


def _mark(target: str) -> object:
    """Return what is the same as long as nobody has committed to a file; None if that cannot be known."""
    try:
        found = [os.stat(path) for path in (target, f"{target}-wal") if os.path.exists(path)]  # noqa: PTH110, PTH116
    except OSError:
        return None
    return [(one.st_mtime_ns, one.st_size) for one in found] or None


def _watched(table: Any, name: str, key: str | None) -> Iterator[Watched]:
    column = next((column for column in KEYS if column in table.columns), None)
    if key is None:
        yield Watched(table, name)
    elif column:
        yield Watched(table.where(**{column: key}), name)


class Watched:
    """A table, and the changes of it that were seen."""

    def __init__(self, table: Any, name: str) -> None:
        self._table, self._name = table, name
        self._columns = [column for column in IDENTITY if column in table.columns]
        newest = [row["updated"] for row in table.sort("-updated").limit(1).rows()]
        self._since = newest[0] if newest else None
        self._seen: set[Any] = {self._identity(row) for row in self._new()} if newest else set()

    def _new(self) -> list[dict[str, Any]]:
        table = self._table if self._since is None else self._table.where(since=self._since)
        rows: list[dict[str, Any]] = table.sort("updated").rows()
        return [row for row in rows if row["updated"] is not None]

    def _identity(self, row: dict[str, Any]) -> Any:
        return (row["updated"], row.get("version"), *(row[column] for column in self._columns))

    def changes(self) -> Iterator[tuple[Any, str, dict[str, Any]]]:
        """Return what is new, with its time, in its order."""
        rows = self._new()
        if not rows:
            return
        new = [row for row in rows if self._identity(row) not in self._seen]
        self._since = rows[-1]["updated"]
        self._seen = {self._identity(row) for row in rows if row["updated"] == self._since}
        for row in new:
            yield row["updated"], self._name, row


def _line(when: Any, name: str, row: dict[str, Any], *, as_json: bool) -> str:
    if as_json:
        return json_line({"table": name, **row})
    said = [
        f"{column}={cell(value)}" for column, value in row.items() if column not in LAST and value is not None
    ]
    return one_line(f"{iso(when)} {name} {' '.join(said)}")
