"""Measure cloudvars beside its peers, in one run: ``python bench/run.py [--quick] [--rows N] [--only WORKLOAD]``.

Ratios are units per second of cloudvars over those of the peer, pair by pair of short interleaved slices; where rows
are looked at (``bench/tables.py``), they say what part of the peer's time and CPU ours takes. The reference is sqlite3
written by hand with orjson.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import itertools
import json
import multiprocessing
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent))

import cloudvars
import server
from peers import Peer, Session, available
from peers.ours import Ours, OursSession
from tables import WORKLOADS as ON_TABLES
from tables import Tables
from timing import Slice, alone, flushes, interleaved, median, ratio, threaded

if TYPE_CHECKING:
    from collections.abc import Callable

REFERENCE = "sqlite3+orjson"
OURS = "cloudvars"
THREADED = {OURS, REFERENCE, "apsw+orjson", "lmdb+orjson"}
MANY = 256
HOT_ROWS = 100

number = itertools.count(1 << 40)


class Bench:
    """The peers, each filled when they are first needed, and how long to measure."""

    def __init__(self, folder: Path, rows: int, table_rows: int, *, quick: bool) -> None:
        self.folder = folder
        self.users, self.table_rows = max(rows // 10, 200), table_rows
        self.rounds, self.seconds = (2, 0.1) if quick else (7, 0.4)
        self.makers, self.missing = available()
        self.server: server.Server | None = None

    @functools.cached_property
    def peers(self) -> dict[str, Peer]:
        """The filled peers."""
        found = {peer.name: peer for peer in (make(self.folder) for make in self.makers)}
        for peer in found.values():
            peer.fill(self.users)
        return found

    @functools.cached_property
    def sessions(self) -> dict[str, Session]:
        """A session of each peer."""
        return {name: peer.session() for name, peer in self.peers.items()}

    @functools.cached_property
    def tables(self) -> Tables:
        """The file whose rows are looked at."""
        return Tables(self.folder, self.table_rows, self.rounds, self.seconds)

    def user(self) -> int:
        """Return any user."""
        return random.randrange(self.users)

    def value(self) -> dict[str, Any]:
        """Return a value that was never stored: an identical one would need no flush."""
        return {"name": "M16", "level": next(number), "item_id": 1}

    def ours(self) -> OursSession:
        """Return our session."""
        session = self.sessions[OURS]
        assert isinstance(session, OursSession)
        return session

    def report(self, title: str, goal: str, runs: dict[str, Callable[[], Slice]]) -> None:
        """Measure, and print a line for each peer."""
        measured = interleaved(runs, self.rounds)
        print(f"\n{title}" + (f"   (goal against {REFERENCE}: {goal})" if goal else ""))
        for name, slices in measured.items():
            middle = median(slices)
            times = f"{middle.per_second:>12,.0f}/s   p50 {middle.p50_us:>11,.1f} us   p99 {middle.p99_us:>11,.1f} us"
            factor = "" if name == OURS else f"   ours is {ratio(measured[OURS], slices):.2f} x"
            print(f"  {name:<16}{times}{factor}")

    def each(self, title: str, goal: str, work: Callable[[Session], Callable[[], object]]) -> None:
        """Measure one thread on every peer."""
        runs = {name: self._alone(work(session)) for name, session in self.sessions.items()}
        self.report(title, goal, runs)

    def _alone(self, work: Callable[[], object]) -> Callable[[], Slice]:
        return lambda: alone(work, self.seconds)

    # --- workloads ---

    def set(self) -> None:
        """Set one value."""
        self.each("one durable set", "1.0", lambda s: lambda: s.set_one(self.user(), self.value()))
        flush = flushes(self.folder, self.seconds)
        print(
            f"  {'fdatasync':<16}{flush.per_second:>12,.0f}/s   p50 {flush.p50_us:>11,.1f} us   (goal: 0.8 x of it)"
        )

    def four(self) -> None:
        """Commit four operations."""
        self.each(
            "4-op durable commit",
            "1.25",
            lambda s: lambda: s.commit_four(self.user(), self.value(), next(number), 1),
        )

    def fail(self) -> None:
        """Fail the same on money."""
        self.each(
            "4-op commit that fails on money",
            "1.6",
            lambda s: lambda: s.commit_four(self.user(), self.value(), next(number), 1 << 40),
        )

    def get(self) -> None:
        """Read one row."""
        self.each("get one", "2", lambda s: lambda: s.get_one(self.user()))

    def batch(self) -> None:
        """Read 1000 rows."""
        users = range(self.users)
        self.each("get 100 users x 10 keys", "2.2", lambda s: lambda: s.get_many(random.sample(users, 100)))

    def threads(self) -> None:
        """Commit from many threads."""
        for threads, goal in ((1, ""), (8, "2.5"), (64, "10, p99 a tenth")):
            runs: dict[str, Callable[[], Slice]] = {}
            for name, peer in self.peers.items():
                if name in THREADED:
                    runs[name] = lambda peer=peer, threads=threads: threaded(  # type: ignore[misc]
                        lambda: self._four(peer.session()), threads, max(self.seconds, 0.3)
                    )
            if threads == 64:
                runs["asyncio tasks"] = self._tasks
            self.report(f"4-op durable commits, {threads} threads", goal, runs)

    def _four(self, session: Session) -> Callable[[], object]:
        return lambda: session.commit_four(self.user(), self.value(), next(number), 1)

    def _tasks(self) -> Slice:
        """Run 64 asyncio tasks on ours."""
        score = self.ours().room.score
        latencies: list[float] = []

        async def task(end: float) -> None:
            now = time.perf_counter()
            while now < end:
                c = score.aio.get_commit()
                user, value = self.user(), self.value()
                c.set(user_id=user, key="k1", value=value)
                c.add(user_id=user, key="k2", i_value=1)
                c.money_cost(user_id=user, key="gold", value=1)
                c.list_add(user_id=user, key="bag", value=value)
                assert (await c.commit()).ok
                before, now = now, time.perf_counter()
                latencies.append(now - before)

        async def all_tasks() -> float:
            begin = time.perf_counter()
            await asyncio.gather(*(task(begin + max(self.seconds, 0.3)) for _ in range(64)))
            return time.perf_counter() - begin

        seconds = asyncio.run(all_tasks())
        latencies.sort()
        middle, late = latencies[len(latencies) // 2], latencies[len(latencies) * 99 // 100]
        return Slice(len(latencies) / seconds, middle * 1e6, late * 1e6)

    def many(self) -> None:
        """Commit 256 at once, against one by one."""
        ours = self.ours()

        def together() -> None:
            commits = [ours.queued(self.user(), self.value(), 1) for _ in range(MANY)]
            assert all(reply[0] == 0 for reply in ours.score.commit_many(commits))

        runs = {OURS: lambda: alone(together, self.seconds, MANY)}
        runs[REFERENCE] = self._alone(self._four(self.sessions[REFERENCE]))
        self.report(f"commit_many of {MANY} 4-op commits, against one by one", "8", runs)

    def encode(self) -> None:
        """Encode a value of 1 MiB, without and with storing it."""
        big = {"items": [{"name": "M16", "level": level, "item_id": level * 7} for level in range(20_600)]}
        score = self.ours().room.score
        works: dict[str, Callable[[], object]] = {OURS: lambda: score.test_cloud_value(value=big)}
        works["stdlib json"] = lambda: json.dumps(big)
        orjson = sys.modules.get("orjson")
        if orjson is not None:
            works["orjson"] = lambda: orjson.dumps(big)
        runs = {name: self._alone(work) for name, work in works.items()}
        self.report(
            f"encode a value of {len(json.dumps(big)) >> 10} KiB (goal against stdlib json: 5)", "", runs
        )

    def processes(self) -> None:
        """Buy from four processes on hot rows: nothing lost, nobody starved."""
        session = self.ours()
        path = self.folder / "ours.db"
        hot = [self.users + row for row in range(HOT_ROWS)]
        for user in hot:
            with session.score.get_commit() as c:
                c.money_add(user_id=user, key="gold", value=10**9)
        with multiprocessing.get_context("spawn").Pool(4) as pool:
            won = pool.starmap(buy, [(path, hot, max(self.seconds * 5, 1.0))] * 4)
        rows = session.score.money_get(user_id=hot, key="gold").unwrap()
        lost = sum(won) - sum(10**9 - row["value"] for row in rows)
        print(f"\n4 processes, money_cost on {HOT_ROWS} hot rows   (goal: 0 lost, slowest/fastest 0.7)")
        print(f"  {OURS:<16}{sum(won):>12,} in all   lost {lost}   slowest/fastest {min(won) / max(won):.2f}")

    def growth(self) -> None:
        """Measure stores of 10^4 rows up to the rows asked for."""
        print("\ngrowth, p50 in us   (goal: 4-op at most 1.3 x, get at most 2 x)")
        sizes = [size for size in (10**4, 10**5, 10**6) if size <= self.users * 10]
        stores = {}
        for size in sizes:
            folder = self.folder / f"growth{size}"
            folder.mkdir()
            stores[size] = Ours(folder)
            stores[size].fill(size // 10)
        runs: dict[str, Callable[[], Slice]] = {}
        for size, store in stores.items():
            session, users = store.session(), size // 10
            runs[f"4-op {size:,}"] = self._alone(
                lambda s=session, n=users: s.commit_four(random.randrange(n), self.value(), 0, 1)  # type: ignore[misc]
            )
            runs[f"get {size:,}"] = self._alone(lambda s=session, n=users: s.get_one(random.randrange(n)))  # type: ignore[misc]
        for name, slices in interleaved(runs, self.rounds).items():
            print(f"  {name:<16}{median(slices).p50_us:>12,.1f}")
        for store in stores.values():
            store.close()

    def on_server(self) -> server.Server | None:
        """Start the server when it is first needed; None, with a line that says why, where that is not possible."""
        if self.server is None and (reason := server.missing()):
            print(f"\n{reason}")
        elif self.server is None:
            self.server = server.Server(self.users, self.rounds, max(self.seconds, 0.25))
        return self.server

    def server_four(self) -> None:
        """Commit four operations on MariaDB."""
        if found := self.on_server():
            found.four()

    def server_get(self) -> None:
        """Read one row from MariaDB."""
        if found := self.on_server():
            found.get()

    def close(self) -> None:
        """Close everything."""
        if self.server is not None:
            self.server.close()
        if "peers" in vars(self):  # some were needed
            for session in self.sessions.values():
                session.close()
            for peer in self.peers.values():
                peer.close()


def buy(path: Path, hot: list[int], seconds: float) -> int:
    """Buy in a process of its own; return how often it was acknowledged."""
    won = 0
    with cloudvars.open(path) as store:
        score = store.room(limits=False).score
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            c = score.get_commit()
            c.money_cost(user_id=random.choice(hot), key="gold", value=1)
            won += c.commit().ok
    return won


ON_FILES = ("set", "four", "fail", "get", "batch", "threads", "many", "encode", "processes", "growth")
WORKLOADS = (*ON_FILES, "server_four", "server_get", *ON_TABLES)


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke test: few rows, short slices")
    parser.add_argument(
        "--rows",
        type=int,
        default=None,
        help="rows to fill each peer and the table of money with (default 1000000)",
    )
    parser.add_argument(
        "--only", choices=WORKLOADS, action="append", help="this workload (may be given again)"
    )
    args = parser.parse_args()
    rows = args.rows or (10_000 if args.quick else 1_000_000)
    table_rows = args.rows or (100_000 if args.quick else 1_000_000)
    with tempfile.TemporaryDirectory(prefix="cloudvars-bench-") as name:
        bench = Bench(Path(name), rows, table_rows, quick=args.quick)
        print(f"cloudvars {cloudvars.__version__}, {rows:,} rows; durable on disk unless it says otherwise")
        for line in bench.missing:
            print(f"  {line}")
        for workload in args.only or WORKLOADS:
            getattr(bench.tables if workload in ON_TABLES else bench, workload)()
        bench.close()


if __name__ == "__main__":
    main()
