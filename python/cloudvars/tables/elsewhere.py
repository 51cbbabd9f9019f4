"""Where the rows are that a table does not have: a game is easily forgotten, or misspelt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudvars.errors import CloudError

from .cells import short

if TYPE_CHECKING:
    from cloudvars import Table

__all__ = ["elsewhere"]


def elsewhere(table: Table) -> str | None:
    """Return a sentence about a table without rows, if another game has such rows."""
    try:
        rows = table.where(game=None).limit(1).rows()
    except CloudError:  # what a query answered has no games of its own
        return None
    if not rows or "game" not in rows[0]:
        return None
    return f"other games have such rows, for example {short(repr(rows[0]['game']))}: where(game=None)"
