"""Exceptions of the mod: logged at once, and raised to the test when its call into the host ends."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from cloudvars.errors import CloudError

__all__ = ["Failures"]

_log = logging.getLogger("cloudvars")


class Failures:
    """The part of a host that keeps exceptions of the mod, as the engine goes on after one."""

    def __init__(self) -> None:
        self._state: Literal["new", "open", "left"] = "new"
        self._errors: list[Exception] = []
        self._depth = 0

    @contextmanager
    def _entry(self, *, quiet: bool = False) -> Iterator[None]:
        """Surround a call into the host: what the mod raised meanwhile is raised when the outermost one ends."""
        if self._state != "open":
            message = f"{self!r}: use it inside its with block"
            raise CloudError(message)
        self._depth += 1
        errors = self._errors
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self._errors = []
        if self._depth or quiet or not errors:
            return
        if len(errors) == 1:
            raise errors[0]
        message = "the mod raised more than once"
        raise ExceptionGroup(message, errors)

    def _guard(self, what: str, call: Callable[[], Any]) -> None:
        """Call, and keep what it raises."""
        try:
            call()
        except Exception as error:  # noqa: BLE001 - the engine goes on; the test gets it at the end
            self._failed(what, error)

    def _call_room(self, call: Callable[[], Any]) -> None:
        """Call the room. If it raises what a callback of the mod raised, it has done the call."""
        try:
            call()
        except CloudError:
            raise
        except Exception as error:  # noqa: BLE001 - the room logged it; the test gets it at the end
            self._errors.append(error)

    def _failed(self, what: str, error: Exception) -> None:
        _log.error("%s raised", what, exc_info=error)
        self._errors.append(error)
