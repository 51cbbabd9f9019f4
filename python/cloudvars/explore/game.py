"""Which game a request means: ``game=NAME``, else the store's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from cloudvars import Store

__all__ = ["name_of", "seen_by"]


def seen_by(store: Store, params: QueryParams) -> Store:
    """Return the store as the request's game sees it."""
    name = params.get("game")
    return store.game(name) if name else store


def name_of(store: Store, params: QueryParams) -> str:
    """Return the name of the request's game."""
    return params.get("game") or str(store._status()["game"])  # noqa: SLF001 - the bindings' other half
