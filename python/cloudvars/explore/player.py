"""``/api/player``: everything of one user. ``/api/search``: which users an id or a name means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudValueError

from .game import name_of
from .jsonable import cell, row

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from cloudvars import Store

__all__ = ["answer", "search"]

_FOUND_MAX = 20
_STARTS = """
SELECT key, name, value FROM name WHERE game = ? AND name >= ? AND name < ?
ORDER BY length(name), name LIMIT 20"""
_LAST = "\U0010ffff"
"""No name that starts with a text comes after the text with this behind it."""


def answer(store: Store, user_id: str, _params: QueryParams) -> Any:
    """Return the rows of a user by kind, and the names that hold its id."""
    user = _user(user_id)
    found = {
        kind: [row(one) if isinstance(one, Mapping) else cell(one) for one in rows]
        if isinstance(rows, list | tuple)
        else cell(rows)
        for kind, rows in store.player(user).to_dict().items()
    }
    found["user_id"] = user
    found["names"] = [
        {"key": one["key"], "name": one["name"]}
        for one in store.tables["name"].where(value=str(user)).limit(5).rows()
    ]
    return found


def search(store: Store, _rest: str, params: QueryParams) -> Any:
    """Return the users that a text means: the id that it is, and the names that start with it."""
    text = params.get("q", "").strip()
    found: list[dict[str, Any]] = []
    if is_id(text):
        found.append({"user_id": int(text), "name": None, "key": None})
    if text:
        names = store.sql(_STARTS, (name_of(store, params), text, text + _LAST))
        for one in names.rows()[:_FOUND_MAX]:
            holds = str(one["value"])
            user = int(holds) if is_id(holds) else None
            found.append({"user_id": user, "name": one["name"], "key": one["key"]})
    return {"found": found}


def is_id(text: str) -> bool:
    """Whether the text is an int64 as ids are written."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 20 and -(2**63) <= int(text) < 2**63  # noqa: PLR2004


def _user(text: str) -> int:
    if not is_id(text):
        raise CloudValueError(f"user_id: {text!r}; an int64 is accepted")
    return int(text)
