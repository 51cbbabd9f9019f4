"""The same work on one MariaDB server: ours, what one writes by hand, and a stored procedure, which is the limit."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cloudvars
from crew import Address, Crew, Task
from peers.ours import Ours
from timing import Slice, interleaved, median, ratio, summary

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

DELAY_MS = 1
PROCESSES = 4
USERS_MAX = 10_000
OPTIONS = ("--innodb-buffer-pool-size=1G", "--innodb-log-file-size=256M")
TICKS = os.sysconf("SC_CLK_TCK")
OURS, NAIVE, PROCEDURE = "cloudvars", "naive", "procedure"


@dataclass
class Load(Slice):
    """A slice, with the processor cores that each party kept busy."""

    clients: float
    server: float
    network: float


def cores_of(pid: int) -> float:
    """Return the seconds of CPU that another process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Delay:
    """The delaying proxy before a port."""

    def __init__(self, port: int, milliseconds: float) -> None:
        program = ROOT / "target" / "bench" / "delay"
        program.parent.mkdir(parents=True, exist_ok=True)
        source = Path(__file__).with_name("delay.rs")
        subprocess.run(
            ["rustc", "-O", "--edition", "2024", "-D", "warnings", source, "-o", program], check=True
        )
        self.process = subprocess.Popen(
            [program, str(port), str(int(milliseconds * 1000))], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def close(self) -> None:
        """End it."""
        self.process.communicate()


def missing() -> str | None:
    """Say why there is nothing to measure; None when there is."""
    try:
        import MySQLdb  # noqa: F401 - only whether it is there
    except ImportError as error:
        return f"MariaDB: mysqlclient is not installed ({error}); it needs libmariadb-dev and pkg-config"
    from servers import mariadb

    reason: str | None = mariadb.missing()
    return reason and f"MariaDB: {reason}"


class Server:
    """A durable MariaDB of our own, filled; a proxy before it; a crew of clients."""

    def __init__(self, users: int, rounds: int, seconds: float) -> None:
        from peers import mariadb as peer
        from servers.mariadb import MariaDB

        self.users, self.rounds, self.seconds = min(users, USERS_MAX), rounds, seconds
        self.mariadb: Any = MariaDB(*OPTIONS).start()
        self.delay = Delay(self.mariadb.port, DELAY_MS)
        self.crew = Crew(PROCESSES)
        self.acknowledged = dict.fromkeys((OURS, NAIVE, PROCEDURE), 0)
        for client in self.acknowledged:
            self.mariadb.execute(f"CREATE DATABASE {client}_db")
        for client in (NAIVE, PROCEDURE):
            peer.fill(self.address(client), self.users)
        store = cloudvars.open(self.address(OURS).url)
        Ours.fill_store(store, self.users)
        store.close()

    def address(self, client: str, *, delayed: bool = False) -> Address:
        """Return where a client has its rows."""
        port = self.delay.port if delayed else self.mariadb.port
        return Address(self.mariadb.user, self.mariadb.password, port, f"{client}_db")

    def slice(self, client: str, work: str, threads: int, processes: int, *, delayed: bool) -> Load:
        """Measure one short run."""
        task = Task(client, self.address(client, delayed=delayed), work, threads, self.seconds, self.users)
        pids = (self.mariadb.pid, self.delay.process.pid)
        before = [cores_of(pid) for pid in pids]
        latencies, seconds, used = self.crew.run(task, processes)
        server, network = (cores_of(pid) - begun for pid, begun in zip(pids, before, strict=True))
        if work == "four":
            self.acknowledged[client] += len(latencies)
        figures = vars(summary(latencies, seconds))
        return Load(**figures, clients=used / seconds, server=server / seconds, network=network / seconds)

    def compare(self, title: str, goal: str, work: str, threads: int, *, delayed: bool) -> None:
        """Measure all clients in turn, ours first, and print a line for each.

        The peers get several processes, so that no interpreter holds them up; ours commits from one, as it is used.
        """
        many = min(PROCESSES, max(1, threads // 8))
        if work == "four":
            clients = [(OURS, 1), (NAIVE, many), (PROCEDURE, many), *([(OURS, many)] if many > 1 else [])]
        else:
            clients = [(OURS, many), (NAIVE, many)]
        runs: dict[str, Callable[[], Slice]] = {}
        for client, processes in clients:
            name = client if processes == 1 else f"{client}, {processes} proc."
            runs[name] = lambda client=client, processes=processes: self.slice(  # type: ignore[misc]
                client, work, threads, processes, delayed=delayed
            )
        found = interleaved(runs, self.rounds)
        network = f", {DELAY_MS} ms of network" if delayed else ""
        print(f"\n{title}, {threads} threads{network}" + (f"   (goal: {goal})" if goal else ""))
        ours = next(iter(found.values()))
        for name, slices in found.items():
            middle = median(slices)
            times = f"{middle.per_second:>9,.0f}/s   p50 {middle.p50_us:>9,.1f} us   p99 {middle.p99_us:>9,.1f} us"
            print(f"  {name:<20}{times}   {cores(slices)}   ours is {ratio(ours, slices):.2f} x")

    def four(self) -> None:
        """Commit four operations."""
        goals = {(64, False): f"2 x {NAIVE}", (64, True): f"2 x {NAIVE}", (1, True): f"2.5 x {NAIVE}"}
        for delayed in (False, True):
            for threads in (1, 8, 64):
                goal = goals.get((threads, delayed), "")
                self.compare("4-op durable commit on MariaDB", goal, "four", threads, delayed=delayed)
        self.verify()

    def get(self) -> None:
        """Read one row."""
        for threads in (1, 64):
            self.compare("get one from MariaDB", "", "get", threads, delayed=False)

    def verify(self) -> None:
        """Equal work: each store holds every commit that was acknowledged, once, and nothing else."""
        from peers import mariadb as peer

        held = {client: peer.stored(self.address(client), self.users) for client in (NAIVE, PROCEDURE)}
        with cloudvars.open(self.address(OURS).url) as store:
            held[OURS] = Ours.stored(store, self.users)
        for client, counts in held.items():
            assert set(counts) == {self.acknowledged[client]}, (client, counts, self.acknowledged[client])
        said = ", ".join(f"{client} {count:,}" for client, count in self.acknowledged.items())
        print(f"\nacknowledged, and found in counters, money and lists, each once: {said}")

    def close(self) -> None:
        """End everything."""
        self.crew.close()
        self.delay.close()
        self.mariadb.close()


def cores(slices: list[Slice]) -> str:
    """Return who kept how many cores busy."""
    parties = {}
    for party in ("clients", "server", "network"):
        parties[party] = statistics.median(getattr(one, party) for one in slices)
    return "cores: " + ", ".join(f"{party} {busy:.1f}" for party, busy in parties.items() if busy >= 0.05)
