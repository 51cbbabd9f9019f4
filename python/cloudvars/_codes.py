"""``cloudvars.codes``: the error codes, each with what to do about it (O-2)."""

from enum import IntEnum

# The codes 0, 2 and 5 in the dicts that callbacks get are in src/py/achievement.rs and src/py/entity.rs.

__all__ = ["codes"]


class codes(IntEnum):  # noqa: N801 - the name that users type
    """The error codes of a ``Reply`` and of a ``CloudError``; each has a docstring that says what to do.

    0, 1213, 1205, 7534 and 1405 are the lobby's; the others are this project's (O-2).
    """

    OK = 0
    DEADLOCK = 1213
    LOCK_TIMEOUT = 1205
    THROTTLED = 7534
    TOO_LONG = 1405
    NAME_TAKEN = 1062
    OUT_OF_RANGE = 1690
    QUOTA = -429
    NOT_ENOUGH_MONEY = 10001
    LIMIT_EXCEEDED = 10002
    BAD_VALUE = 10003
    OUTCOME_UNKNOWN = 10004


for _code, _advice in {
    codes.OK: "Done. There is nothing to do.",
    codes.DEADLOCK: "Two commits waited for each other. Nothing was written: commit again, keys in the same order.",
    codes.LOCK_TIMEOUT: "Another process held the store for 5 s. Nothing was written: commit again.",
    codes.THROTTLED: "The database had too much to do at once. Nothing was written: wait, then commit again.",
    codes.TOO_LONG: "A key has more than 180 characters, or one call moves more than 32 MiB: use several keys.",
    codes.NAME_TAKEN: "The name exists under this key. Nothing was written: choose another.",
    codes.OUT_OF_RANGE: "A counter would leave int64. Nothing was written: add less.",
    codes.QUOTA: "The room's quota of this minute is used up: wait for room.budget()['resets_in'] seconds.",
    codes.NOT_ENOUGH_MONEY: "The balance does not cover the cost. Nothing was written: tell the player.",
    codes.LIMIT_EXCEEDED: "The counter would leave 0 to its limit. Nothing was written: tell the player.",
    codes.BAD_VALUE: "An argument was malformed: the message names the field, the value and what is accepted.",
    codes.OUTCOME_UNKNOWN: "The server was lost while it committed: all was stored, or nothing. Read to find out.",
}.items():
    _code.__doc__ = _advice
del _code, _advice
