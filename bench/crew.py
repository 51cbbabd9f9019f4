"""Clients of a server in processes of their own, so that no client waits for another one's interpreter."""

from __future__ import annotations

import itertools
import multiprocessing
import random
import resource
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import cloudvars
from timing import measured

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection


@dataclass(frozen=True)
class Address:
    """A database of the server, straight or through the delaying proxy."""

    user: str
    password: str
    port: int
    database: str

    @property
    def url(self) -> str:
        """What ``cloudvars.open`` takes."""
        return f"mysql://{self.user}:{self.password}@127.0.0.1:{self.port}/{self.database}"


@dataclass(frozen=True)
class Task:
    """What the crew does for a while."""

    client: str
    address: Address
    work: str
    threads: int
    seconds: float
    users: int


class Session(Protocol):
    """What a thread uses."""

    def commit_four(self, user: int, value: dict[str, Any], uuid: int, cost: int) -> bool: ...
    def get_one(self, user: int, key: str) -> dict[str, Any]: ...


class Worker:
    """One process of the crew; it keeps its connections from task to task."""

    def __init__(self, number: int) -> None:
        self.stores: dict[Address, cloudvars.Store] = {}
        self.sessions: dict[tuple[str, Address], list[Session]] = {}
        self.uuids = itertools.count((number + 1) << 40)

    def connect(self, client: str, address: Address) -> Session:
        """Return a new session."""
        if client == "cloudvars":
            from peers.ours import OursSession

            if address not in self.stores:
                self.stores[address] = cloudvars.open(address.url)
            return OursSession(self.stores[address].room(limits=False))
        from peers.mariadb import NaiveSession, ProcedureSession, connect

        make = ProcedureSession if client == "procedure" else NaiveSession
        return make(connect(address, autocommit=client in {"procedure", "select"}))

    def works(self, task: Task) -> list[Callable[[], object]]:
        """Return what each thread repeats."""
        sessions = self.sessions.setdefault((client_of(task), task.address), [])
        while len(sessions) < task.threads:
            sessions.append(self.connect(client_of(task), task.address))
        make = self.four if task.work == "four" else self.get
        return [make(session, task.users) for session in sessions[: task.threads]]

    def four(self, session: Session, users: int) -> Callable[[], object]:
        """Return the 4-op commit of any user."""

        def work() -> None:
            uuid = next(self.uuids)
            value = {"name": "M16", "level": uuid, "item_id": 1}
            assert session.commit_four(random.randrange(users), value, uuid, 1)

        return work

    def get(self, session: Session, users: int) -> Callable[[], object]:
        """Return the read of one row of any user."""
        return lambda: session.get_one(random.randrange(users), "k3")

    def close(self) -> None:
        """Close the stores."""
        for store in self.stores.values():
            store.close()


def client_of(task: Task) -> str:
    """Return the client of a task: reading, the hand-written ones are one."""
    return task.client if task.client == "cloudvars" or task.work == "four" else "select"


def cpu_seconds() -> float:
    """Return what this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def serve(number: int, line: Connection) -> None:
    """Run tasks until the line ends."""
    worker = Worker(number)
    while True:
        task = line.recv()
        if task is None:
            worker.close()
            return
        works = worker.works(task)
        line.send(None)
        line.recv()
        before = cpu_seconds()
        latencies, seconds = measured(works, task.seconds)
        line.send((latencies, seconds, cpu_seconds() - before))


class Crew:
    """Some worker processes."""

    def __init__(self, size: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.lines, self.processes = [], []
        for number in range(size):
            ours, theirs = context.Pipe()
            process = context.Process(target=serve, args=(number, theirs), daemon=True)
            process.start()
            theirs.close()
            self.lines.append(ours)
            self.processes.append(process)

    def run(self, task: Task, processes: int) -> tuple[list[float], float, float]:
        """Share a task's threads among so many processes: return latencies, seconds, and the seconds of CPU."""
        lines = self.lines[:processes]
        share = Task(**{**vars(task), "threads": task.threads // processes})
        for line in lines:
            line.send(share)
        for line in lines:
            line.recv()
        begin = time.perf_counter()
        for line in lines:
            line.send(None)
        answers = [line.recv() for line in lines]
        seconds = time.perf_counter() - begin
        latencies = sorted(one for answer in answers for one in answer[0])
        return latencies, seconds, sum(answer[2] for answer in answers)

    def close(self) -> None:
        """Let the workers end."""
        for line, process in zip(self.lines, self.processes, strict=True):
            line.send(None)
            process.join()
            line.close()
