"""Which game a request means: ``game=NAME``, else the store's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudvars.errors import CloudValueError

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from cloudvars import Store

__all__ = ["name_of", "seen_by"]


def seen_by(store: Store, params: QueryParams) -> Store:
    """Return the store as the request's game sees it."""
    name = params.get("game")
    if not name:
        return store
    if name not in (games := store.games):
        raise CloudValueError(f"game: {name!r} is not in the store; accepted are {', '.join(games)}")
    return store.game(name)


def name_of(store: Store, params: QueryParams) -> str:
    """Return the name of the request's game."""
    return params.get("game") or str(store._status()["game"])  # noqa: SLF001 - the bindings' other half
