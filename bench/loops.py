"""asyncio: what 64 tasks of one event loop read and commit, beside a pool of threads over sqlite3."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from reads import is_row
from result import OURS, REFERENCE, Goal, Result
from timing import Slice, summary

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from peers import Peer, Session
    from stores import Stores

TASKS = 64
READS = 50  # of each task, between two looks at the clock
POOL_THREADS = 4


class Pool:
    """Threads with a connection each: what one writes to read with sqlite3 without blocking the loop."""

    def __init__(self, peer: Peer) -> None:
        self.peer, self.sessions = peer, list[Any]()
        self.local = threading.local()
        self.threads = ThreadPoolExecutor(POOL_THREADS, initializer=self._connect)

    def _connect(self) -> None:
        self.local.session = self.peer.session()
        self.sessions.append(self.local.session)

    def _read(self, user: int) -> dict[str, Any]:
        session: Session = self.local.session
        return session.get_one(user, "k3")

    async def get_one(self, user: int) -> dict[str, Any]:
        """Read on one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, self._read, user)

    def close(self) -> None:
        """End the threads."""
        self.threads.shutdown()
        for session in self.sessions:
            session.close()


async def crowd(task: Callable[[list[float]], Awaitable[object]], seconds: float) -> Slice:
    """Let 64 tasks run to their end, again and again for so long; each notes how long its calls take."""
    latencies: list[float] = []
    begin = now = time.perf_counter()
    while now - begin < seconds:
        await asyncio.gather(*(task(latencies) for _ in range(TASKS)))
        now = time.perf_counter()
    return summary(latencies, now - begin)


def tasks(stores: Stores) -> None:
    """Read rows of the players who are online."""
    get: Any = stores.ours().score.aio.get

    async def ours(user: int) -> dict[str, Any]:
        reply = await get(user_id=user, key="k3")
        row: dict[str, Any] = reply[1][0]
        return row

    pool = Pool(stores.peers[REFERENCE])

    def run(read: Callable[[int], Awaitable[dict[str, Any]]]) -> Callable[[], Slice]:
        async def task(latencies: list[float]) -> None:
            for user in random.choices(stores.online, k=READS):
                begin = time.perf_counter()
                await read(user)
                latencies.append(time.perf_counter() - begin)

        return lambda: asyncio.run(crowd(task, stores.seconds))

    async def check(read: Callable[[int], Awaitable[dict[str, Any]]]) -> None:
        rows = await asyncio.gather(*(read(user) for user in stores.online))
        assert all(is_row(row, user, "k3") for row, user in zip(rows, stores.online, strict=True))

    parties = {OURS: ours, REFERENCE: pool.get_one}
    for read in parties.values():
        asyncio.run(check(read))
    work = f"asyncio: {TASKS} tasks read hot rows, against a pool of {POOL_THREADS} threads"
    stores.report(Result("tasks", work, Goal(5)), {party: run(read) for party, read in parties.items()})
    pool.close()


def commits(stores: Stores, seconds: float) -> Slice:
    """Commit four operations from 64 tasks, with ours."""
    score = stores.ours().score

    async def task(latencies: list[float]) -> None:
        now, end = time.perf_counter(), time.perf_counter() + seconds
        while now < end:
            c = score.aio.get_commit()
            user, value = stores.user(), stores.value()
            c.set(user_id=user, key="k1", value=value)
            c.add(user_id=user, key="k2", i_value=1)
            c.money_cost(user_id=user, key="gold", value=1)
            c.list_add(user_id=user, key="bag", value=value)
            assert (await c.commit()).ok
            before, now = now, time.perf_counter()
            latencies.append(now - before)

    return asyncio.run(crowd(task, seconds))


WORKLOADS = {"tasks": tasks}
