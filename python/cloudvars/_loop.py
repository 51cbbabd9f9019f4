"""The event loop of a room: its callbacks run there, and nowhere else, while it runs (S-8, D-1)."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from ._threads import hear, run
from .errors import CloudError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._native import Room

__all__ = ["Deliveries", "helping"]

POLL_SECONDS = 0.02
"""How often a subscribed room looks for messages of other processes; a store with a bus also wakes it."""
FAILED_SECONDS = 1.0
"""The same after a failure, because the loop's exception handler is called for each."""
CALLBACKS_IN_A_TURN = 64
"""How many run before the loop does other work."""
CLOSE_SECONDS = 5.0
"""How long a thread that closes a room waits for the room's loop."""

_helper = threading.local()


def helping(call: Callable[[], Any]) -> Any:
    """Call it on a helper thread, where no callback runs (S-8)."""
    _helper.helps = True
    try:
        return call()
    finally:
        _helper.helps = False


def _running() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class Deliveries:
    """Runs a room's callbacks on its event loop: the loop of the last caller, as long as it runs."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None
        self._told = False
        """Another thread has asked the loop to deliver, and it has not begun yet."""
        self._busy: asyncio.Future[Any] | None = None
        """A coroutine that is awaited, or a request that a helper thread sends: nothing is delivered meanwhile."""
        self._hears = False

    # --- whose loop ---

    def claim(self) -> None:
        """Make the running loop the room's. Raises ``CloudError`` if another loop is, and still runs."""
        running = asyncio.get_running_loop()
        if running is self._loop:
            return
        if self._is_alive():
            message = (
                f"room '{self._room.name}' is used by another event loop, which still runs ({self._loop!r}); "
                "one loop at a time is accepted: open a room for each"
            )
            raise CloudError(message)
        self._adopt(running)

    def _is_alive(self) -> bool:
        loop = self._loop
        return loop is not None and not loop.is_closed() and loop.is_running()

    def _adopt(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take over from a loop that no longer runs."""
        busy, self._busy = self._busy, None
        self._loop, self._timer, self._told = loop, None, False
        if busy is not None:
            # The coroutine that the other loop awaited will never end.
            self._room._awaited()

    def has_loop(self) -> bool:
        """Whether the room is used through ``score.aio``: it has a loop, or had one."""
        self._adopt_running()
        return self._loop is not None

    def _adopt_running(self) -> asyncio.AbstractEventLoop | None:
        running = _running()
        if running is not None and running is not self._loop and not self._is_alive():
            self._adopt(running)
        return running

    # --- who delivers ---

    def wake(self) -> bool:
        """Deliver what is ready on the loop. False: there is no loop, and the caller delivers."""
        running = self._adopt_running()
        loop = self._loop
        if loop is None or not self._is_alive():
            # No callback runs on a helper thread, and coroutine functions wait for the next loop.
            return getattr(_helper, "helps", False) or self._room._needs_loop()
        if not self._room._may_deliver():
            return True
        if loop is running:
            self._schedule(loop, 0)
        elif not self._told:
            self._told = True
            try:
                loop.call_soon_threadsafe(self._pump, loop)
            except RuntimeError:
                self._told = False
                return self.wake()  # the loop was closed meanwhile
        return True

    def wake_elsewhere(self) -> bool:
        """As ``wake``, for ``room.tick()``, which delivers at once on the loop's own thread, if nothing is awaited."""
        running = self._adopt_running()
        if running is not None and running is self._loop and not self._room._needs_loop():
            return False
        return self.wake()

    def close_on_loop(self) -> bool:
        """Close the room on its loop, if that runs on another thread. False: the caller closes it."""
        loop = self._loop
        if loop is None or not self._is_alive() or _running() is loop:
            return False
        done = threading.Event()

        def close() -> None:
            try:
                self._room.close()
            finally:
                done.set()

        try:
            loop.call_soon_threadsafe(close)
        except RuntimeError:
            return False
        return done.wait(CLOSE_SECONDS)

    # --- on the loop ---

    def _schedule(self, loop: asyncio.AbstractEventLoop, delay: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_later(delay, self._pump, loop) if delay else loop.call_soon(self._pump, loop)

    def _pump(self, loop: asyncio.AbstractEventLoop) -> None:
        """Deliver a part of what is ready, and schedule the rest."""
        if loop is not self._loop:
            return
        self._told = False
        room = self._room
        if self._busy is not None or not room._may_deliver():
            return
        if not self._hears:
            self._hears = True
            hear(room.store, self)
        try:
            then, raised, coroutine = room._slice(CALLBACKS_IN_A_TURN)
        except BaseException:
            self._schedule(loop, FAILED_SECONDS)
            raise
        for error in raised:
            self._report(loop, error)
        if coroutine is not None:
            self._await(loop, loop.create_task(coroutine), self._awaited)
        elif then == "send":
            self._await(loop, run(room.store, room._send), self._sent)
        elif room._may_deliver():
            self._schedule(loop, 0 if then == "now" else POLL_SECONDS)

    def _await(
        self,
        loop: asyncio.AbstractEventLoop,
        future: asyncio.Future[Any],
        done: Callable[[asyncio.AbstractEventLoop, asyncio.Future[Any]], None],
    ) -> None:
        def go_on(future: asyncio.Future[Any]) -> None:
            if self._busy is future:
                self._busy = None
                done(loop, future)

        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._busy = future
        future.add_done_callback(go_on)

    def _awaited(self, loop: asyncio.AbstractEventLoop, task: asyncio.Future[Any]) -> None:
        error = None if task.cancelled() else task.exception()
        self._room._awaited(error)
        if isinstance(error, Exception):
            self._report(loop, error)
        # A loop that ends cancels what it awaits. Callbacks that have not begun are left for the next loop.
        self._schedule(loop, POLL_SECONDS if task.cancelled() else 0)

    def _sent(self, loop: asyncio.AbstractEventLoop, future: asyncio.Future[bool]) -> None:
        if future.cancelled():
            self._schedule(loop, POLL_SECONDS)
        elif (error := future.exception()) is not None:
            self._report(loop, error)
            self._schedule(loop, FAILED_SECONDS)
        else:
            self._schedule(loop, 0 if future.result() else POLL_SECONDS)

    def _report(self, loop: asyncio.AbstractEventLoop, error: BaseException) -> None:
        """Call the loop's exception handler, as asyncio does for its own callbacks."""
        what = f"a callback of room '{self._room.name}' raised"
        loop.call_exception_handler({"message": what, "exception": error})
