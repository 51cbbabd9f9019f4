"""Timers on the store's clock (E-3)."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from .frames import point_at

__all__ = ["CallLater", "Timers"]

_ROUNDING = timedelta(microseconds=1)
"""Clocks count microseconds, so two thirtieths of a second may be a microsecond less than 2/30 rounded."""


class CallLater:
    """A timer that ``AddTimer`` or ``AddRepeatedTimer`` returned."""

    def __init__(self, call: Callable[[], Any], delay: timedelta, due: datetime, *, again: bool) -> None:
        self.call = call
        self.delay = delay
        self.due = due
        self.again = again
        self.number = 0

    def __repr__(self) -> str:
        return f"<timer due {self.due.isoformat()}>"


class Timers:
    """The timers of one host; each runs at most once a tick."""

    def __init__(self, failed: Callable[[str, Exception], None]) -> None:
        self._failed = failed
        self._numbers = itertools.count()
        self._timers: list[CallLater] = []

    def add(self, seconds: float, call: Callable[[], Any], now: datetime, *, again: bool) -> CallLater:
        """Start a timer."""
        delay = timedelta(seconds=seconds)
        timer = CallLater(call, delay, now + delay, again=again)
        timer.number = next(self._numbers)
        self._timers.append(timer)
        return timer

    def cancel(self, timer: Any) -> None:
        """Stop a timer; it may have ended already."""
        if timer in self._timers:
            self._timers.remove(timer)

    def run(self, now: datetime) -> None:
        """Call the timers that are due, the earliest first; timers that they add wait for the next tick."""
        due = [timer for timer in self._timers if timer.due <= now + _ROUNDING]
        for timer in sorted(due, key=lambda timer: (timer.due, timer.number)):
            if timer not in self._timers:
                continue  # a timer before it cancelled it
            if timer.again:
                # Without drift. After a long step of the clock, missed rounds are skipped.
                timer.due += timer.delay
                if timer.due <= now and timer.delay:
                    timer.due += timer.delay * ((now - timer.due) // timer.delay + 1)
            else:
                self._timers.remove(timer)
            try:
                timer.call()
            except Exception as error:  # noqa: BLE001 - the engine goes on with the next one; the test gets it at the end
                point_at(error, timer.call)
                self._failed("a timer", error)
