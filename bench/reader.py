"""A process that reads a file in one way: two copies of SQLite never share a process, and CPU seconds have one owner.

The program is told what to do by lines, and answers each with one: ``total``, or for how many seconds to read.
"""

from __future__ import annotations

import contextlib
import gc
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from timing import Slice, summary
from ways import WAYS, total


@dataclass
class Reading(Slice):
    """A slice, with the CPU time of one call, and how far memory rose above what the process had before."""

    cpu_us: float
    grown_mib: float


class Reader:
    """The process, from outside."""

    def __init__(self, way: str, file: Path, users: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, way, file, str(users)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.missing: str | None = self._answer()

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "a reader ended"
        return json.loads(line)

    def _ask(self, line: object) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self._answer()

    def total(self) -> list[int]:
        """Read once; return what shows that all read the same."""
        found: list[int] = self._ask("total")
        return found

    def read(self, seconds: float) -> Reading:
        """Read for so long, at least once."""
        return Reading(**self._ask(seconds))

    def close(self) -> None:
        """End it."""
        self.process.communicate()


def memory(field: str) -> float:
    """Return a line of what the system knows of this process's memory, in MiB."""
    found = Path("/proc/self/status").read_text().partition(f"{field}:")[2].split()
    return int(found[0]) / 1024


def measured(work: Any, seconds: float) -> Reading:
    """Call for so long. What a call returned is let go of outside of the time that is measured."""
    gc.collect()
    with contextlib.suppress(OSError):  # a peak that cannot be forgotten only makes the figure larger
        Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    latencies: list[float] = []
    cpu = 0.0
    while sum(latencies) < seconds or not latencies:
        begin, used = time.perf_counter(), time.process_time()
        found = work()
        cpu += time.process_time() - used
        latencies.append(time.perf_counter() - begin)
        del found
    grown, each = memory("VmHWM") - before, cpu / len(latencies) * 1e6
    return Reading(**vars(summary(latencies, sum(latencies))), cpu_us=each, grown_mib=grown)


def serve(way: str, file: str, users: int) -> None:
    """Answer each line."""

    def answer(said: object) -> None:
        print(json.dumps(said), flush=True)

    try:
        work = WAYS[way](file, users)
    except ImportError as error:
        answer(str(error))
        return
    answer(None)
    for line in sys.stdin:
        answer(total(work()) if line.strip() == "total" else vars(measured(work, float(line))))


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))
