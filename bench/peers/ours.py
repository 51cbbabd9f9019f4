"""cloudvars itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import cloudvars

from . import EXTRA, NODES, PROGRESS, USERS_KEYS, value_of

if TYPE_CHECKING:
    from pathlib import Path


def _stored(answer: Any) -> None:
    assert answer["code"] == 0, answer


class OursSession:
    """A room; threads may share it, but each takes its own as the others do."""

    def __init__(self, room: cloudvars.Room) -> None:
        self.room = room
        self.score = room.score
        self.get: Any = room.score.get
        self.lobby = room.achievement

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

    def item(self, user: int, uuid: int) -> dict[str, Any]:
        del uuid
        value: Any = self.score.list_query(user_id=user, key="bag", limit=1).unwrap()[0]["value"]
        return dict(value)

    def get_one(self, user: int, key: str) -> dict[str, Any]:
        row: dict[str, Any] = self.get(user_id=user, key=key)[1][0]
        return row

    def get_many(self, users: list[int]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.get(user_id=users, key=USERS_KEYS)[1]
        return rows

    def money(self, user: int) -> dict[str, Any]:
        reply: Any = self.score.money_get(user_id=user, key="gold")
        row: dict[str, Any] = reply[1][0]
        return row

    def limit(self, user: int) -> dict[str, Any]:
        reply: Any = self.score.withlimit_query(user_id=user, key="daily")
        row: dict[str, Any] = reply[1]
        return row

    def achievements(self, user: int) -> dict[str, Any]:
        found: list[Any] = []
        self.lobby.LobbyGetAchievementStorage(found.append, user)
        answer: dict[str, Any] = found[0]
        return answer

    def close(self) -> None:
        self.room.close()


class Ours:
    """A store on a file, durable as it is by default, without quotas."""

    name = "cloudvars"

    def __init__(self, folder: Path) -> None:
        self.store = cloudvars.open(folder / "ours.db")

    def fill(self, users: int, online: list[int]) -> None:
        self.fill_store(self.store, users)
        for node, total in NODES.items():
            self.store.achievements.define(node, total=total)
        with self.store.room(limits=False) as room, ThreadPoolExecutor(64) as threads:
            for _ in threads.map(lambda user: self._play(room, user), online):
                """Commits that come together share a flush."""

    @staticmethod
    def _play(room: cloudvars.Room, user: int) -> None:
        """Give a player a counter, and progress."""
        with room.score.get_commit() as c:
            c.withlimit_add(user_id=user, key="daily", value=3, limit=10, refresh_day=30)
        for node in NODES:
            room.achievement.LobbySetAchievementStorage(_stored, user, node, PROGRESS, lambda: EXTRA)

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
