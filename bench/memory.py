"""A process that reads more rows than are kept in memory: ``memory.py FILE fill|read MIB`` prints its growth in MiB."""

from __future__ import annotations

import gc
import random
import sys
from typing import TYPE_CHECKING, Any

import cloudvars
from reader import memory

if TYPE_CHECKING:
    from collections.abc import Iterator

LETTERS = (10, 50, 200, 1000, 4000)  # of a text, as often each
ROWS_A_MIB = 2000  # about three times what is kept
AT_ONCE = 100


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Return rows of all sizes."""
    random.seed(1)
    for user in range(count):
        letters = random.choice(LETTERS)
        yield {"user_id": user, "key": "k", "i_value": letters, "value": {"text": "x" * letters}}


def read(score: Any, users: range) -> None:
    """Read these users' rows, and see that they are whole."""
    for start in range(users.start, users.stop, AT_ONCE):
        some = list(range(start, min(start + AT_ONCE, users.stop)))
        found = score.get(user_id=some, key="k")[1]
        assert [row["user_id"] for row in found] == some
        assert all(len(row["value"]["text"]) == row["i_value"] for row in found)


def main(file: str, action: str, mib: int) -> None:
    """Fill the file for so many MiB, or read all of it with so many MiB of rows in memory."""
    if action == "fill":
        with cloudvars.open(file, durability="off") as store:
            score = store.room(limits=False).score
            assert not score.bulk("set", rows(mib * ROWS_A_MIB)).failed
            print(0)
        return
    with cloudvars.open(file, cache=mib << 20) as store:
        score = store.room(limits=False).score
        count = store.sql("SELECT count(*) AS rows FROM general").rows()[0]["rows"]
        read(score, range(AT_ONCE))
        gc.collect()
        before = memory("RssAnon")
        for _ in range(2):
            read(score, range(count))
        gc.collect()
        print(memory("RssAnon") - before)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
