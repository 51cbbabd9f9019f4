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

    from .kept import Kept

__all__ = ["answer"]

_NOUNS: dict[str, Callable[[Store, str, QueryParams], Any]] = {
    "info": status.answer,
    "tables": table.answer,
    "player": player.answer,
    "names": player.names,
    "search": player.search,
    "sql": statement.answer,
    "achievements": achievement.answer,
    "economy": economy.answer,
}
_SUMS = {"info", "achievements", "economy"}
"""These look at whole tables."""


def answer(store: Store, path: str, params: QueryParams, kept: Kept | None = None) -> Any:
    """Return the answer for JSON. ``path``: what follows ``/api/``. ``kept``: where slow sums may come from."""
    noun, _, rest = path.partition("/")
    if noun not in _NOUNS:
        raise UnknownAddressError(
            f"/api/{noun} is no address; there are {', '.join(f'/api/{one}' for one in _NOUNS)}"
        )
    seen, run = seen_by(store, params), _NOUNS[noun]
    if noun in _SUMS and kept is not None:
        return kept.get(f"{path}?{params}", lambda: run(seen, rest, params))
    return run(seen, rest, params)
