"""The tables of a store, and all that one player has."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

from .html import player_html, tables_html
from .text import player_text

if TYPE_CHECKING:
    from cloudvars import Store, Table

__all__ = ["NAMES", "Player", "Tables"]

Rows: TypeAlias = list[dict[str, Any]]
"""Rows as ``Table.rows`` gives them."""

NAMES: Final = (
    "player",
    "general",
    "money",
    "list",
    "world_data",
    "world_list",
    "with_limit",
    "name",
    "message",
    "achievement",
    "node",
    "storage",
    "order",
)
"""The names of the tables, in the order in which ``store.tables`` has them."""


class Tables(Mapping[str, "Table"]):
    """The tables of a store by their names."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getitem__(self, name: str) -> Table:
        if name not in NAMES:
            near = difflib.get_close_matches(str(name), NAMES, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            raise KeyError(f"{name!r} is no table{meant}; there are {', '.join(NAMES)}")
        return self._store._table(name)  # noqa: SLF001 - one half of the bindings

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)

    def __contains__(self, name: object) -> bool:
        return name in NAMES

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tables) and self._store is other._store

    def __hash__(self) -> int:
        return hash(self._store)

    def __getattr__(self, name: str) -> NoReturn:
        hint = f": store.tables[{name!r}] is the table" if name in NAMES else ""
        raise AttributeError(f"'Tables' object has no attribute '{name}'{hint}", name=name, obj=self)

    def _ipython_key_completions_(self) -> list[str]:
        return list(NAMES)

    def __repr__(self) -> str:
        return f"<tables of {self._store!r}: {', '.join(NAMES)}>"

    def _repr_html_(self) -> str:
        return tables_html(self)


class Player:
    """All that one user has in a game, as it was at one moment: lists of rows as ``Table.rows`` gives them."""

    PARTS: Final = {
        "general": "general",
        "money": "money",
        "list": "list",
        "with_limit": "with_limit",
        "world_data": "world_data",
        "world_list": "world_list",
        "messages": "message",
        "achievements": "achievement",
        "storage": "storage",
        "orders": "order",
    }
    """The attributes, each with the table that its rows are of."""

    __slots__ = ("game", "user_id", *PARTS)

    user_id: int
    game: str
    general: Rows
    money: Rows
    list: Rows
    with_limit: Rows
    world_data: Rows
    world_list: Rows
    messages: Rows
    achievements: Rows
    storage: Rows
    orders: Rows

    def __init__(self, user_id: int, game: str, tables: Mapping[str, Rows]) -> None:
        self.user_id = user_id
        self.game = game
        for part, table in self.PARTS.items():
            setattr(self, part, tables[table])

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"user_id", "game", "general": [row, ...], "money": [...], ...}``."""
        parts = {part: getattr(self, part) for part in self.PARTS}
        return {"user_id": self.user_id, "game": self.game, **parts}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Player) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return player_text(self)

    def _repr_html_(self) -> str:
        return player_html(self)
