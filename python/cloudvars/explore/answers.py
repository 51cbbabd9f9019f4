"""What a GET request to ``/api`` is answered: the noun of the address says by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import achievement, economy, player, statement, status, table
from .game import seen_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import QueryParams

    from cloudvars import Store

__all__ = ["answer"]

_NOUNS: dict[str, Callable[[Store, str, QueryParams], Any]] = {
    "info": status.answer,
    "tables": table.answer,
    "player": player.answer,
    "search": player.search,
    "sql": statement.answer,
    "achievements": achievement.answer,
    "economy": economy.answer,
}


def answer(store: Store, path: str, params: QueryParams) -> Any:
    """Return the answer for JSON. ``path``: what follows ``/api/``. Raises ``KeyError`` if nothing has that address."""
    noun, _, rest = path.partition("/")
    return _NOUNS[noun](seen_by(store, params), rest, params)
