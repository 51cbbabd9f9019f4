"""The special methods of a class, under the names and with the meaning that Python 3 looks for."""

import functools
import operator
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

__all__ = ["SLICES", "adapt", "slice_method"]

_SPECIAL: Final = {
    "__div__": "__truediv__",
    "__idiv__": "__itruediv__",
    "__rdiv__": "__rtruediv__",
    "next": "__next__",
}
_ORDER: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "__eq__": operator.eq,
    "__ge__": operator.ge,
    "__gt__": operator.gt,
    "__le__": operator.le,
    "__lt__": operator.lt,
    "__ne__": operator.ne,
}
SLICES: Final = {"__getslice__": "__getitem__", "__setslice__": "__setitem__", "__delslice__": "__delitem__"}
_SLICED: Final = (list, tuple, str)
"""The types that had these methods themselves: their slices do not ask a subclass's ``__getitem__``."""
_find: Final = type.__getattribute__  # a metaclass of the mod may have its own, and the class has no name yet


def adapt(cls: Any) -> Any:
    """Give a class the names under which Python 3 looks for its special methods."""
    own = dict(_find(cls, "__dict__"))
    for name, value in {**_renamed(own), **_comparisons(cls, own)}.items():
        type.__setattr__(cls, name, value)
    for old, new in SLICES.items():
        if hasattr(own.get(new), "takes_slices"):
            continue
        if old in own or (new in own and _slicing(cls, old) is not None):
            type.__setattr__(cls, new, _item_or_slice(cls, old, new, own.get(new)))
    return cls


def _renamed(own: Mapping[str, Any]) -> dict[str, Any]:
    names = {new: own[old] for old, new in _SPECIAL.items() if old in own and new not in own}
    if "__nonzero__" in own and "__bool__" not in own:
        names["__bool__"] = _truth(own["__nonzero__"])
    return names


def _comparisons(cls: type, own: Mapping[str, Any]) -> dict[str, Any]:
    names: dict[str, Any] = {}
    if "__cmp__" in own:
        names = {name: _ordered(operation) for name, operation in _ORDER.items() if name not in own}
    if "__eq__" in own and "__ne__" not in own and _find(cls, "__ne__") is object.__ne__:
        # Python 3 has != ask __eq__; Python 2 does not, and compares identities: a mod's bug, which the game shows.
        names.setdefault("__ne__", lambda self, other: self is not other)
    if own.get("__hash__", 0) is None:
        # Python 3 takes the hash of a class that defines __eq__; Python 2 leaves what it inherits.
        bases = _find(cls, "__mro__")[1:]
        names["__hash__"] = next(
            found["__hash__"] for base in bases if "__hash__" in (found := _find(base, "__dict__"))
        )
    return names


def _truth(function: Any) -> Callable[[Any], bool]:
    """Return the method that answers a bool, where ``__nonzero__`` may answer an int."""
    return lambda self: bool(function.__get__(self, type(self))())


def _ordered(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], bool]:
    return lambda self, other: bool(operation(self.__cmp__(other), 0))


def _slicing(cls: type, name: str) -> Any:
    """Return the first ``__getslice__`` (or its like) of the class and its bases, those that 2.7 has built in too."""
    for base in _find(cls, "__mro__"):
        names = _find(base, "__dict__")
        if name in names:
            return names[name]
        if base in _SLICED and SLICES[name] in names:
            return _of_built_in(names[SLICES[name]])
    return None


def _of_built_in(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method with two bounds; what is still below zero is the beginning."""
    return lambda self, start, stop, *value: method(self, slice(max(start, 0), max(stop, 0)), *value)


def _item_or_slice(cls: type, old: str, new: str, own: Callable[..., Any] | None) -> Callable[..., Any]:
    """Return the method that takes both: plain slices go to the old one."""
    sliced = _slicing(cls, old)
    item = own or (lambda self, *given: getattr(super(cls, self), new)(*given))

    @functools.wraps(item)
    def method(self: Any, index: Any, *value: Any) -> Any:
        if type(index) is slice and index.step is None and sliced is not None:
            bounds = _bounds(self, index)
            if bounds is not None:
                return sliced(self, *bounds, *value)
        return item(self, index, *value)

    method.takes_slices = True  # type: ignore[attr-defined] # once is enough
    return method


def _bounds(owner: Any, index: slice) -> list[int] | None:
    """Return the two numbers; below zero they count from the end, once. None if they are no numbers."""
    bounds = []
    for bound, default in ((index.start, 0), (index.stop, sys.maxsize)):
        if bound is not None and not hasattr(bound, "__index__"):
            return None
        number = default if bound is None else bound.__index__()
        if number < 0 and hasattr(type(owner), "__len__"):
            number += len(owner)
        bounds.append(number)
    return bounds


def slice_method(owner: Any, name: str) -> Any:
    """``owner.__getslice__``, which lists, texts and their ``super`` no longer have."""
    method = getattr(owner, SLICES[name])
    if isinstance(owner, type):
        return _of_built_in(method)
    return lambda start, stop, *value: method(slice(max(start, 0), max(stop, 0)), *value)
