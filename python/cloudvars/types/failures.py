"""The dicts of failures on purpose."""

from typing import Literal, TypedDict

__all__ = [
    "Injected",
]


class Injected(TypedDict):
    """One item of ``store.faults.trace``."""

    room: str
    """str: the name of the room that called."""
    op: str
    """str: the call, or the committer's verb."""
    user_id: int | None
    """int64: the user or player that the call names; None if it names none."""
    key: str | None
    """str: the key or node that the call names; None if it names none."""
    fault: Literal["fail", "applied, but fail", "delay", "duplicate", "conflict"]
    """str: what happened to the call."""
    code: int | None
    """int: the code that was answered, if one was."""
