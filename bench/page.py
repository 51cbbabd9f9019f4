"""The table of all results, as text for a page of the documentation and for the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from result import OURS, REFERENCE, figure

if TYPE_CHECKING:
    from pathlib import Path

    from result import Result, Run

PEERS = ("lmdb+orjson", "apsw+orjson", "diskcache", "SQLAlchemy Core", "redis always")
BEGIN = "<!-- Written by bench/run.py --page: begin -->"
END = "<!-- Written by bench/run.py --page: end -->"


def conditions(run: Run) -> str:
    """Say what was measured with."""
    return f"cloudvars {run.version}, Python {run.python}, {run.cores} cores, {run.rows:,} rows"


def table(run: Run) -> str:
    """Return a line for each result: the goal, ours with its spread, the medians of the peers."""
    peers = [peer for peer in PEERS if any(peer in result.ratios for result in run.results)]
    lines = ["| " + " | ".join(["work", "goal", OURS, *peers]) + " |", "|---" * (3 + len(peers)) + "|"]
    for result in run.results:
        cells = [work(result), goal(result), str(result.spread(OURS)), *(peer(result, one) for one in peers)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def work(result: Result) -> str:
    """Say what was done, and what it is compared with if that is not the reference."""
    known = result.base == REFERENCE or "against" in result.work
    return result.work if known else f"{result.work} (against {result.base})"


def goal(result: Result) -> str:
    """Return the goal, and a mark where it is missed."""
    spread = result.spread(OURS)
    if result.goal is None or spread is None:
        return ""
    sign = "≤" if result.goal.at_most else "≥"
    return f"{sign} {result.goal.factor:g}" + ("" if result.goal.is_met(spread.median) else " (missed)")


def peer(result: Result, name: str) -> str:
    """Return a peer's median."""
    spread = result.spread(name)
    return figure(spread.median) if spread else ""


def write(run: Run, file: Path) -> None:
    """Put the table between the two marks of a page."""
    text = file.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin, f"{file} has no line {BEGIN}"
    assert end, f"{file} has no line {END}"
    file.write_text(
        f"{before}{BEGIN}\n\nOne run: {conditions(run)}.\n\n{table(run)}\n\n{END}{after}", "utf-8"
    )
