"""Commits: of one thread and of many, durable each, or refused."""

from __future__ import annotations

import itertools
import json
import random
import sys
from typing import TYPE_CHECKING

from loops import commits
from result import OURS, REFERENCE, Goal, Result
from stores import line, number
from timing import alone, flushes, measured, ratios, summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from peers import Session
    from stores import Stores
    from timing import Slice

THREADED = (OURS, REFERENCE, "apsw+orjson", "lmdb+orjson")
MANY = 256
TOO_MUCH = 1 << 40
REFUSED = 20  # commits between two looks at the clock


def four(stores: Stores, session: Session) -> Callable[[], object]:
    """Return the 4-op commit of any user."""

    def work() -> None:
        assert session.commit_four(stores.user(), stores.value(), next(number), 1)

    return work


def stored(session: Session, user: int) -> tuple[object, ...]:
    """Return what a 4-op commit changes."""
    one, two = session.get_one(user, "k1"), session.get_one(user, "k2")
    return one["value"], two["i_value"], session.money(user)["value"]


def check(stores: Stores) -> None:
    """Every peer does the four operations, or none of them."""
    for name, session in stores.sessions.items():
        user, value, uuid = stores.user(), stores.value(), next(number)
        before = stored(session, user)
        assert not session.commit_four(user, value, uuid, TOO_MUCH), name
        assert stored(session, user) == before, name
        assert session.commit_four(user, value, uuid, 2), name
        _, count, gold = before
        assert stored(session, user) == (value, count + 1, gold - 2), name  # type: ignore[operator]
        assert session.item(user, uuid) == value, name
        value = stores.value()
        session.set_one(user, value)
        assert session.get_one(user, "k1")["value"] == value, name


def set_one(stores: Stores) -> None:
    """Set one value."""
    check(stores)

    def work(session: Session) -> Callable[[], object]:
        return lambda: session.set_one(stores.user(), stores.value())

    runs = {party: stores.alone(work(session)) for party, session in stores.sessions.items()}
    stores.report(Result("set", "one durable set", Goal(1)), runs)
    print(f"  {'fdatasync':<22}{line([flushes(stores.folder, stores.seconds)])}   (the disk's limit)")


def four_one(stores: Stores) -> None:
    """Commit four operations."""
    check(stores)
    runs = {party: stores.alone(four(stores, session)) for party, session in stores.sessions.items()}
    stores.report(Result("four", "4-op durable commit, one thread", Goal(1.3)), runs)


def fail(stores: Stores) -> None:
    """Fail the same on money."""
    check(stores)
    stores.each(
        Result("fail", "4-op commit that fails on money, hot", Goal(2.5)),
        lambda: [
            (user, stores.value(), next(number), TOO_MUCH)
            for user in random.choices(stores.online, k=REFUSED)
        ],
        lambda session: session.commit_four,
    )


def threads(stores: Stores) -> None:
    """Commit from many threads, each with a session of its own."""
    check(stores)
    for count, goal, late in ((8, Goal(3), None), (64, Goal(9), Goal(0.1, at_most=True))):
        seconds, rounds = (0.2, 1) if stores.quick else (0.4, stores.rounds) if count == 8 else (1.0, 5)
        crews = {
            name: [stores.peers[name].session() for _ in range(count)]
            for name in THREADED
            if name in stores.peers
        }
        runs: dict[str, Callable[[], Slice]] = {}
        for name, crew in crews.items():
            works = [four(stores, session) for session in crew]
            runs[name] = lambda works=works, seconds=seconds: summary(*measured(works, seconds))  # type: ignore[misc]
        if count == 64:
            runs["64 asyncio tasks"] = lambda seconds=seconds: commits(stores, seconds)  # type: ignore[misc]
        work = f"4-op durable commits, {count} threads"
        found = stores.report(Result(f"threads_{count}", work, goal), runs, rounds=rounds)
        p99 = {name: ratios(slices, found[REFERENCE], "p99_us") for name, slices in found.items()}
        result = Result(f"threads_{count}_p99", f"{work}, p99", late, ratios=p99)
        stores.run.add(result)
        print(f"  {result.title()}")
        for name in p99:
            print(f"    {name:<20}{result.spread(name)}")
        for session in itertools.chain(*crews.values()):
            session.close()


def many(stores: Stores) -> None:
    """Commit 256 at once, against one by one."""
    check(stores)
    ours = stores.ours()

    def together() -> None:
        queued = [ours.queued(stores.user(), stores.value(), 1) for _ in range(MANY)]
        assert all(reply[0] == 0 for reply in ours.score.commit_many(queued))

    runs = {OURS: lambda: alone(together, stores.seconds, MANY)}
    runs[REFERENCE] = stores.alone(four(stores, stores.sessions[REFERENCE]))
    stores.report(Result("many", f"commit_many of {MANY} 4-op commits, against one by one", Goal(8)), runs)


def encode(stores: Stores) -> None:
    """Encode a value of 1 MiB, without and with storing it."""
    big = {"items": [{"name": "M16", "level": level, "item_id": level * 7} for level in range(20_600)]}
    score = stores.ours().score
    works: dict[str, Callable[[], object]] = {OURS: lambda: score.test_cloud_value(value=big)}
    works["stdlib json"] = lambda: json.dumps(big)
    orjson = sys.modules["orjson"]
    works["orjson"] = lambda: orjson.dumps(big)
    runs = {name: stores.alone(work) for name, work in works.items()}
    work = f"encode a value of {len(json.dumps(big)) >> 10} KiB"
    stores.report(Result("encode", work, Goal(5), "stdlib json"), runs)


WORKLOADS = {
    "set": set_one,
    "four": four_one,
    "fail": fail,
    "threads": threads,
    "many": many,
    "encode": encode,
}
