"""``/api/sql``: one statement that reads."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudValueError

from .jsonable import row
from .params import number

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from cloudvars import Store

__all__ = ["answer", "result"]

ROWS_MAX = 10_000
"""How many rows an answer has at most; an export has all."""
TIMEOUT_SECONDS = 30


def answer(store: Store, _rest: str, params: QueryParams) -> Any:
    """Return the columns and rows of ``q``; ``more`` says that ``limit`` (1,000 without it) cut it off."""
    limit = number(params, "limit", 1000, ROWS_MAX)
    found = result(store, params)
    rows = list(islice(iter(found), limit + 1))
    return {
        "columns": dict(found.columns),
        "rows": [row(one) for one in rows[:limit]],
        "more": len(rows) > limit,
    }


def result(store: Store, params: QueryParams) -> Any:
    """Run the statement of the parameters."""
    text = params.get("q", "").strip()
    if not text:
        raise CloudValueError(
            "q: a statement is missing, such as q=SELECT key, sum(value) FROM money GROUP BY key"
        )
    return store.sql(text, timeout=number(params, "timeout", TIMEOUT_SECONDS, TIMEOUT_SECONDS, least=1))
