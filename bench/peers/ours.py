"""cloudvars itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cloudvars

from . import USERS_KEYS, value_of

if TYPE_CHECKING:
    from pathlib import Path


class OursSession:
    """A room; threads may share it, but each takes its own as the others do."""

    def __init__(self, room: cloudvars.Room) -> None:
        self.room = room
        self.score = room.score

    def set_one(self, user: int, value: dict[str, Any]) -> None:
        c = self.score.get_commit()
        c.set(user_id=user, key="k1", value=value)
        assert c.commit().ok

    def queued(self, user: int, value: dict[str, Any], cost: int) -> cloudvars.Committer:
        """Return the 4-op commit, not yet committed."""
        c = self.score.get_commit()
        c.set(user_id=user, key="k1", value=value)
        c.add(user_id=user, key="k2", i_value=1)
        c.money_cost(user_id=user, key="gold", value=cost)
        c.list_add(user_id=user, key="bag", value=value)
        return c

    def commit_four(self, user: int, value: dict[str, Any], uuid: int, cost: int) -> bool:
        del uuid  # ours hands out its own
        return bool(self.queued(user, value, cost).commit()[0] == 0)

    def get_one(self, user: int) -> dict[str, Any]:
        reply: Any = self.score.get(user_id=user, key="k3")
        row: dict[str, Any] = reply[1][0]
        return row

    def get_many(self, users: list[int]) -> list[dict[str, Any]]:
        reply: Any = self.score.get(user_id=users, key=USERS_KEYS)
        rows: list[dict[str, Any]] = reply[1]
        return rows

    def close(self) -> None:
        self.room.close()


class Ours:
    """A store on a file, durable as it is by default, without quotas."""

    name = "cloudvars"

    def __init__(self, folder: Path) -> None:
        self.store = cloudvars.open(folder / "ours.db")

    def fill(self, users: int) -> None:
        self.fill_store(self.store, users)

    @staticmethod
    def fill_store(store: cloudvars.Store, users: int) -> None:
        """Make the rows of any store."""
        score = store.room(limits=False).score
        commits = []
        for user in range(users):
            c = score.get_commit()
            for number, key in enumerate(USERS_KEYS):
                c.set(user_id=user, key=key, i_value=number, s_value="s", value=value_of(user, number))
            c.money_add(user_id=user, key="gold", value=10**9)
            commits.append(c)
            if len(commits) == 500 or user == users - 1:
                assert all(reply.ok for reply in score.commit_many(commits))
                commits = []

    @staticmethod
    def stored(store: cloudvars.Store, users: int) -> tuple[int, int, int]:
        """Return how many 4-op commits a store holds, by what was counted, what was paid, and what was listed."""
        score = store.room(limits=False).score
        counted = paid = listed = 0
        for start in range(0, users, 1000):
            some = list(range(start, min(start + 1000, users)))
            counted += sum(row["i_value"] - 2 for row in score.get(user_id=some, key="k2").unwrap())
            paid += sum(10**9 - row["value"] for row in score.money_get(user_id=some, key="gold").unwrap())
            listed += sum(len(score.list_query(user_id=user, key="bag").unwrap()) for user in some)
        return counted, paid, listed

    def session(self) -> OursSession:
        return OursSession(self.store.room(limits=False))

    def close(self) -> None:
        self.store.close()
