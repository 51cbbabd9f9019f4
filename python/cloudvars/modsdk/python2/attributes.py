"""Attributes that Python 3 took away, renamed, or gave another meaning."""

import codecs
from collections.abc import Callable, Mapping
from functools import partial
from types import FunctionType
from typing import Any, Final

from .ordering import sort

__all__ = ["ATTRIBUTES", "attribute"]

_RENAMED: Final[Mapping[str, str]] = {
    "func_closure": "__closure__",
    "func_code": "__code__",
    "func_defaults": "__defaults__",
    "func_dict": "__dict__",
    "func_doc": "__doc__",
    "func_globals": "__globals__",
    "func_name": "__name__",
    "im_func": "__func__",
    "im_self": "__self__",
    "next": "__next__",
}
_BYTES_CODECS: Final = {"hex", "base64", "zlib", "bz2"}
_LISTS: Final = ("keys", "values", "items")
_DICT_METHODS: Final = frozenset(
    ["has_key", *_LISTS, *(f"{kind}{name}" for kind in ("iter", "view") for name in _LISTS)]
)


def attribute(owner: Any, name: str) -> Any:
    """Return ``owner.name``, which Python 3 may have under another name or with another meaning."""
    special = None
    if name in _DICT_METHODS:
        special = _of_dict(owner, name)
    elif name in {"im_func", "im_class"}:
        special = _of_method(owner, name)
    elif isinstance(owner, list) and name == "sort":
        special = partial(sort, owner)
    elif isinstance(owner, str) and name in {"encode", "decode"}:
        special = _recode_of(owner, name)
    elif name == "message" and isinstance(owner, BaseException) and "message" not in vars(owner):
        return getattr(type(owner), "message", owner.args[0] if len(owner.args) == 1 else "")
    if special is not None:
        return special
    if name in _RENAMED and not hasattr(owner, name):
        return getattr(owner, _RENAMED[name])
    return getattr(owner, name)


def _of_dict(owner: Any, name: str) -> Callable[..., Any] | None:
    """Return the method of a dict, of ``dict`` itself, or of ``super(Words, self)``; None if the mod has its own."""
    if isinstance(owner, dict):
        return None if _overrides(owner, name) else _method(partial(getattr, owner), name)
    if owner is dict:
        return lambda values: _method(lambda plain: getattr(dict, plain).__get__(values), name)()
    if isinstance(owner, super) and isinstance(getattr(owner, "__self__", None), dict):
        return (
            None
            if hasattr(getattr(owner, name, None), "__code__")
            else _method(partial(getattr, owner), name)
        )
    return None


def _method(find: Callable[[str], Callable[..., Any]], name: str) -> Callable[..., Any]:
    if name == "has_key":
        return find("__contains__")
    if name.startswith("view"):
        return find(name.removeprefix("view"))
    made: type | Callable[[Any], Any] = iter if name.startswith("iter") else list
    view = find(name.removeprefix("iter"))
    return lambda: made(view())


def _overrides(owner: dict[Any, Any], name: str) -> bool:
    """Whether the mod's own subclass defines the method."""
    if type(owner) is dict:
        return False
    classes = type(owner).__mro__[: type(owner).__mro__.index(dict)]
    return any(name in vars(cls) for cls in classes if cls.__module__ != "collections")


def _of_method(owner: Any, name: str) -> Any:
    """``im_func`` of what Python 2 calls an unbound method; ``im_class`` of a bound one."""
    if name == "im_func":
        return owner if isinstance(owner, FunctionType) else None
    return type(owner.__self__) if hasattr(owner, "__self__") else None


def _recode_of(text: str, name: str) -> Callable[..., Any]:
    """Return ``encode`` or ``decode``. Here a str is text, so both take and return a str."""

    def recode(encoding: str = "ascii", errors: str = "strict") -> Any:
        kind = encoding.lower().replace("_codec", "")
        if kind not in _BYTES_CODECS:
            codecs.lookup(encoding)
            return text
        function: Callable[..., bytes] = codecs.encode if name == "encode" else codecs.decode
        return function(text.encode("utf-8"), kind, errors).decode("utf-8", "surrogateescape")

    return recode


ATTRIBUTES: Final = frozenset([*_RENAMED, *_DICT_METHODS, "sort", "encode", "decode", "message", "im_class"])
