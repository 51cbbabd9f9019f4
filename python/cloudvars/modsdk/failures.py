"""Exceptions of the mod: logged at once, and raised to the test when its call into the host ends."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from cloudvars.errors import CloudError

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

    @contextmanager
    def entry(self, *, quiet: bool = False) -> Iterator[None]:
        """Surround a call into the host: what the mod raised meanwhile is raised when the outermost one ends."""
        if self.state != "open":
            message = f"{self._host!r}: use it inside its with block"
            raise CloudError(message)
        self._depth += 1
        errors = self.errors
        try:
            with server_thread():
                yield
        finally:
            self._depth -= 1
            if not self._depth:
                self.errors = []
        if self._depth or quiet or not errors:
            return
        if len(errors) == 1:
            raise errors[0]
        message = "the mod raised more than once"
        raise ExceptionGroup(message, errors)

    def guard(self, what: str, call: Callable[[], Any]) -> None:
        """Call, and keep what it raises."""
        try:
            call()
        except Exception as error:  # noqa: BLE001 - the engine goes on; the test gets it at the end
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
