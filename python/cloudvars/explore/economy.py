"""``/api/economy``: how much of each currency there is, and who has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .game import name_of
from .jsonable import row

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from cloudvars import Store

__all__ = ["answer"]

_RICHEST = 10
_MOST = 200
"""So many currencies are shown."""
_BOUNDS = [
    0,
    1,
    *(digit * 10**power for power in range(1, 19) for digit in (1, 3) if digit * 10**power < 2**63),
]
"""Where the buckets of the distribution begin; the first has the debts."""
_BUCKETS = """
SELECT CASE {cases} ELSE {last} END AS bucket, count(*) AS holders
FROM money WHERE game = ? AND key = ? GROUP BY bucket"""


def answer(store: Store, key: str, params: QueryParams) -> Any:
    """Return the totals of all currencies; of one its distribution and the richest."""
    game = name_of(store, params)
    if not key:
        totals = store._currencies().sort("key").limit(_MOST)  # noqa: SLF001 - the bindings' other half
        return {"currencies": [row(one) for one in totals]}
    cases = " ".join(f"WHEN value < {bound} THEN {at}" for at, bound in enumerate(_BOUNDS))
    statement = _BUCKETS.format(cases=cases, last=len(_BOUNDS))
    holders = {int(one["bucket"]): int(one["holders"]) for one in store.sql(statement, (game, key)).rows()}
    first, last = (min(holders), max(holders)) if holders else (0, -1)
    richest = store.tables["money"].where(key=key).sort("-value").limit(_RICHEST).rows()
    return {
        "key": key,
        "buckets": [
            {
                "from": _BOUNDS[at - 1] if at else None,
                "below": _BOUNDS[at] if at < len(_BOUNDS) else None,
                "holders": holders.get(at, 0),
            }
            for at in range(first, last + 1)
        ],
        "richest": [row(one) for one in richest],
    }
