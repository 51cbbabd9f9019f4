"""Attributes that Python 3 took away, renamed, or gave another meaning."""

import threading
from collections.abc import Callable, Mapping
from functools import partial
from types import FunctionType
from typing import Any, Final

from .classes import init_of, new_of, type_of
from .ordering import sort
from .patterns import pattern_method
from .recoding import format_of, recode_of, translate_of, unicode_format_of
from .special import SLICES, slice_method

__all__ = ["ATTRIBUTES", "RENAMED", "attribute"]

RENAMED: Final[Mapping[str, str]] = {
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
_OF_THREADS: Final[Mapping[str, str]] = {
    "getName": "name",
    "isAlive": "is_alive",
    "isDaemon": "daemon",
    "isSet": "is_set",
    "notifyAll": "notify_all",
    "setDaemon": "daemon",
    "setName": "name",
}
_DEPRECATED: Final[Mapping[str, str]] = {"readfp": "read_file", "warn": "warning"}
"""A method of ``ConfigParser`` or ``logging`` -> the one that does not warn."""
_THREADED: Final = (threading.Thread, threading.Event, threading.Condition)
_OF_TEXT: Final[Mapping[str, Callable[[str], Any]]] = {
    "decode": lambda text: recode_of(text, "decode"),
    "encode": lambda text: recode_of(text, "encode"),
    "format": format_of,
    "translate": translate_of,
    "__unicode_format__": unicode_format_of,
}
_LISTS: Final = ("keys", "values", "items")
_VIEWS: Final = tuple(vars(Mapping)[name] for name in _LISTS)
_DICT_METHODS: Final = frozenset(
    ["has_key", *_LISTS, *(f"{kind}{name}" for kind in ("iter", "view") for name in _LISTS)]
)


def attribute(owner: Any, name: str) -> Any:
    """Return ``owner.name``, which Python 3 may have under another name or with another meaning."""
    special = None
    if name in _DICT_METHODS:
        special = _of_dict(owner, name)
    elif name in _OF_TEXT and isinstance(owner, str) and _is_built_in(owner, name, str):
        special = _OF_TEXT[name](owner)
    elif name in _BY_NAME:
        special = _BY_NAME[name](owner)
    elif name in SLICES:
        special = None if hasattr(owner, name) else slice_method(owner, name)
    elif name in _OF_THREADS and isinstance(owner, _THREADED):
        special = _of_thread(owner, name)
    elif name in _DEPRECATED and type(owner).__module__ in {"configparser", "logging"}:
        return getattr(owner, _DEPRECATED[name])
    elif name == "message" and isinstance(owner, BaseException) and "message" not in vars(owner):
        return getattr(type(owner), "message", owner.args[0] if len(owner.args) == 1 else "")
    if special is not None:
        return special
    if name in RENAMED and not hasattr(owner, name):
        return getattr(owner, RENAMED[name])
    return getattr(owner, name)


def _is_built_in(owner: Any, name: str, kind: type) -> bool:
    """Whether the method is that of the built-in type, and not one of the mod's subclass."""
    if type(owner) is kind:
        return True
    return getattr(type.__getattribute__(type(owner), name), "__objclass__", None) is kind


def _sort_of(owner: Any) -> Any:
    return partial(sort, owner) if isinstance(owner, list) and _is_built_in(owner, "sort", list) else None


def _of_thread(owner: Any, name: str) -> Any:
    new = _OF_THREADS[name]
    if name.startswith("set"):
        return lambda value: setattr(owner, new, value)
    return getattr(owner, new) if callable(getattr(owner, new)) else lambda: getattr(owner, new)


def _of_dict(owner: Any, name: str) -> Callable[..., Any] | None:
    """Return the method of a dict, of ``dict`` itself, or of ``super(Words, self)``; None if the mod has its own."""
    if isinstance(owner, dict):
        return None if _overrides(owner, name) else _method(partial(getattr, owner), name)
    if owner is dict:
        return lambda values, *given: _method(lambda plain: getattr(dict, plain).__get__(values), name)(
            *given
        )
    if isinstance(owner, Mapping):  # such as os.environ
        found = getattr(owner, name, None)
        own = found is not None and getattr(found, "__func__", None) not in _VIEWS
        return None if own else _method(partial(getattr, owner), name)
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


def _function_of(owner: Any) -> Any:
    """``im_func`` of a function of a class in Python 3, such as the API's, which is no unbound method."""
    return (
        owner
        if isinstance(owner, FunctionType) and "__py2_class__" not in getattr(owner, "__builtins__", ())
        else None
    )


def _class_of(owner: Any) -> Any:
    """``im_class`` of a bound method."""
    if hasattr(owner, "im_class"):
        return owner.im_class
    return type_of(type, owner.__self__) if hasattr(owner, "__self__") else None


_BY_NAME: Final[Mapping[str, Callable[[Any], Any]]] = {
    "__init__": init_of,
    "__new__": new_of,
    "im_class": _class_of,
    "im_func": _function_of,
    "findall": lambda owner: pattern_method(owner, "findall"),
    "finditer": lambda owner: pattern_method(owner, "finditer"),
    "sub": lambda owner: pattern_method(owner, "sub"),
    "subn": lambda owner: pattern_method(owner, "subn"),
    "sort": _sort_of,
}
ATTRIBUTES: Final = frozenset(
    [*RENAMED, *_DICT_METHODS, *_OF_TEXT, *_BY_NAME, *SLICES, *_OF_THREADS, *_DEPRECATED, "message"]
)
"""The names whose look-ups ask ``attribute``."""
