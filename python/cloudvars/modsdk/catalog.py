"""The engine's events by their names: what was probably meant, and which ones have no data (E-14)."""

import difflib
from functools import cache

from .facts import facts

__all__ = ["is_bare", "meant"]

_NEAR = 0.85
"""How alike two names are of which one is taken for a slip of the other; events of a mod's own are further away."""


@cache
def meant(event: str) -> str | None:
    """Return the event that was probably meant by a name that is none; None for an event, or if none is near."""
    known = facts("events_server")
    if event in known or event in facts("events_client"):
        return None
    near = difflib.get_close_matches(event, known, n=1, cutoff=_NEAR)
    return near[0] if near else None


def is_bare(event: str) -> bool:
    """Whether this is an event that has no data."""
    return facts("events_server").get(event) == {}
