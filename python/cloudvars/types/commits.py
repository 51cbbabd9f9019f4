"""The dicts of commits and quotas."""

from typing import TypedDict

__all__ = [
    "Budget",
    "CommitDetail",
    "Empty",
]


class Empty(TypedDict):
    """``{}``: the call succeeded, and has no data."""


class CommitDetail(TypedDict, total=False):
    """``Reply.data`` of a commit: ``{}`` after a success, these keys if an operation failed (None if none did)."""

    op: int
    """int: the index of the operation that failed, from 0 in call order."""
    name: str
    """str: its verb, such as ``"money_cost"``."""


class Budget(TypedDict):
    """What is left of a room's minute: ``room.budget()``."""

    reads: int
    """int: calls that read, of 300 a minute."""
    writes: int
    """int: commits and other calls that write, of 300 a minute."""
    bytes: int
    """int: bytes, of 48 MiB a minute."""
    resets_in: float
    """float: seconds until all of it is there again."""
