"""``/api/achievements``: how far players are with each node, and when they completed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .game import name_of
from .jsonable import row

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from cloudvars import Store

__all__ = ["answer"]

_STEPS = 10
"""The funnel has so many steps, each a tenth of the total."""
_DAYS_MAX = 400
_COUNTS = """
SELECT node_id, count(*) AS players, count(completed_at) AS completed
FROM achievement WHERE game = ? GROUP BY node_id"""
_FUNNEL = """
SELECT CASE WHEN progress >= total THEN 10 ELSE progress * 10 / total END AS step, count(*) AS players
FROM achievement WHERE game = ? AND node_id = ? AND total > 0 GROUP BY step"""
_COMPLETIONS = """
SELECT substr(completed_at, 1, 10) AS day, count(*) AS players
FROM achievement WHERE game = ? AND node_id = ? AND completed_at IS NOT NULL GROUP BY day ORDER BY day DESC LIMIT 400"""


def answer(store: Store, node_id: str, params: QueryParams) -> Any:
    """Return all nodes with counts; of one how many players reached each tenth of it, and completions by day."""
    game = name_of(store, params)
    if node_id:
        steps = {int(one["step"]): int(one["players"]) for one in store.sql(_FUNNEL, (game, node_id)).rows()}
        reached = [sum(count for at, count in steps.items() if at >= step) for step in range(_STEPS + 1)]
        days = list(store.sql(_COMPLETIONS, (game, node_id)).rows())[:_DAYS_MAX]
        return {"node_id": node_id, "reached": reached, "days": [row(one) for one in reversed(days)]}
    counts = {one["node_id"]: one for one in store.sql(_COUNTS, (game,)).rows()}
    nodes = {one["node_id"]: row(one) for one in store.tables["node"].rows()}
    for name in counts:  # a node that was defined and forgotten has rows of players only
        nodes.setdefault(name, {"node_id": name, "title": "", "total": None})
    for name, node in nodes.items():
        found = counts.get(name, {"players": 0, "completed": 0})
        node |= {"players": int(found["players"]), "completed": int(found["completed"])}
    return {"nodes": list(nodes.values())}
