"""The threads behind asyncio: reads, the serving of commits, news. Each starts when it is first needed."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._native import Store
    from .aio import AsyncScore

_READERS_MAX = 4

_lock = threading.Lock()
_readers: ThreadPoolExecutor | None = None
_servers: dict[Store, Server] = {}
_hearing: dict[Store, weakref.WeakSet[AsyncScore]] = {}


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
        thread = threading.Thread(
            target=_serve, args=(store, self._waiting), name="cloudvars-commit", daemon=True
        )
        thread.start()

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


def _serve(store: Store, waiting: dict[int, asyncio.Future[Any]]) -> None:
    """Run until the store is closed."""
    while answered := store._serve():
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
    with _lock:
        _servers.pop(store, None)


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


def hear(store: Store, score: AsyncScore) -> None:
    """From now on, have the score told at once when there is news; a store without a bus tells nobody."""
    with _lock:
        if store in _hearing:
            _hearing[store].add(score)
        elif (seen := store._await_news(-1)) is not None:
            _hearing[store] = weakref.WeakSet([score])
            threading.Thread(target=_tell, args=(store, seen), name="cloudvars-news", daemon=True).start()


def _tell(store: Store, seen: int | None) -> None:
    """Run until the store is closed."""
    while seen is not None and (seen := store._await_news(seen)) is not None:
        with _lock:
            scores = list(_hearing[store])
        for score in scores:
            # Its loop may be closed meanwhile: then nobody listens there any more.
            with contextlib.suppress(RuntimeError):
                score._wake()
    with _lock:
        _hearing.pop(store, None)
