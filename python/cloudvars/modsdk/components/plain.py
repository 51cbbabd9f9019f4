"""Methods that set one thing of an entity or of the level, and methods that answer it (E-7)."""

import inspect
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from .component import Component

__all__ = ["getter", "setter", "switch"]

_Method = Callable[..., Any]


def _method(call: Callable[..., Any], names: tuple[str, ...], doc: str) -> _Method:
    """Make a method that takes its arguments by these names, too, and refuses others as any function does."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature([inspect.Parameter(name, kind) for name in ("self", *names)])

    def method(*args: Any, **kwargs: Any) -> Any:
        return call(*signature.bind(*args, **kwargs).arguments.values())

    method.__doc__ = doc
    method.__dict__["__signature__"] = signature
    return method


def setter(what: str, name: str, accepts: Callable[[Any], bool] | None = None) -> _Method:
    """Make a method that keeps its argument ``name`` in ``settings[what]`` of the entity or the level.

    It returns False if the entity is not here, or ``accepts`` says no; the log says which.
    """

    def call(self: Component, value: Any) -> bool:
        settings = self._settings()
        if settings is None or (accepts is not None and not accepts(value)):
            why = (
                f"{name}: {value!r} is not accepted"
                if settings is not None
                else f"{self.entityId!r} is not here"
            )
            return self._refused(f"the setter of {what}", why)
        settings[what] = deepcopy(value)
        return True

    return _method(call, (name,), f"Set {what.replace('_', ' ')}; returns a bool.")


def switch(what: str, value: Any) -> _Method:
    """Make a method without arguments that keeps a value in ``settings[what]``."""

    def call(self: Component) -> bool:
        settings = self._settings()
        if settings is None:
            return self._refused(f"the switch of {what}", f"{self.entityId!r} is not here")
        settings[what] = value
        return True

    return _method(call, (), f"Set {what.replace('_', ' ')} to {value!r}; returns a bool.")


def getter(what: str, default: Any, absent: Any = None) -> _Method:
    """Make a method that returns ``settings[what]``: ``default`` if nothing was set, ``absent`` if nobody is here."""

    def call(self: Component) -> Any:
        settings = self._settings()
        return absent if settings is None else deepcopy(settings.get(what, default))

    return _method(call, (), f"Return {what.replace('_', ' ')}; {default!r} at first.")
