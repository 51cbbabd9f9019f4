"""Measure cloudvars beside its peers, in one run: ``python bench/run.py [--quick] [--rows N] [--only WORKLOAD]``.

Ratios are units per second over those of the reference, pair by pair of short interleaved slices: the median, and from
where to where they go. The reference is sqlite3 written by hand with orjson, unless a line says otherwise. Where rows
are looked at (``bench/tables.py``), ratios say what part of the peer's time and CPU ours takes.

``--json FILE`` keeps the ratios; ``--plot FILE`` draws them, ``--page FILE`` writes them into a page as a table. With
``--from FILE`` nothing is measured: plot and page are made of ratios that were kept.
"""

from __future__ import annotations

import argparse
import functools
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import cloudvars
import commits
import growth
import loops
import page
import processes
import reads
import server
import starts
from result import Run
from stores import Stores
from tables import WORKLOADS as ON_TABLES
from tables import Tables

ON_STORES = {
    **reads.WORKLOADS,
    **commits.WORKLOADS,
    **loops.WORKLOADS,
    **growth.WORKLOADS,
    **processes.WORKLOADS,
    **starts.WORKLOADS,
}
ON_SERVERS = ("server_four", "server_get")
WORKLOADS = (*ON_STORES, *ON_SERVERS, *ON_TABLES)


class Servers:
    """The workloads of a server, which is started for the first of them."""

    def __init__(self, stores: Stores, rounds: int, seconds: float) -> None:
        self.stores, self.rounds, self.seconds = stores, rounds, seconds
        self.running: server.Server | None = None

    def run(self, name: str) -> None:
        """Measure, or print a line that says why that is not possible."""
        if self.running is None and (reason := server.missing()):
            print(f"\n{reason}")
            return
        if self.running is None:
            self.running = server.Server(self.stores.users, self.rounds, max(self.seconds, 0.25))
        work = {"server_four": self.running.four, "server_get": self.running.get}
        work[name]()

    def close(self) -> None:
        """End it."""
        if self.running is not None:
            self.running.close()


def measure(run: Run, only: list[str], table_rows: int, folder: Path, *, quick: bool) -> None:
    """Run the workloads, and print what they find."""
    stores = Stores(folder, run, quick=quick)
    print(f"cloudvars {run.version}, {run.rows:,} rows; durable on disk unless it says otherwise")
    for line in stores.missing:
        print(f"  {line}")
    rounds, seconds = (1, 0.1) if quick else (7, 0.4)
    tables = functools.cache(
        lambda: Tables(folder, table_rows, rounds, seconds)
    )  # filled when they are needed
    servers = Servers(stores, rounds, seconds)
    try:
        for name in only:
            if name in ON_STORES:
                ON_STORES[name](stores)
            elif name in ON_SERVERS:
                servers.run(name)
            else:
                getattr(tables(), name)()
    finally:
        servers.close()
        stores.close()


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a smoke test: few rows, short slices")
    parser.add_argument("--rows", type=int, help="rows to fill each peer with (default 500000)")
    parser.add_argument("--only", choices=WORKLOADS, action="append", help="this workload; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the ratios of every round")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the ratios (SVG)")
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="write the table between a page's two marks"
    )
    parser.add_argument("--from", dest="kept", type=Path, metavar="FILE", help="take ratios from --json")
    return parser.parse_args()


def main() -> None:
    """Measure, print, and write what was asked for."""
    args = arguments()
    if args.kept:
        run = Run.load(args.kept)
    else:
        run = Run(args.rows or (10_000 if args.quick else 500_000), cloudvars.__version__)
        table_rows = args.rows or (100_000 if args.quick else 1_000_000)
        with tempfile.TemporaryDirectory(prefix="cloudvars-bench-") as name:
            measure(run, args.only or list(WORKLOADS), table_rows, Path(name), quick=args.quick)
    if run.results:
        print(f"\nAll together: {page.conditions(run)}.\n\n{page.table(run)}")
    if args.json:
        run.save(args.json)
    if args.page:
        page.write(run, args.page)
    if args.plot:
        import plot

        plot.draw(run, args.plot)


if __name__ == "__main__":
    main()
