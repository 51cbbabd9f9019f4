"""Processes from beginning to end: what an import costs, and how much memory the rows in memory take."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reader import Reading
from result import OURS, Goal, Result, Spread

if TYPE_CHECKING:
    from stores import Stores

BY_HAND = "import json, sqlite3"
IMPORTS = {OURS: "import cloudvars", BY_HAND: BY_HAND, "nothing": "pass"}
STARTS = 40
CACHE_MIB = 64
MEMORY = Path(__file__).with_name("memory.py")


def run(arguments: list[Any], times: int) -> Reading:
    """Run Python so many times, each as a process."""
    begin, used = time.perf_counter(), children_cpu()
    for _ in range(times):
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    each = (time.perf_counter() - begin) / times * 1e6
    return Reading(1e6 / each, each, each, cpu_us=(children_cpu() - used) / times * 1e6, grown_mib=0)


def children_cpu() -> float:
    """Return the CPU seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def imports(stores: Stores) -> None:
    """Import, in processes of their own: their CPU time, which other processes change least."""
    runs = {name: lambda s=statement: run(["-c", s], 1) for name, statement in IMPORTS.items()}
    measured = stores.report(
        Result("imports", "import cloudvars, CPU time of the whole process", Goal(1, at_most=True), BY_HAND),
        runs,  # type: ignore[arg-type]
        figure="cpu_us",
        rounds=5 if stores.quick else STARTS,
    )
    for name, readings in measured.items():
        print(f"    {name:<22}CPU {statistics.median(one.cpu_us for one in readings) / 1e3:.2f} ms")


def memory(stores: Stores) -> None:
    """Fill the rows in memory, in a process that did nothing else: what it grows by."""
    mib = CACHE_MIB // 8 if stores.quick else CACHE_MIB
    file = stores.folder / "memory.db"
    child([file, "fill", mib])
    grown, without = [], []
    for _ in range(2 if stores.quick else 5):
        grown.append(child([file, "read", mib]))
        without.append(child([file, "read", 0]))
    ratios = {OURS: [one / mib for one in grown], f"{OURS}, cache=0": [one / mib for one in without]}
    work, goal = f"memory of the process that {mib} MiB of rows take", Goal(1.2, at_most=True)
    base = "what is configured"
    result = Result("memory", work, goal, base, ratios)
    stores.run.add(result)
    print(f"\n{result.title()}")
    for name, found in ratios.items():
        print(f"  {name:<22}{statistics.median(found) * mib:>8.1f} MiB   {Spread.of(found)}")


def child(arguments: list[Any]) -> float:
    """Run ``memory.py``; return by how many MiB it grew."""
    command = [sys.executable, MEMORY, *arguments]
    done = subprocess.run([str(one) for one in command], check=True, stdout=subprocess.PIPE, text=True)
    return float(json.loads(done.stdout))


WORKLOADS = {"imports": imports, "memory": memory}
