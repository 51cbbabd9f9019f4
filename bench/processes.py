"""Several processes on one file: they buy from the same players, or each reads while the other one commits."""

from __future__ import annotations

import multiprocessing
import random
import time
from typing import TYPE_CHECKING, Any

import cloudvars
from peers.ours import OursSession
from peers.sqlite import Sqlite, orjson_codec
from reads import is_row
from result import OURS, REFERENCE, Goal, Result
from timing import Slice, summary

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    from peers import Session
    from stores import Stores

HOT_ROWS = 100
BUYERS = 4
READS = 20  # between two looks at the clock
COMMITS_A_SECOND = 100
AS_BEFORE = "cloudvars, cache=0"


def buying(stores: Stores) -> None:
    """Buy from four processes on hot rows: nothing lost, nobody starved."""
    session = stores.ours()
    hot = [stores.users + row for row in range(HOT_ROWS)]
    for user in hot:
        with session.score.get_commit() as c:
            c.money_add(user_id=user, key="gold", value=10**9)
    before = sum(row["value"] for row in session.score.money_get(user_id=hot, key="gold").unwrap())
    with multiprocessing.get_context("spawn").Pool(BUYERS) as pool:
        task = (stores.folder / "ours.db", hot, max(stores.seconds * 5, 0.5))
        won = pool.starmap(buy, [task] * BUYERS)
    rows = session.score.money_get(user_id=hot, key="gold").unwrap()
    lost = sum(won) - (before - sum(row["value"] for row in rows))
    print(f"\n4 processes, money_cost on {HOT_ROWS} hot rows   (goal: 0 lost, slowest/fastest 0.7)")
    print(f"  {OURS:<22}{sum(won):>12,} in all   lost {lost}   slowest/fastest {min(won) / max(won):.2f}")
    assert lost == 0


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


class Partner:
    """One of two processes, from outside."""

    def __init__(self, stores: Stores, first_uuid: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.line, theirs = context.Pipe()
        given = (theirs, stores.folder, stores.online, first_uuid)
        self.process = context.Process(target=serve, args=given, daemon=True)
        self.process.start()
        theirs.close()

    def close(self) -> None:
        """Let it end."""
        self.line.send(None)
        self.process.join()
        self.line.close()


def serve(line: Connection, folder: Path, online: list[int], uuid: int) -> None:
    """Read hot rows, and commit every 10 ms: for as long as the line says, with the party that it names."""
    ours, before = cloudvars.open(folder / "ours.db"), cloudvars.open(folder / "ours.db", cache=0)
    sessions: dict[str, Session] = {
        OURS: OursSession(ours.room(limits=False)),
        AS_BEFORE: OursSession(before.room(limits=False)),
        REFERENCE: Sqlite(REFERENCE, folder, orjson_codec()).session(),
    }
    while (task := line.recv()) is not None:
        party, seconds = task
        session, latencies, commits = sessions[party], list[float](), 0
        begin = now = due = time.perf_counter()
        while now - begin < seconds:
            users = random.choices(online, k=READS)
            started = time.perf_counter()
            for user in users:
                row = session.get_one(user, "k3")
            now = time.perf_counter()
            latencies.append((now - started) / READS)
            assert is_row(row, user, "k3")
            if now >= due:
                uuid, commits, due = uuid + 1, commits + 1, due + 1 / COMMITS_A_SECOND
                value = {"name": "M16", "level": uuid, "item_id": 1}
                assert session.commit_four(random.choice(online), value, uuid, 1)
        line.send((latencies, commits))
    for session in sessions.values():
        session.close()
    ours.close()
    before.close()


def pair(stores: Stores) -> None:
    """Read in two processes, each of which sees what the other one commits a hundred times a second."""
    partners = [Partner(stores, number << 50) for number in (1, 2)]
    commits = dict.fromkeys((OURS, AS_BEFORE, REFERENCE), 0)
    before, seconds = counted(stores), 0.1 if stores.quick else 1.0

    def run(party: str) -> Slice:
        for partner in partners:
            partner.line.send((party, seconds))
        answers: list[Any] = [partner.line.recv() for partner in partners]
        commits[party] += sum(answer[1] for answer in answers)
        latencies = [one for answer in answers for one in answer[0]]
        return summary(latencies, sum(latencies) / len(partners))

    work = (
        f"two processes read hot rows, each commits {COMMITS_A_SECOND}/s; against ours without rows in memory"
    )
    runs = {party: lambda p=party: run(p) for party in commits}
    stores.report(Result("pair", work, Goal(0.9), AS_BEFORE), runs)  # type: ignore[arg-type]
    for partner in partners:
        partner.close()
    after = counted(stores)
    assert after[OURS] - before[OURS] == commits[OURS] + commits[AS_BEFORE]
    assert after[REFERENCE] - before[REFERENCE] == commits[REFERENCE]


def counted(stores: Stores) -> dict[str, int]:
    """Return how much the commits have counted so far."""
    return {
        party: sum(stores.sessions[party].get_one(user, "k2")["i_value"] for user in stores.online)
        for party in (OURS, REFERENCE)
    }


WORKLOADS = {"processes": buying, "pair": pair}
