"""What a GET request to ``/api`` is answered: the noun of the address says by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import achievement, economy, player, statement, status, table
from .game import seen_by
from .unknown import UnknownAddressError

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
    """Return the answer for JSON. ``path``: what follows ``/api/``."""
    noun, _, rest = path.partition("/")
    if noun not in _NOUNS:
        raise UnknownAddressError(
            f"/api/{noun} is no address; there are {', '.join(f'/api/{one}' for one in _NOUNS)}"
        )
    return _NOUNS[noun](seen_by(store, params), rest, params)
