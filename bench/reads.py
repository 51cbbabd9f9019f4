"""Reading on one thread: rows of the players who are online, or of all; one row, or a thousand."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from peers import EXTRA, NODES, PROGRESS, USERS_KEYS, achievement_of, answer_of, limit_of, value_of
from result import Goal, Result

if TYPE_CHECKING:
    from stores import Stores

CALLS = 100  # between two looks at the clock
BATCH_USERS = 100


def is_row(row: Any, user: int, key: str) -> bool:
    """Whether a row is what was filled in; the commits of other workloads change the value of k1, the number of k2."""
    number = int(key[1:])
    return (
        set(row) == {"user_id", "key", "i_value", "s_value", "value"}
        and (row["user_id"], row["key"], row["s_value"]) == (user, key, "s")
        and (row["i_value"] >= number if key == "k2" else row["i_value"] == number)
        and (row["value"]["name"] == "M16" if key == "k1" else row["value"] == value_of(user, number))
    )


def get_hot(stores: Stores) -> None:
    """Read one row of a player who is online."""
    for session in stores.sessions.values():
        assert all(is_row(session.get_one(user, "k3"), user, "k3") for user in stores.online)
    stores.each(
        Result("get_hot", f"get one of {len(stores.online):,} online players (hot)", Goal(3.7, stretch=4.5)),
        lambda: [(user, "k3") for user in random.choices(stores.online, k=CALLS)],
        lambda session: session.get_one,
    )


def get_cold(stores: Stores) -> None:
    """Read one row of all."""

    def draw() -> list[tuple[int, str]]:
        keys = random.choices(USERS_KEYS, k=CALLS)
        return [(stores.user(), key) for key in keys]

    for session in stores.sessions.values():
        assert all(is_row(session.get_one(user, key), user, key) for user, key in draw())
    work = f"get one of all {stores.users * len(USERS_KEYS):,}, uniformly (cold)"
    stores.each(Result("get_cold", work, Goal(1.4)), draw, lambda session: session.get_one)


def _online(stores: Stores) -> list[tuple[int]]:
    return [(user,) for user in random.choices(stores.online, k=CALLS)]


def money_get(stores: Stores) -> None:
    """Read a balance."""
    for session in stores.sessions.values():
        for user in stores.online:
            row = session.money(user)
            assert set(row) == {"user_id", "key", "value"}
            assert (row["user_id"], row["key"]) == (user, "gold")
            assert 0 < row["value"] <= 10**9
    stores.each(
        Result("money_get", "money_get, hot", Goal(4)), lambda: _online(stores), lambda session: session.money
    )


def withlimit_query(stores: Stores) -> None:
    """Read a counter with a limit."""
    for name, session in stores.sessions.items():
        for user in stores.online:
            assert session.limit(user) == limit_of(user), name
    stores.each(
        Result("withlimit_query", "withlimit_query, hot", Goal(4)),
        lambda: _online(stores),
        lambda session: session.limit,
    )


def achievements(stores: Stores) -> None:
    """Read a player's achievements, as the lobby answers them."""
    right = answer_of([achievement_of(node, PROGRESS, EXTRA, 0, 1) for node in sorted(NODES)])
    for name, session in stores.sessions.items():
        for user in stores.online:
            found = session.achievements(user)
            found["entity"].sort(key=lambda one: one["achievement_id"])
            assert found == right, (name, found)
    stores.each(
        Result("achievements", f"LobbyGetAchievementStorage, {len(NODES)} nodes, hot", Goal(4)),
        lambda: _online(stores),
        lambda session: session.achievements,
    )


def _batch(stores: Stores, name: str, kind: str, goal: Goal, users: Any) -> None:
    for session in stores.sessions.values():
        some = random.sample(users, BATCH_USERS)
        rows = session.get_many(some)
        wanted = [(user, key) for user in some for key in USERS_KEYS]
        assert len(rows) == len(wanted)
        assert all(is_row(row, user, key) for row, (user, key) in zip(rows, wanted, strict=True))
    work = f"get {BATCH_USERS} users x {len(USERS_KEYS)} keys, {kind}"
    stores.each(
        Result(name, work, goal),
        lambda: [(random.sample(users, BATCH_USERS),)],
        lambda session: session.get_many,
    )


def batch_hot(stores: Stores) -> None:
    """Read 1,000 rows of players who are online."""
    _batch(stores, "batch_hot", "hot", Goal(3.5), stores.online)


def batch_cold(stores: Stores) -> None:
    """Read 1,000 rows of all."""
    _batch(stores, "batch_cold", "cold", Goal(2.2), range(stores.users))


WORKLOADS = {
    work.__name__: work
    for work in (get_hot, get_cold, money_get, withlimit_query, achievements, batch_hot, batch_cold)
}
