"""Python 2's built-in functions, as a mod's modules see them."""

import builtins
import functools
import itertools
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .attributes import ATTRIBUTES, attribute
from .buffers import Buffer
from .files import File
from .language import compile_source, compile_text
from .numbers import coerce, digits_of, hash_of, round_
from .octets import character, ordinal
from .ordering import compare, greatest, in_order, least
from .printing import print_function
from .runtime import HELPERS
from .text import repr_of, str_of

__all__ = ["python2_builtins"]


def python2_builtins(
    import_: Callable[..., Any], reload: Callable[..., Any], located: Callable[[Any], Any]
) -> dict[str, Any]:
    """Return the ``__builtins__`` of a Python 2 module.

    ``import_``: its ``__import__``; ``located``: gives where a file of a name is.
    """
    file = type("file", (File,), {"_located": staticmethod(located), "__doc__": File.__doc__})
    own = {"execfile": functools.partial(_execfile, located), "file": file, "open": file}
    return {**vars(builtins), **HELPERS, **_NAMES, **own, "__import__": import_, "reload": reload}


def _map(function: Callable[..., Any] | None, *iterables: Iterable[Any]) -> list[Any]:
    function = _CONVERSIONS.get(function, function) if isinstance(function, type) else function
    rows = itertools.zip_longest(*iterables)
    if function is None:
        return [row if len(row) > 1 else row[0] for row in rows]
    return [function(*row) for row in rows]


def _filter(function: Callable[[Any], Any] | None, values: Iterable[Any]) -> Any:
    kept = list(filter(function, values))
    if isinstance(values, str):
        return "".join(kept)
    return tuple(kept) if isinstance(values, tuple) else kept


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


def _execfile(
    located: Callable[[Any], Any], filename: str, names: dict[str, Any] | None = None, local: Any = None
) -> None:
    frame = sys._getframe(1)  # noqa: SLF001 - execfile works on its caller's names
    if names is None:
        names, local = frame.f_globals, frame.f_locals
    names.setdefault("__builtins__", frame.f_builtins)
    code = compile_source(Path(located(filename)).read_bytes(), str(filename), 2).code
    exec(code, names, names if local is None else local)  # noqa: S102 - that is what was asked for


def _input(prompt: Any = "") -> Any:
    frame = sys._getframe(1)  # noqa: SLF001 - input works on its caller's names
    return eval(compile_text(input(prompt).strip(), "<string>", "eval"), frame.f_globals, frame.f_locals)  # noqa: S307 - Python 2 does


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
    try:
        _getattr(owner, name)
    except Exception:  # noqa: BLE001 - whatever a property raises
        return False
    return True


def _hex(number: Any) -> str:
    own = getattr(type(number), "__hex__", None)
    return str(own(number) if own else hex(number) + _l(number))


def _oct(number: Any) -> str:
    own = getattr(type(number), "__oct__", None)
    if own:
        return str(own(number))
    digits = f"{abs(number):o}".lstrip("0")
    return f"{'-' if number < 0 else ''}0{digits}{_l(number)}"


def _l(number: Any) -> str:
    """Return the L of a number that only a long could hold."""
    return repr_of(int(number))[-1:].strip("0123456789")


def _apply(function: Callable[..., Any], arguments: Any = (), keywords: Any = None) -> Any:
    return function(*arguments, **(keywords or {}))


_CONVERSIONS: dict[Any, Callable[[Any], Any]] = {
    float: lambda value: float(digits_of(float, value)),
    int: lambda value: int(digits_of(int, value)),
    str: str_of,
}
"""What ``map`` calls in place of a type."""
_NAMES: dict[str, Any] = {
    "StandardError": Exception,
    "apply": _apply,
    "basestring": str,
    "buffer": Buffer,
    "bytes": str,
    "chr": character,
    "cmp": compare,
    "coerce": coerce,
    "eval": _eval,
    "exec": _exec,
    "filter": _filter,
    "getattr": _getattr,
    "hasattr": _hasattr,
    "hash": hash_of,
    "hex": _hex,
    "input": _input,
    "intern": sys.intern,
    "long": int,
    "map": _map,
    "max": greatest,
    "min": least,
    "range": lambda *bounds: list(range(*bounds)),
    "oct": _oct,
    "ord": ordinal,
    "print": print_function,
    "raw_input": input,
    "reduce": functools.reduce,
    "repr": repr_of,
    "round": round_,
    "sorted": in_order,
    "unichr": chr,
    "unicode": str,  # a call of it is __py2_unicode__
    "xrange": range,
    "zip": lambda *iterables: list(zip(*iterables, strict=False)),
}
