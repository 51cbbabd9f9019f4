"""The threads behind asyncio: reads, the serving of commits, news. Each starts when it is first needed."""

from __future__ import annotations

import asyncio
import itertools
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._loop import Deliveries
    from ._native import Store, _Core

_READERS_MAX = 4

_lock = threading.Lock()
_readers: ThreadPoolExecutor | None = None
_servers: weakref.WeakKeyDictionary[Store, Server] = weakref.WeakKeyDictionary()
_hearing: weakref.WeakKeyDictionary[Store, weakref.WeakSet[Deliveries]] = weakref.WeakKeyDictionary()


def executor() -> ThreadPoolExecutor:
    """Return the threads of reads."""
    global _readers  # noqa: PLW0603 - one pool for the process, made when first needed
    with _lock:
        if _readers is None:
            _readers = ThreadPoolExecutor(_READERS_MAX, thread_name_prefix="cloudvars-read")
        return _readers


class Server:
    """The serving thread of one store: it runs what was enqueued and answers each event loop in batches."""

    def __init__(self, store: Store) -> None:
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        core = store._core()
        thread = threading.Thread(
            target=_serve, args=(core, self._waiting), name="cloudvars-commit", daemon=True
        )
        thread.start()
        # A list_add on the loop finds ids there.
        core.fetch_ids()

    def enqueue(self, put: Callable[[int], Any | None]) -> tuple[Any | None, asyncio.Future[Any]]:
        """Call ``put(number)``; its answer, or a future for the answers that come later."""
        number = next(self._numbers)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            refused = put(number)
        except BaseException:
            self._waiting.pop(number, None)
            raise
        if refused is not None:
            self._waiting.pop(number, None)
        return refused, future


def _serve(core: _Core, waiting: dict[int, asyncio.Future[Any]]) -> None:
    """Run until the store is closed, or nobody has it any more."""
    while answered := core.serve():
        loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], list[Any]]]] = {}
        for number, answers in answered:
            future = waiting.pop(number, None)
            if future is not None:
                loops.setdefault(future.get_loop(), []).append((future, answers))
        for loop, batch in loops.items():
            try:
                loop.call_soon_threadsafe(_resolve, batch)
            except RuntimeError:
                # The loop was closed meanwhile: nobody waits any more; the commits are done all the same.
                continue
        answered, loops, batch = [], {}, []  # what was answered is not kept while nothing happens


def _resolve(batch: list[tuple[asyncio.Future[Any], list[Any]]]) -> None:
    for future, answers in batch:
        if not future.done():
            future.set_result(answers)


def server(store: Store) -> Server:
    """Return the serving thread of a store."""
    with _lock:
        server = _servers.get(store)
        if server is None:
            server = _servers[store] = Server(store)
        return server


def hear(store: Store, listener: Deliveries) -> None:
    """From now on, have the listener told at once when there is news; a store without a bus tells nobody."""
    with _lock:
        if store in _hearing:
            _hearing[store].add(listener)
            return
        core = store._core()
        seen = core.await_news(-1)
        if seen is not None:
            listeners = _hearing[store] = weakref.WeakSet([listener])
            threading.Thread(
                target=_tell, args=(core, seen, listeners), name="cloudvars-news", daemon=True
            ).start()


def _tell(core: _Core, seen: int | None, listeners: weakref.WeakSet[Deliveries]) -> None:
    """Run until the store is closed, or nobody has it any more."""
    while seen is not None and (seen := core.await_news(seen)) is not None:
        with _lock:
            told = list(listeners)
        while told:
            told.pop().wake()
