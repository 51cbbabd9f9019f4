"""The filled stores, a session of each, what is drawn for them, and the lines that are printed of a workload."""

from __future__ import annotations

import functools
import itertools
import random
from typing import TYPE_CHECKING, Any

from peers import Peer, Session, available
from peers.ours import Ours, OursSession
from result import OURS, REFERENCE, Result, Run
from timing import Slice, SliceT, alone, drawn, interleaved, median, ratios

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

ONLINE = 1000

number = itertools.count(1 << 40)


class Stores:
    """The peers, each filled when they are first needed, and how long to measure."""

    def __init__(self, folder: Path, run: Run, *, quick: bool) -> None:
        self.folder, self.run, self.quick = folder, run, quick
        self.users = max(run.rows // 10, 200)
        self.rounds, self.seconds = (2, 0.05) if quick else (9, 0.25)
        self.online = random.sample(range(self.users), min(ONLINE, self.users // 2))
        self.makers, self.missing = available()
        self.opened: dict[str, Peer] = {}

    @functools.cached_property
    def peers(self) -> dict[str, Peer]:
        """The filled peers."""
        self.opened = {peer.name: peer for peer in (make(self.folder) for make in self.makers)}
        assert REFERENCE in self.opened, (
            "pip install -r bench/requirements.txt: orjson is what all is compared with"
        )
        for peer in self.opened.values():
            peer.fill(self.users, self.online)
        return self.opened

    @functools.cached_property
    def sessions(self) -> dict[str, Session]:
        """A session of each peer."""
        return {name: peer.session() for name, peer in self.peers.items()}

    def ours(self) -> OursSession:
        """Return our session."""
        session = self.sessions[OURS]
        assert isinstance(session, OursSession)
        return session

    def our_store(self) -> Ours:
        """Return our store."""
        peer = self.peers[OURS]
        assert isinstance(peer, Ours)
        return peer

    def user(self) -> int:
        """Return any user."""
        return random.randrange(self.users)

    def value(self) -> dict[str, Any]:
        """Return a value that was never stored: an identical one would need no flush."""
        return {"name": "M16", "level": next(number), "item_id": 1}

    def report(
        self,
        result: Result,
        runs: dict[str, Callable[[], SliceT]],
        *,
        figure: str = "per_second",
        rounds: int | None = None,
    ) -> dict[str, list[SliceT]]:
        """Measure in turn, print a line for each party, keep the ratios, and return what was measured."""
        measured = interleaved(runs, rounds or self.rounds)
        base = measured[result.base]
        result.ratios = {party: ratios(slices, base, figure) for party, slices in measured.items()}
        self.run.add(result)
        print(f"\n{result.title()}")
        for party, slices in measured.items():
            print(f"  {party:<22}{line(slices)}   {result.spread(party)}")
        return measured

    def each(
        self, result: Result, draw: Callable[[], list[Any]], call: Callable[[Session], Callable[..., object]]
    ) -> None:
        """Measure on every peer what one thread calls with what is drawn."""
        calls = {party: call(session) for party, session in self.sessions.items()}
        runs = {party: lambda c=one: drawn(draw, c, self.seconds) for party, one in calls.items()}
        self.report(result, runs)  # type: ignore[arg-type]

    def alone(self, work: Callable[[], object]) -> Callable[[], Slice]:
        """Return what measures the work of one thread."""
        return lambda: alone(work, self.seconds)

    def close(self) -> None:
        """Close everything."""
        if "sessions" in vars(self):  # some were needed
            for session in self.sessions.values():
                session.close()
        for peer in self.opened.values():
            peer.close()


def line(slices: Sequence[Slice]) -> str:
    """Return the medians as text."""
    middle = median(slices)
    return f"{middle.per_second:>12,.0f}/s   p50 {middle.p50_us:>11,.1f} us   p99 {middle.p99_us:>11,.1f} us"
