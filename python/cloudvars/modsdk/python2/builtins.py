"""Python 2's built-in functions, as a mod's modules see them."""

import builtins
import functools
import itertools
import math
import sys
from collections.abc import Callable, Iterable
from typing import Any

from .attributes import ATTRIBUTES, attribute
from .language import compile_text
from .ordering import compare, greatest, in_order, least
from .runtime import HELPERS

__all__ = ["python2_builtins"]


def python2_builtins(import_: Callable[..., Any], reload: Callable[..., Any]) -> dict[str, Any]:
    """Return the ``__builtins__`` of a Python 2 module; ``import_`` is its ``__import__``."""
    return {**vars(builtins), **HELPERS, **_NAMES, "__import__": import_, "reload": reload}


def _map(function: Callable[..., Any] | None, *iterables: Iterable[Any]) -> list[Any]:
    rows = itertools.zip_longest(*iterables)
    if function is None:
        return [row if len(row) > 1 else row[0] for row in rows]
    return [function(*row) for row in rows]


def _filter(function: Callable[[Any], Any] | None, values: Iterable[Any]) -> Any:
    kept = list(filter(function, values))
    if isinstance(values, str):
        return "".join(kept)
    return tuple(kept) if isinstance(values, tuple) else kept


def _round(number: float, digits: int = 0) -> float:
    """Half away from zero, and a float."""
    scale = 10.0**digits
    value = abs(float(number)) * scale
    if math.isinf(value) or math.isnan(value):
        return float(number)
    return math.copysign(math.floor(value + 0.5) / scale, number)


def _exec(code: Any, names: dict[str, Any] | None = None, local: Any = None) -> None:
    frame = sys._getframe(1)  # noqa: SLF001 - exec works on its caller's names
    if names is None:
        names, local = frame.f_globals, frame.f_locals
    names.setdefault("__builtins__", frame.f_builtins)
    code = compile_text(code, "<string>", "exec") if isinstance(code, str) else code
    exec(code, names, names if local is None else local)  # noqa: S102 - that is what was asked for


def _eval(code: Any, names: dict[str, Any] | None = None, local: Any = None) -> Any:
    frame = sys._getframe(1)  # noqa: SLF001 - eval works on its caller's names
    if names is None:
        names, local = frame.f_globals, frame.f_locals
    names.setdefault("__builtins__", frame.f_builtins)
    code = compile_text(code.lstrip(" \t"), "<string>", "eval") if isinstance(code, str) else code
    return eval(code, names, names if local is None else local)  # noqa: S307 - that is what was asked for


def _getattr(owner: Any, name: str, *default: Any) -> Any:
    if name not in ATTRIBUTES:
        return getattr(owner, name, *default)
    try:
        return attribute(owner, name)
    except AttributeError:
        if not default:
            raise
        return default[0]


def _hasattr(owner: Any, name: str) -> bool:
    if name == "__iter__" and isinstance(owner, str):
        return False  # mods distinguish a list from a str by it
    return _getattr(owner, name, _MISSING) is not _MISSING


def _apply(function: Callable[..., Any], arguments: Any = (), keywords: Any = None) -> Any:
    return function(*arguments, **(keywords or {}))


_MISSING = object()
_NAMES: dict[str, Any] = {
    "StandardError": Exception,
    "apply": _apply,
    "basestring": str,
    "cmp": compare,
    "eval": _eval,
    "exec": _exec,
    "file": open,
    "filter": _filter,
    "getattr": _getattr,
    "hasattr": _hasattr,
    "intern": sys.intern,
    "long": int,
    "map": _map,
    "max": greatest,
    "min": least,
    "range": lambda *bounds: list(range(*bounds)),
    "oct": lambda number: "-" * (number < 0) + "0" + f"{abs(number):o}".lstrip("0"),
    "raw_input": input,
    "reduce": functools.reduce,
    "round": _round,
    "sorted": in_order,
    "unichr": chr,
    "unicode": str,  # a call of it is __py2_unicode__
    "xrange": range,
    "zip": lambda *iterables: list(zip(*iterables, strict=False)),
}
