"""Generators that the engine resumes tick by tick: ``StartCoroutine`` (E-11)."""

import inspect
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

__all__ = ["Coroutines"]

_Steps = Generator[Any, Any, Any]


class _Waiting(NamedTuple):
    callback: Callable[[], Any] | None
    frames: int
    """How many ticks it waits."""
    until: datetime | None


class Coroutines:
    """The coroutines of one host. ``failed`` is called for each exception that one raises."""

    def __init__(self, failed: Callable[[str, Exception], None]) -> None:
        self._failed = failed
        self._running: dict[_Steps, _Waiting] = {}

    def start(self, steps: Any, callback: Callable[[], Any] | None) -> _Steps | None:
        """Start a generator, or what makes one; the first step is at the next tick. None: it is neither."""
        if callable(steps) and not inspect.isgenerator(steps):
            steps = steps()
        if not inspect.isgenerator(steps):
            return None
        self._running[steps] = _Waiting(callback, 0, None)
        return steps

    def stop(self, steps: Any) -> bool:
        """Stop a generator; it can be started again where it stopped. False: it does not run."""
        return inspect.isgenerator(steps) and self._running.pop(steps, None) is not None

    def run(self, now: datetime) -> None:
        """Let each that does not wait make a step."""
        for steps, waiting in list(self._running.items()):
            if steps not in self._running:
                continue  # one before it stopped it
            if waiting.frames > 1:
                self._running[steps] = waiting._replace(frames=waiting.frames - 1)
            elif waiting.until is None or now >= waiting.until:
                self._step(steps, waiting, now)

    def _step(self, steps: _Steps, waiting: _Waiting, now: datetime) -> None:
        try:
            said = next(steps)
        except StopIteration:
            self._running.pop(steps, None)
            self._call(waiting.callback)
        except Exception as error:  # noqa: BLE001 - the engine goes on with the next one; the test gets it at the end
            self._running.pop(steps, None)
            self._failed("a coroutine", error)
        else:
            if steps in self._running:
                self._running[steps] = _next(waiting.callback, said, now)

    def _call(self, callback: Callable[[], Any] | None) -> None:
        try:
            if callback is not None:
                callback()
        except Exception as error:  # noqa: BLE001 - ditto
            self._failed("the callback of a coroutine", error)


def _next(callback: Callable[[], Any] | None, said: Any, now: datetime) -> _Waiting:
    """Return when the next step is: a positive number that was yielded is seconds, a negative one ticks."""
    number = said if isinstance(said, int | float) and not isinstance(said, bool) else 0
    if number > 0:
        return _Waiting(callback, 0, now + timedelta(seconds=number))
    return _Waiting(callback, int(-number), None)
