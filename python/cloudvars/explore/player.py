"""``/api/player``: everything of one user. ``/api/names``, ``/api/search``: who has which name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudValueError
from cloudvars.tables.written import is_int64

from .game import name_of
from .jsonable import cell, row

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from cloudvars import Store

__all__ = ["answer", "names", "search"]

_FOUND_MAX = 20
_NAMES_MAX = 5
_SOME = 8
_LOOKED_AT = 200
_STARTS = """
SELECT key, name, value FROM name WHERE game = ? AND name >= ? AND name < ?
ORDER BY length(name), name LIMIT 20"""
_LAST = "\U0010ffff"
"""No name that starts with a text comes after the text with this behind it."""


def answer(store: Store, user_id: str, _params: QueryParams) -> Any:
    """Return the rows of a user by kind."""
    user = _user(user_id)
    found = {
        kind: [row(one) if isinstance(one, Mapping) else cell(one) for one in rows]
        if isinstance(rows, list | tuple)
        else cell(rows)
        for kind, rows in store.player(user).to_dict().items()
    }
    found["user_id"] = user
    return found


def names(store: Store, user_id: str, _params: QueryParams) -> Any:
    """Return the names that hold a user's id. It looks at all names, so it is apart from the rest."""
    rows = store.tables["name"].where(value=str(_user(user_id))).limit(_NAMES_MAX).rows()
    return {"names": [{"key": one["key"], "name": one["name"]} for one in rows]}


def search(store: Store, _rest: str, params: QueryParams) -> Any:
    """Return the users that a text means: the id that it is, and the names that start with it; without it, a few."""
    text = params.get("q", "").strip()
    found: list[dict[str, Any]] = []
    if not text:
        return {"found": [{"user_id": user, "name": None, "key": None} for user in _some(store)]}
    if is_int64(text):
        found.append({"user_id": int(text), "name": None, "key": None})
    for one in store.sql(_STARTS, (name_of(store, params), text, text + _LAST)).rows()[:_FOUND_MAX]:
        holds = str(one["value"])
        user = int(holds) if is_int64(holds) else None
        found.append({"user_id": user, "name": one["name"], "key": one["key"]})
    return {"found": found}


def _some(store: Store) -> list[int]:
    """Return a few users. The table of all users would count the rows of each."""
    users: dict[int, None] = {}
    for kind, column in (("general", "user_id"), ("money", "user_id"), ("achievement", "player_id")):
        for one in store.tables[kind].limit(_LOOKED_AT).rows():
            users[one[column]] = None
    return list(users)[:_SOME]


def _user(text: str) -> int:
    if not is_int64(text):
        raise CloudValueError(f"user_id: {text!r}; an int64 is accepted")
    return int(text)
