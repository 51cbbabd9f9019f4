"""What grows with the number of rows: the time of a commit and a read, and of the newest item of a list."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import cloudvars
from peers.ours import Ours
from result import OURS, Goal, Result
from timing import drawn, interleaved, median

if TYPE_CHECKING:
    from collections.abc import Callable

    from stores import Stores
    from timing import Slice

FEW, MANY = 100, 100_000
CALLS = 50  # between two looks at the clock


def growth(stores: Stores) -> None:
    """Measure stores of 10^4 rows up to the rows asked for."""
    print("\ngrowth, p50 in us   (goal: 4-op at most 1.3 x, get at most 2 x)")
    sizes = [size for size in (10**4, 10**5, 10**6) if size <= stores.users * 10]
    filled = {}
    for size in sizes:
        folder = stores.folder / f"growth{size}"
        folder.mkdir()
        filled[size] = Ours(folder)
        filled[size].fill(size // 10, [])
    runs: dict[str, Callable[[], Slice]] = {}
    for size, store in filled.items():
        session, users = store.session(), size // 10
        runs[f"4-op {size:,}"] = stores.alone(
            lambda s=session, n=users: s.commit_four(random.randrange(n), stores.value(), 0, 1)  # type: ignore[misc]
        )
        runs[f"get {size:,}"] = lambda s=session, n=users: drawn(  # type: ignore[misc]
            lambda: [(random.randrange(n), "k3") for _ in range(CALLS)], s.get_one, stores.seconds
        )
    for name, slices in interleaved(runs, stores.rounds).items():
        print(f"  {name:<22}{median(slices).p50_us:>12,.1f}")
    for store in filled.values():
        store.close()


def list_limit(stores: Stores) -> None:
    """Read the newest item of a long list, and of a short one."""
    many = MANY // 10 if stores.quick else MANY
    with cloudvars.open(stores.folder / "lists.db", durability="off") as store:
        score: Any = store.room(limits=False).score
        for user, items in ((1, FEW), (2, many)):
            rows = ({"user_id": user, "key": "bag", "value": {"level": level}} for level in range(items))
            assert not score.bulk("list_add", rows).failed
            newest = score.list_query(user_id=user, key="bag", limit=1).unwrap()
            assert [row["value"] for row in newest] == [{"level": items - 1}]

        def read(user: int) -> Callable[[], Slice]:
            def call(user: int) -> None:
                score.list_query(user_id=user, key="bag", limit=1)

            return lambda: drawn(lambda: [(user,)] * 3, call, stores.seconds)

        base = f"{OURS}, {FEW} items"
        work = f"list_query(limit=1) of {many:,} items, its time against {FEW} items"
        runs = {OURS: read(2), base: read(1)}
        stores.report(Result("list_limit", work, Goal(2, at_most=True), base), runs, figure="p50_us")


WORKLOADS = {"growth": growth, "list_limit": list_limit}
