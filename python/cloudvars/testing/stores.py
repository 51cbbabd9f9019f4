"""Fresh stores for tests."""

from __future__ import annotations

import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import cloudvars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudvars import ManualClock, PythonClock, Store, SystemClock

Backend: TypeAlias = str
"""``"memory"``, ``"file"`` (a file of its own), or the URL of a store (a game of its own in it)."""

CALLS_KEPT = 50
"""How many calls a fresh store remembers for the report of a failing test."""


@contextmanager
def cloud(
    backend: Backend = "memory",
    *,
    clock: ManualClock | SystemClock | PythonClock | Literal["python"] | None = None,
    timezone: str = "Asia/Shanghai",
    game: str = "default",
    calls_kept: int = CALLS_KEPT,
) -> Iterator[Store]:
    """Open a fresh store, and close it at the end of the block.

    As often as you like in one test, in any process: stores share nothing, so it is safe under Hypothesis and
    pytest-xdist. ``clock``: a new ``ManualClock`` if left out. In memory, uuids and objectIds are 1, 2, 3 ...
    Raises ``CloudValueError`` and ``StoreError``, as ``cloudvars.open``.
    """
    if not isinstance(backend, str) or not (backend in ("memory", "file") or "://" in backend):
        message = f"backend: {backend!r}; 'memory', 'file' or a URL is accepted"
        raise cloudvars.CloudValueError(message)
    clock = cloudvars.ManualClock() if clock is None else clock
    if backend == "file":
        with tempfile.TemporaryDirectory(prefix="cloudvars-", ignore_cleanup_errors=True) as folder:
            path = Path(folder) / "cloud.db"
            # A test's file need not survive a power cut.
            with cloudvars.open(path, durability="off", clock=clock, timezone=timezone, game=game) as store:
                store._keep_calls(calls_kept)
                yield store
        return
    if backend == "memory":
        target = ":memory:"
    else:
        # Tests share the server: each has the namespace of a game that nobody else has.
        target, game = backend, f"{game}-{uuid.uuid4().hex}"
    with cloudvars.open(target, clock=clock, timezone=timezone, game=game) as store:
        if backend == "memory":
            store._count_ids()
        store._keep_calls(calls_kept)
        yield store
