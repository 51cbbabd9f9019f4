"""``%`` and ``format``, which write values as Python 2 does."""

import string
import sys
from collections.abc import Callable
from typing import Any

from .text import repr_of, str_of, unicode_of

__all__ = ["Formatter", "format_values"]

_SMALL = 1 << 62
"""Up to this size an int has no L."""


class _Float(float):
    __slots__ = ()

    def __str__(self) -> str:
        return str_of(float(self))

    def __index__(self) -> int:
        """``%x`` takes floats."""
        return int(self)


class _Value:
    """A value that shows itself in Python 2's way when it is put into a format."""

    __slots__ = ("_str", "_value")

    def __init__(self, value: Any, shown: Callable[[Any], str]) -> None:
        self._value, self._str = value, shown

    def __str__(self) -> str:
        return self._str(self._value)

    def __repr__(self) -> str:
        return repr_of(self._value)

    def __int__(self) -> int:
        return int(self._value)

    __index__ = __int__


class _Long(int):
    __slots__ = ()

    def __repr__(self) -> str:
        return repr_of(int(self))

    def __str__(self) -> str:
        return int.__repr__(self)


def _one(value: Any, shown: Callable[[Any], str]) -> Any:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is float:
        return _Float(value)
    if kind is int:
        return value if -sys.maxsize - 1 <= value <= sys.maxsize else _Long(value)
    return value if isinstance(value, int | float) else _Value(value, shown)


def format_values(form: Any, values: Any, *, unicode_: bool = False) -> Any:
    """Return what to put behind ``form %`` in place of ``values``, which is that itself unless ``form`` is a str."""
    if not isinstance(form, str):
        return values
    shown = unicode_of if unicode_ else str_of
    if isinstance(values, tuple):
        for value in values:
            if type(value) is not str and (type(value) is not int or not -_SMALL < value < _SMALL):
                break
        else:
            return values
        return tuple([_one(value, shown) for value in values])
    if isinstance(values, dict) or (hasattr(type(values), "__getitem__") and not isinstance(values, str)):
        return _Mapping(values, shown)
    return _one(values, shown)


class _Mapping(dict[Any, Any]):
    """What ``"%(name)s" %`` takes its values from; as a whole it is one value."""

    def __init__(self, values: Any, shown: Callable[[Any], str]) -> None:
        super().__init__()
        self._values, self._str = values, shown

    def __getitem__(self, key: Any) -> Any:
        return _one(self._values[key], self._str)

    def __int__(self) -> int:
        return int(self._values)

    def __str__(self) -> str:
        return self._str(self._values)

    def __repr__(self) -> str:
        return repr_of(self._values)


class Formatter(string.Formatter):
    """``"{}".format(…)``."""

    def __init__(self, shown: Callable[[Any], str] = str_of) -> None:
        """Write values by ``shown`` where no format is given."""
        self._shown = shown

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write a value; without a specification as ``str`` does."""
        return self._shown(value) if not format_spec and _is_plain(value) else format(value, format_spec)

    def convert_field(self, value: Any, conversion: Any) -> Any:
        """``!s`` and ``!r``."""
        if conversion == "s":
            return str_of(value)
        return repr_of(value) if conversion == "r" else super().convert_field(value, conversion)


def _is_plain(value: Any) -> bool:
    return type.__getattribute__(type(value), "__format__") in {object.__format__, float.__format__}
