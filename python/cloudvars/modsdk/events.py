"""The listeners for events, and the order in which they are called (E-2)."""

import inspect
import itertools
from collections.abc import Callable
from types import FunctionType
from typing import Any, NamedTuple

from .frames import point_at

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
    method: str | None
    """The name of the instance's method that ``function`` stands for, if it is a plain function of the class."""

    def is_of(self, instance: Any, function: Any, priority: int) -> bool:
        if self.instance is not instance or self.priority != priority:
            return False
        return bool(self.function == function or self.bound() == _bound(instance, function))

    def bound(self) -> Callable[..., Any]:
        """Return what is called: the method as it is now, because mods replace methods of a running system."""
        return self.function if self.method is None else getattr(self.instance, self.method)


class Events:
    """The listeners of one host. ``failed`` is called for each exception that a listener raises."""

    def __init__(self, failed: Callable[[str, Exception], None]) -> None:
        self._failed = failed
        self._numbers = itertools.count()
        self._listeners: dict[_Key, list[_Listener]] = {}
        self._fired: set[_Key] = set()

    def listen(self, key: _Key, instance: Any, function: Any, priority: int, owner: Any) -> None:
        """Add a listener: higher priorities are called first, then those that came first."""
        if not callable(function):
            message = f"ListenForEvent of {key[2]}: func: {function!r}; a function is accepted"
            raise TypeError(message)
        listeners = self._listeners.setdefault(key, [])
        method = _method_of(instance, function)
        listeners.append(_Listener(priority, next(self._numbers), instance, function, owner, method))
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

    def listened(self) -> dict[str, bool]:
        """Return the engine's events that somebody listened for, and whether each of them happened."""
        return {key[2]: key in self._fired for key in self._listeners if key[:2] == ENGINE}

    def call(self, key: _Key, data: dict[str, Any], *, bare: bool = False) -> None:
        """Call each listener with the same dict: the next one sees what an earlier one wrote into it.

        ``bare``: the event has no data, so a listener gets the empty dict only if it cannot be called without.
        """
        self._fired.add(key)
        listeners = self._listeners.get(key, [])
        for listener in list(listeners):
            if listener not in listeners:
                continue  # an earlier listener removed it
            function = listener.function
            try:
                function = listener.bound()
                if data or _takes_one(function, needs=bare):
                    function(data)
                else:
                    function()
            except Exception as error:  # noqa: BLE001 - the engine goes on with the next one; the test gets it at the end
                point_at(error, function)
                self._failed(f"a listener for {key[2]}", error)


def _takes_one(function: Callable[..., Any], *, needs: bool) -> bool:
    """Whether a function can be called with the empty dict; with ``needs``: only with it. Mods write both."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return not needs
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    if needs:
        return any(one.kind in kinds and one.default is inspect.Parameter.empty for one in parameters)
    return any(one.kind in kinds or one.kind is inspect.Parameter.VAR_POSITIONAL for one in parameters)


def _bound(instance: Any, function: Any) -> Any:
    """Return what the engine calls for a function that a mod gave with an instance."""
    method = _method_of(instance, function)
    return function if method is None else getattr(instance, method)


def _method_of(instance: Any, function: Any) -> str | None:
    """Return the name of the method, if a function is a plain one of the instance's class: the engine goes by names.

    It may have come from the class body, before a decorator put something else in its place, or as ``Class.method``.
    """
    if getattr(function, "__self__", None) is not None:
        return None
    plain = getattr(function, "__func__", function)  # of a Python 2 unbound method
    if not isinstance(plain, FunctionType):
        return None
    for cls in type(instance).__mro__:
        for name, value in vars(cls).items():
            if value is plain:
                return name
        if (
            plain.__qualname__ == f"{cls.__qualname__}.{plain.__name__}"
            and plain.__module__ == cls.__module__
        ):
            return plain.__name__ if callable(getattr(instance, plain.__name__, None)) else None
    return None
