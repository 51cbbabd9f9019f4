"""Interleaved short slices, medians, ratios pair by pair: a comparison that holds when the machine's speed drifts."""

from __future__ import annotations

import itertools
import os
import statistics
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


@dataclass
class Slice:
    """What one short run measured."""

    per_second: float
    p50_us: float
    p99_us: float


SliceT = TypeVar("SliceT", bound=Slice)


def summary(latencies: list[float], seconds: float, each: int = 1) -> Slice:
    """Return the figures of a run of so many seconds; each latency is that of ``each`` units."""
    latencies.sort()
    count = len(latencies)
    p50, p99 = latencies[count // 2], latencies[min(count - 1, count * 99 // 100)]
    return Slice(count * each / seconds, p50 / each * 1e6, p99 / each * 1e6)


def alone(work: Callable[[], object], seconds: float, each: int = 1) -> Slice:
    """Repeat ``work`` (which does ``each`` units) on this thread for so long."""
    latencies: list[float] = []
    begin = now = time.perf_counter()
    while now - begin < seconds or len(latencies) < 3:
        work()
        before, now = now, time.perf_counter()
        latencies.append(now - before)
    return summary(latencies, now - begin, each)


def drawn(draw: Callable[[], list[Any]], work: Callable[..., object], seconds: float) -> Slice:
    """Draw a list of arguments, repeat ``work`` with each of them, and so on for so long.

    Drawing takes no part in the time. The latencies are means over a list: looking at the clock around each call would
    be a large part of a call that takes a microsecond.
    """
    latencies: list[float] = []
    total, spent = 0, 0.0
    while spent < seconds or len(latencies) < 3:
        given = draw()
        begin = time.perf_counter()
        for _ in itertools.starmap(work, given):
            pass
        took = time.perf_counter() - begin
        latencies.append(took / len(given))
        total += len(given)
        spent += took
    return replace(summary(latencies, spent), per_second=total / spent)


def measured(works: list[Callable[[], object]], seconds: float) -> tuple[list[float], float]:
    """Repeat each work on a thread of its own for so long: return the latencies, and the seconds that it took."""
    latencies: list[list[float]] = [[] for _ in works]
    ready = threading.Barrier(len(works) + 1)

    def run(work: Callable[[], object], mine: list[float]) -> None:
        ready.wait()
        now, end = time.perf_counter(), time.perf_counter() + seconds
        while now < end:
            work()
            before, now = now, time.perf_counter()
            mine.append(now - before)

    crew = [threading.Thread(target=run, args=pair) for pair in zip(works, latencies, strict=True)]
    for thread in crew:
        thread.start()
    ready.wait()
    begin = time.perf_counter()
    for thread in crew:
        thread.join()
    return [one for mine in latencies for one in mine], time.perf_counter() - begin


def interleaved(runs: dict[str, Callable[[], SliceT]], rounds: int) -> dict[str, list[SliceT]]:
    """Run all in turn, so many times, every other time backwards; where there are several rounds, one more warms up."""
    measured: dict[str, list[SliceT]] = {name: [] for name in runs}
    warmups = 1 if rounds > 1 else 0
    for number in range(rounds + warmups):
        names = list(runs)
        for name in reversed(names) if number % 2 else names:
            result = runs[name]()
            if number >= warmups:
                measured[name].append(result)
    return measured


def ratios(these: Sequence[Slice], those: Sequence[Slice], figure: str = "per_second") -> list[float]:
    """Return how many times the figure of those each of these has, pair by pair."""
    return [getattr(a, figure) / getattr(b, figure) for a, b in zip(these, those, strict=True)]


def ratio(ours: Sequence[Slice], theirs: Sequence[Slice]) -> float:
    """Return the median of the per-round ratios in units per second: above 1, ours is faster."""
    return statistics.median(ratios(ours, theirs))


def median(slices: Sequence[Slice]) -> Slice:
    """Return the medians of each figure."""
    return Slice(*(statistics.median(getattr(one, name) for one in slices) for name in Slice.__annotations__))


def flushes(folder: Path, seconds: float) -> Slice:
    """Overwrite 4 KiB in a file that does not grow, then fdatasync: what the disk can do at most."""
    with (folder / "flush").open("wb+") as file:
        file.write(bytes(1 << 24))
        file.flush()
        os.fsync(file.fileno())
        number = 0

        def work() -> None:
            nonlocal number
            number += 1
            os.pwrite(file.fileno(), number.to_bytes(8, "big") * 512, number % 4000 * 4096)
            os.fdatasync(file.fileno())

        return alone(work, seconds)
