"""``cloudvars.codes``: the error codes, each with what to do about it (O-2)."""

from enum import IntEnum

__all__ = ["codes"]


class codes(IntEnum):  # noqa: N801 - the name that users type
    """The error codes of a ``Reply``."""

    def __new__(cls, code: int, doc: str) -> "codes":
        """Make a member with its own docstring."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.__doc__ = doc
        return member

    OK = 0, "Success."
    DEADLOCK = 1213, "Two commits waited for each other. Nothing was written: commit again; keep the order of keys the same."
    LOCK_TIMEOUT = 1205, "Another process held the store too long. Nothing was written: commit again."
    THROTTLED = 7534, "Too much at once for the database. Nothing was written: wait, then commit again."
    TOO_LONG = 1405, "A key is longer than 180 characters, or one call moves more than 32 MiB: use several keys."
    NAME_TAKEN = 1062, "The name exists under this key: choose another."
    OUT_OF_RANGE = 1690, "A counter would leave int64: nothing was written."
    QUOTA = -429, "The room's quota of this minute is used up: wait for budget()['resets_in'] seconds."
    NOT_ENOUGH_MONEY = 10001, "The balance does not cover the cost: nothing was written."
    LIMIT_EXCEEDED = 10002, "The counter would go below 0 or above its limit: nothing was written."
    BAD_VALUE = 10003, "An argument was malformed: the message names the field, the value and what is accepted."
