"""Looking at the rows of a file, beside what one writes without cloudvars on a closed copy of it.

Here a ratio says what ours takes of a peer's time and CPU, pair by pair: below 1, ours is faster.
"""

from __future__ import annotations

import random
import shutil
import statistics
from typing import TYPE_CHECKING, Any

import cloudvars
from reader import Reader, Reading
from result import Spread
from starts import run
from timing import interleaved, median, ratios
from ways import FIRST_USER, LIST_KEY, MONEY_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORKLOADS = ("money", "lists", "stream", "look", "export")


class Tables:
    """A filled file, its copy, and how long to measure."""

    def __init__(self, folder: Path, rows: int, rounds: int, seconds: float) -> None:
        self.folder, self.rounds, self.seconds = folder, rounds, seconds
        self.users = max(rows // len(MONEY_KEYS), 100)
        self.money_rows = self.users * len(MONEY_KEYS)
        self.list_rows = self.money_rows // 5
        self.file, self.copy = folder / "tables.db", folder / "copy.db"
        with cloudvars.open(self.file, durability="off") as store:
            self._fill(store.room(limits=False).score)
        shutil.copyfile(self.file, self.copy)

    def _fill(self, score: Any) -> None:
        balances = (
            {"user_id": FIRST_USER + user, "key": key, "value": random.randrange(1_000_000)}
            for user in range(self.users)
            for key in MONEY_KEYS
        )
        items = ({"user_id": self._user(), "key": LIST_KEY, "value": sword()} for _ in range(self.list_rows))
        for verb, rows in (("money_add", balances), ("list_add", items)):
            assert not score.bulk(verb, rows).failed

    def _user(self) -> int:
        return FIRST_USER + random.randrange(self.users)

    def _readers(self, *ways: str) -> dict[str, Reader]:
        """Start the processes, and say which cannot be."""
        readers = {}
        for way in ways:
            file = self.file if way.startswith("cloudvars") else self.copy
            reader = Reader(way, file, self.users)
            if reader.missing is None:
                readers[way] = reader
            else:
                print(f"  {way}: not installed ({reader.missing})")
                reader.close()
        return readers

    def _compare(self, *ways: str, ours: str = "") -> None:
        """Let each way read in turn; beside ours, all must read the same."""
        readers = self._readers(*ways)
        if ours:
            totals = {way: reader.total() for way, reader in readers.items()}
            assert len({tuple(found) for found in totals.values()}) <= 1, totals
        self._report({way: lambda r=reader: r.read(self.seconds) for way, reader in readers.items()}, ours)  # type: ignore[misc]
        for reader in readers.values():
            reader.close()

    def _report(self, runs: dict[str, Callable[[], Reading]], ours: str = "") -> None:
        """Measure in turn, and print a line for each."""
        found = interleaved(runs, self.rounds)
        for name, readings in found.items():
            cpu = statistics.median(one.cpu_us for one in readings)
            line = f"  {name:<20}p50 {median(readings).p50_us / 1e3:>9,.2f} ms   CPU {cpu / 1e3:>9,.2f} ms"
            if name != ours and ours in found:
                times = Spread.of(ratios(found[ours], readings, "p50_us"))
                cpus = Spread.of(ratios(found[ours], readings, "cpu_us"))
                line += f"   ours takes {times} of its time, {cpus} of its CPU"
            print(line)

    # --- workloads ---

    def money(self) -> None:
        """Read balances into a frame."""
        goal = "of the CPU at most 0.8 x ADBC, 0.4 x read_sql"
        print(f"\nmoney to polars, {self.money_rows:,} rows; read_sql makes a pandas frame   (goal: {goal})")
        ours = "cloudvars.to_polars"
        self._compare(ours, "ADBC, view", "ADBC, bare", "read_sql, view", "read_sql, bare", ours=ours)

    def lists(self) -> None:
        """Read list items, and decode their values."""
        print(
            f"\nlists with their values decoded, {self.list_rows:,} rows   (goal: at most 0.5 x of the time)"
        )
        ours = "cloudvars.rows"
        self._compare(ours, "read_sql+json, view", "read_sql+json, bare", ours=ours)

    def stream(self) -> None:
        """Measure the memory that a stream needs, each time in a process that has read nothing."""
        print(f"\nArrow batches of money, {self.money_rows:,} rows   (goal: at most + 64 MiB)")
        grown: list[float] = []
        while len(grown) < self.rounds and (readers := self._readers("cloudvars, batches")):
            for reader in readers.values():
                grown.append(reader.read(0).grown_mib)
                reader.close()
        if grown:
            name = "peak above start"
            print(f"  {name:<20}{statistics.median(grown):+.1f} MiB ({min(grown):+.1f} to {max(grown):+.1f})")

    def look(self) -> None:
        """Read one player, and the highest balances."""
        print("\nlooking: store.player(id), top 100 of money by value   (goal: 3 ms, 150 ms)")
        self._compare("cloudvars, player", "cloudvars, top 100")

    def export(self) -> None:
        """Write money as Parquet on the command line."""
        command = ["-m", "cloudvars", "export", self.file, self.folder / "exported", "--tables", "money"]
        print(f"\ncloudvars export, {self.money_rows:,} rows to Parquet   (goal: 1,000,000 in 4,000 ms)")
        self._report({"whole process": lambda: run(command, 1)})


def sword() -> dict[str, Any]:
    """Return the value of a list item."""
    level = random.randrange(100)
    return {"name": "sword", "level": level, "enchants": ["fire", "ice"], "pos": [1.5, 2.5, 3]}
