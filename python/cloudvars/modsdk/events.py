"""The listeners for events, and the order in which they are called (E-2)."""

import inspect
import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

__all__ = ["ENGINE", "Events"]

ENGINE = ("Minecraft", "Engine")
"""Namespace and system name of the engine's own events."""

_Key = tuple[str, str, str]


class _Listener(NamedTuple):
    priority: int
    number: int
    instance: Any
    function: Callable[..., Any]
    owner: Any
    """The system through which it was registered."""

    def is_of(self, instance: Any, function: Any, priority: int) -> bool:
        return self.instance is instance and self.function == function and self.priority == priority


class Events:
    """The listeners of one host. ``failed`` is called for each exception that a listener raises."""

    def __init__(self, failed: Callable[[str, Exception], None]) -> None:
        self._failed = failed
        self._numbers = itertools.count()
        self._listeners: dict[_Key, list[_Listener]] = {}

    def listen(self, key: _Key, instance: Any, function: Any, priority: int, owner: Any) -> None:
        """Add a listener: higher priorities are called first, then those that came first."""
        if not callable(function):
            message = f"ListenForEvent of {key[2]}: func: {function!r}; a function is accepted"
            raise TypeError(message)
        listeners = self._listeners.setdefault(key, [])
        listeners.append(_Listener(priority, next(self._numbers), instance, function, owner))
        listeners.sort(key=lambda listener: (-listener.priority, listener.number))

    def unlisten(self, key: _Key, instance: Any, function: Any, priority: int) -> None:
        """Remove a listener, if there is one."""
        listeners = self._listeners.get(key, [])
        for listener in listeners:
            if listener.is_of(instance, function, priority):
                listeners.remove(listener)
                return

    def forget(self, owner: Any) -> None:
        """Remove every listener that was registered through ``owner``."""
        for listeners in self._listeners.values():
            listeners[:] = [listener for listener in listeners if listener.owner is not owner]

    def call(self, key: _Key, data: dict[str, Any]) -> None:
        """Call each listener with the same dict: the next one sees what an earlier one wrote into it."""
        listeners = self._listeners.get(key, [])
        for listener in list(listeners):
            if listener not in listeners:
                continue  # an earlier listener removed it
            try:
                if data or _takes_one(listener.function):
                    listener.function(data)
                else:
                    listener.function()
            except Exception as error:  # noqa: BLE001 - the engine goes on with the next one; the test gets it at the end
                self._failed(f"a listener for {key[2]}", error)


def _takes_one(function: Callable[..., Any]) -> bool:
    """Whether a listener for an event without arguments wants the empty dict all the same: mods write both."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return any(one.kind in kinds or one.kind is inspect.Parameter.VAR_POSITIONAL for one in parameters)
