"""The threads behind asyncio: for reads, commits and news. Each starts when it is first needed."""

from __future__ import annotations

import asyncio
import itertools
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from . import _fork

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._loop import Deliveries
    from ._native import Store, _Core

_lock = threading.Lock()
_servers: weakref.WeakKeyDictionary[Store, Server] = weakref.WeakKeyDictionary()
_hearing: weakref.WeakKeyDictionary[Store, weakref.WeakSet[Deliveries]] = weakref.WeakKeyDictionary()


def _renew() -> None:
    """Forget the threads in a forked child, which has none of them; the stores are the parent's."""
    global _lock, _servers, _hearing
    _lock, _servers, _hearing = threading.Lock(), weakref.WeakKeyDictionary(), weakref.WeakKeyDictionary()


_fork.in_child(_renew)


def run(store: Store, call: Callable[[], Any]) -> asyncio.Future[Any]:
    """Call it for the running event loop, on a thread of the store's own: a store that hangs blocks no other."""
    loop = asyncio.get_running_loop()
    try:
        return loop.run_in_executor(server(store).readers(), call)
    except RuntimeError:
        # The store was closed: the call raises that at once, on any thread.
        return loop.run_in_executor(None, call)


class Server:
    """The threads of one store: they run what was enqueued and answer each event loop in batches, and run calls."""

    def __init__(self, store: Store) -> None:
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._core = store._core()
        self._pools: list[ThreadPoolExecutor] = []
        self._threads = 0
        self._serve()
        # So that a list_add on the loop need not wait for ids.
        self._core.fetch_ids()

    def _serve(self) -> None:
        self._threads += 1
        args = (self._core, self._waiting, self._pools)
        threading.Thread(target=_serve, args=args, name="cloudvars-commit", daemon=True).start()

    def readers(self) -> ThreadPoolExecutor:
        """Return the threads for calls other than commits."""
        with _lock:
            if not self._pools:
                pool = ThreadPoolExecutor(self._core.readers(), thread_name_prefix="cloudvars-read")
                self._pools.append(pool)
            return self._pools[0]

    def enqueue(self, put: Callable[[int], Any | None]) -> tuple[Any | None, asyncio.Future[Any]]:
        """Call ``put(number)``; return its answer, and a future for answers that come later."""
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
        elif self._threads <= len(self._waiting) and self._threads < self._core.writers():
            self._serve()
        return refused, future


def _serve(core: _Core, waiting: dict[int, asyncio.Future[Any]], pools: list[ThreadPoolExecutor]) -> None:
    """Run until the store is closed, or no longer used by anybody."""
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
                # The loop was closed meanwhile, so nobody waits any more. The commits are done.
                continue
        answered, loops, batch = [], {}, []  # not kept while this thread waits
    for pool in pools:
        pool.shutdown(wait=False)


def _resolve(batch: list[tuple[asyncio.Future[Any], list[Any]]]) -> None:
    for future, answers in batch:
        if not future.done():
            future.set_result(answers)


def server(store: Store) -> Server:
    """Return the serving thread of a store, the same one for all of its games."""
    store = store._opened()
    with _lock:
        server = _servers.get(store)
        if server is None:
            server = _servers[store] = Server(store)
        return server


def hear(store: Store, listener: Deliveries) -> None:
    """From now on, wake the listener at once when there is news. Does nothing for a store without a bus."""
    store = store._opened()
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
    """Run until the store is closed, or no longer used by anybody."""
    while seen is not None and (seen := core.await_news(seen)) is not None:
        with _lock:
            told = list(listeners)
        while told:
            told.pop().wake()
