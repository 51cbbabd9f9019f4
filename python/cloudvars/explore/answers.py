"""What a GET request to ``/api`` is answered: the noun of the address says by whom."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.datastructures import QueryParams

from cloudvars.errors import CloudError

from . import achievement, economy, player, statement, status, table
from .game import seen_by
from .params import check
from .unknown import UnknownAddressError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudvars import Store

    from .kept import Kept

__all__ = ["answer", "ask_ahead", "noun_of"]


class Noun(NamedTuple):
    """What answers ``/api/NOUN``, and what its address may have."""

    answer: Callable[[Store, str, QueryParams], Any]
    takes: frozenset[str] = frozenset()
    """The parameters, beside ``game``."""
    repeated: tuple[str, ...] = ()
    has_rest: bool = True
    """Whether something may follow, as in ``/api/tables/money``."""


_FILE = frozenset({"format"})
_NOUNS = {
    "info": Noun(status.answer, has_rest=False),
    "tables": Noun(table.answer),
    "player": Noun(player.answer),
    "names": Noun(player.names),
    "search": Noun(player.search, frozenset({"q"}), has_rest=False),
    "sql": Noun(statement.answer, frozenset({"q", "limit", "timeout"}) | _FILE, has_rest=False),
    "achievements": Noun(achievement.answer),
    "economy": Noun(economy.answer),
}
_ROWS = Noun(
    table.answer,
    frozenset({"sort", "limit", "offset", "count", "fields", "since", "until"}) | _FILE,
    ("where.",),
)
"""``/api/tables/NAME``."""
_SUMS = {"info", "achievements", "economy"}
"""These look at whole tables."""


def noun_of(path: str, params: QueryParams) -> tuple[str, str]:
    """Return the noun of ``/api/`` + path and what follows it, when the address is one that is understood."""
    noun, _, rest = path.partition("/")
    if noun not in _NOUNS or (rest and not _NOUNS[noun].has_rest):
        known = ", ".join(f"/api/{one}" for one in _NOUNS)
        raise UnknownAddressError(f"/api/{path} is no address; there are {known}")
    takes = _ROWS if noun == "tables" and rest else _NOUNS[noun]
    check(params, {*takes.takes, "game"}, takes.repeated)
    return noun, rest


def answer(store: Store, path: str, params: QueryParams, kept: Kept | None = None) -> Any:
    """Return the answer for JSON. ``path``: what follows ``/api/``. ``kept``: where slow sums may come from."""
    noun, rest = noun_of(path, params)
    seen, run = seen_by(store, params), _NOUNS[noun].answer
    if noun in _SUMS and kept is not None:
        return kept.get(f"{path}?{params}", lambda: run(seen, rest, params))
    return run(seen, rest, params)


def ask_ahead(store: Store, kept: Kept) -> None:
    """Ask for the sums over whole tables, before somebody waits for them."""
    for noun in sorted(_SUMS):
        with contextlib.suppress(CloudError):  # told to whoever looks
            answer(store, noun, QueryParams(), kept)
