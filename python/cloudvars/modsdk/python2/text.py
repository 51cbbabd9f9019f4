"""How Python 2 shows values: ``str``, ``repr`` and ``unicode``."""

import enum
import math
import sys
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final

from .octets import as_text

__all__ = ["repr_of", "str_of", "unicode_of"]

_HEAP_TYPE: Final = 1 << 9
_DIGITS: Final = 12
"""``str`` of a float had twelve digits; ``repr`` has as many as needed, as now."""
_shown = threading.local()


def repr_of(value: Any) -> str:
    """``repr``: a long has an L, a set is ``set([1])``, an exception of one argument has a comma."""
    kind = type(value)
    if kind is int:
        return repr(value) if -sys.maxsize - 1 <= value <= sys.maxsize else f"{value}L"
    write = _WRITERS.get(_repr_method(kind))
    if write is None:
        # The library's numbers of today, such as a day of ``calendar``, were ints.
        return repr_of(int(value)) if isinstance(value, enum.IntEnum) else repr(value)
    return write(value)


def _repr_method(kind: type) -> Any:
    return type.__getattribute__(kind, "__repr__")


def str_of(value: Any) -> str:
    """``str``."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if kind in _OWN:
        return _OWN[kind](value)
    method = type.__getattribute__(kind, "__str__")
    if isinstance(value, float) and method is object.__str__ and _repr_method(kind) is float.__repr__:
        return _float(value)
    if method is object.__str__ and kind is not int:
        return repr_of(value)
    if method is BaseException.__str__:
        arguments = value.args
        return "" if not arguments else str_of(arguments[0]) if len(arguments) == 1 else repr_of(arguments)
    return str(value)


def _float(value: float) -> str:
    written = f"{value:.{_DIGITS}g}"
    if any(one in ".en" for one in written):
        return written
    if len(written.lstrip("-")) < _DIGITS:
        return f"{written}.0"
    digits, _, exponent = f"{value:.{_DIGITS - 1}e}".partition("e")
    digits = digits.rstrip("0").rstrip(".")
    return f"{digits}e{exponent}"


def _complex(value: complex) -> str:
    imaginary = f"{value.imag:+.{_DIGITS}g}j"
    real = value.real != 0 or math.copysign(1, value.real) < 0
    return f"({value.real:.{_DIGITS}g}{imaginary})" if real else imaginary.lstrip("+")


_OWN: Final[dict[type, Callable[[Any], str]]] = {bytearray: as_text, complex: _complex, float: _float}
"""A type -> its ``str``."""


def unicode_of(value: Any) -> str:
    """``unicode`` of one value: a class may define ``__unicode__``."""
    method = getattr(type(value), "__unicode__", None)
    return str_of(value) if method is None else str_of(method(value))


def _once(write: Callable[[Any], str], again: str) -> Callable[[Any], str]:
    """Write a container, and ``again`` where it holds itself."""

    def written(value: Any) -> str:
        inside = vars(_shown).setdefault("inside", set())
        if id(value) in inside:
            return again
        inside.add(id(value))
        try:
            return write(value)
        finally:
            inside.discard(id(value))

    return written


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(map(repr_of, values))


def _tuple(value: tuple[Any, ...]) -> str:
    return f"({_listed(value)}{',' * (len(value) == 1)})"


def _dict(value: dict[Any, Any]) -> str:
    pairs = [f"{repr_of(key)}: {repr_of(one)}" for key, one in value.items()]
    return f"{{{', '.join(pairs)}}}"


def _set(value: Any) -> str:
    return f"{type(value).__name__}([{_listed(value)}])"


def _ordered(value: Any) -> str:
    name = type(value).__name__
    return f"{name}([{_listed(value.items())}])" if value else f"{name}()"


def _type(value: type) -> str:
    if value.__flags__ & _HEAP_TYPE:
        return repr(value)
    module = "" if value.__module__ == "builtins" else f"{value.__module__}."
    if issubclass(value, BaseException):
        module = "exceptions."
    return f"<type '{module}{value.__name__}'>"


_WRITERS: Final[dict[Any, Callable[[Any], str]]] = {
    list.__repr__: _once(lambda value: f"[{_listed(value)}]", "[...]"),
    tuple.__repr__: _once(_tuple, "(...)"),
    dict.__repr__: _once(_dict, "{...}"),
    set.__repr__: _once(_set, "set(...)"),
    frozenset.__repr__: _once(_set, "frozenset(...)"),
    OrderedDict.__repr__: _once(_ordered, "..."),
    defaultdict.__repr__: _once(
        lambda value: f"{type(value).__name__}({repr_of(value.default_factory)}, {_dict(value)})",
        "defaultdict(...)",
    ),
    BaseException.__repr__: lambda value: f"{type(value).__name__}{repr_of(value.args)}",
    type.__repr__: _type,
}
"""The type's own ``__repr__`` -> what Python 2 wrote there."""
