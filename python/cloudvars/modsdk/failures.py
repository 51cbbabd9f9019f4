"""Exceptions of the mod: told in the log at once, and raised to the test when its call into the host ends."""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal

from cloudvars.errors import CloudError

from .frames import point_at, raised_with, shorten
from .thread import server_thread

__all__ = ["Failures"]

_log = logging.getLogger("cloudvars")


class Failures:
    """Keeps the exceptions of one host's mod, as the engine goes on after one."""

    def __init__(self, host: object) -> None:
        self._host = host
        self.state: Literal["new", "open", "left"] = "new"
        self.errors: list[Exception] = []
        self._depth = 0
        self._told = _Told()

    def entry(self, *, quiet: bool = False) -> "_Entry":
        """Surround a call into the host: what the mod raised meanwhile is raised when the outermost one ends."""
        return _Entry(self, quiet=quiet)

    def guard(self, what: str, call: Callable[[], Any]) -> None:
        """Call, and keep what it raises."""
        try:
            call()
        except Exception as error:  # noqa: BLE001 - the engine goes on; the test gets it at the end
            point_at(error, call)
            self.failed(what, error)

    def call_room(self, call: Callable[[], Any]) -> None:
        """Call the room. If it raises what a callback of the mod raised, it has done the call."""
        try:
            call()
        except CloudError:
            raise
        except Exception as error:  # noqa: BLE001 - the room logged it; the test gets it at the end
            self.errors.append(error)

    def failed(self, what: str, error: Exception) -> None:
        """Log an exception of the mod, and keep it."""
        _log.error("%s raised", what, exc_info=error)
        self.errors.append(error)

    def begin(self) -> None:
        """Begin a call into the host."""
        if self.state != "open":
            message = f"{self._host!r}: use it inside its with block"
            raise CloudError(message)
        if not self._depth:
            _log.addFilter(self._told)
        self._depth += 1

    def end(self, passing: BaseException | None, *, quiet: bool) -> None:
        """End a call; the outermost one raises what the mod raised, unless another exception passes."""
        self._depth -= 1
        if self._depth:
            return
        _log.removeFilter(self._told)
        errors, self.errors = self.errors, []
        if passing is not None or quiet or not errors:
            self._told.tell_fully(passing)
            return
        several = len(errors) > 1
        raised = ExceptionGroup("the mod raised more than once", errors) if several else errors[0]
        self._told.tell_fully(raised)
        raise raised


class _Entry:
    """The block of one call into a host. A class: a generator would add lines to tracebacks."""

    def __init__(self, failures: Failures, *, quiet: bool) -> None:
        self._failures = failures
        self._quiet = quiet
        self._thread = server_thread()

    def __enter__(self) -> None:
        self._failures.begin()
        self._thread.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._thread.__exit__(None, None, None)
        self._failures.end(error, quiet=self._quiet)


class _Told(logging.Filter):
    """Leaves tracebacks out of the log during a call into the host: the call itself raises those exceptions."""

    def __init__(self) -> None:
        super().__init__()
        self._told: list[tuple[str, BaseException]] = []

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record through, with the exception's first line in place of its traceback."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            self._told.append((record.getMessage(), error))
            record.exc_text = _first_line(error)
        return True

    def tell_fully(self, raised: BaseException | None) -> None:
        """Log the tracebacks of those that are not raised with this one."""
        told, self._told = self._told, []
        known = [] if raised is None else raised_with(raised)
        for message, error in told:
            if not any(error is one for one in known):
                shorten(error)
                _log.error("%s", message, exc_info=error)


def _first_line(error: BaseException) -> str:
    """Return the exception's type and the first line of its text."""
    message = str(error).partition("\n")[0]
    name = type(error).__name__
    return f"{name}: {message}" if message else name
