"""Modules of Python 2's library under their old names, with what has been removed from them since."""

import base64
import collections.abc
import hashlib
import importlib
import io
import itertools
import json
import math
import pickle
import string
import sys
import time
import types
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from .division import divide

__all__ = ["MOVED", "View", "python2_view"]

MOVED = {
    "ConfigParser": "configparser",
    "HTMLParser": "html.parser",
    "Queue": "queue",
    "StringIO": "io",
    "UserDict": "collections",
    "__builtin__": "builtins",
    "cPickle": "pickle",
    "cStringIO": "io",
    "copy_reg": "copyreg",
    "dummy_thread": "_thread",
    "htmlentitydefs": "html.entities",
    "thread": "_thread",
    "urlparse": "urllib.parse",
}
"""Old name -> where it is now."""


def _bytes(value: Any) -> Any:
    return value.encode("utf-8") if isinstance(value, str) else value


class _Hash:
    """A hash that is fed text."""

    def __init__(self, made: Any) -> None:
        self._made = made

    def update(self, value: Any) -> None:
        self._made.update(_bytes(value))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made, name)


def _of_text(function: Callable[..., Any]) -> Callable[..., _Hash]:
    """Return the hash function, with utf-8 for a str: in Python 2 that is what a str holds."""
    return lambda value="", *rest: _Hash(function(_bytes(value), *rest))


def _to_text(function: Callable[..., bytes]) -> Callable[..., str]:
    return lambda value, *rest: function(_bytes(value), *rest).decode("utf-8", "surrogateescape")


def _without_encoding(function: Callable[..., Any]) -> Callable[..., Any]:
    """``json`` took an ``encoding``."""

    def call(*arguments: Any, **keywords: Any) -> Any:
        keywords.pop("encoding", None)
        return function(*arguments, **keywords)

    return call


def _whole(function: Callable[[float], int]) -> Callable[[float], float]:
    """``math.floor`` and ``math.ceil`` gave floats: ``math.floor(x) / 2`` does not floor again."""
    return lambda value: float(function(value)) if math.isfinite(value) else float(value)


_ABC = {name: getattr(collections.abc, name) for name in collections.abc.__all__}
_TYPES = {
    "BooleanType": bool, "ClassType": type, "DictType": dict, "DictionaryType": dict, "FileType": io.IOBase,
    "FloatType": float, "InstanceType": object, "IntType": int, "ListType": list, "LongType": int,
    "NoneType": type(None), "ObjectType": object, "StringType": str, "StringTypes": (str,), "TupleType": tuple,
    "TypeType": type, "UnicodeType": str, "UnboundMethodType": types.FunctionType,
}  # fmt: skip
_ADDED: Mapping[str, Mapping[str, Any]] = {
    "base64": {name: _to_text(getattr(base64, name)) for name in ("b64encode", "b64decode")},
    "collections": _ABC,
    "hashlib": {name: _of_text(getattr(hashlib, name)) for name in ("md5", "sha1", "sha256", "sha512")},
    "itertools": {"ifilter": filter, "ifilterfalse": itertools.filterfalse, "imap": map, "izip": zip}
    | {"izip_longest": itertools.zip_longest},
    "json": {name: _without_encoding(getattr(json, name)) for name in ("dump", "dumps", "load", "loads")},
    "math": {name: _whole(getattr(math, name)) for name in ("ceil", "floor")},
    "operator": {"div": divide, "isCallable": callable},
    "pickle": {"dumps": lambda value, protocol=0: pickle.dumps(value, protocol)},
    "string": {
        "letters": string.ascii_letters, "lowercase": string.ascii_lowercase, "uppercase": string.ascii_uppercase,
        "join": lambda words, separator=" ": separator.join(words),
        "split": lambda text, *rest: text.split(*rest), "replace": lambda text, *rest: text.replace(*rest),
        "zfill": str.zfill, "lower": str.lower, "upper": str.upper, "strip": str.strip, "maketrans": str.maketrans,
        "atoi": int, "atof": float,
    },
    "sys": {"maxint": sys.maxsize, "setdefaultencoding": lambda _name: None, "exc_clear": lambda: None},
    "time": {"clock": time.perf_counter},
    "types": _TYPES,
}  # fmt: skip


class View(ModuleType):
    """A module with a few more names; the module itself stays as it is."""

    def __init__(self, module: ModuleType, added: Mapping[str, Any]) -> None:
        super().__init__(module.__name__, module.__doc__)
        self.__dict__.update(added)
        self.__dict__["_module"] = module
        public = getattr(module, "__all__", None) or [name for name in vars(module) if name[0] != "_"]
        self.__dict__["__all__"] = [*public, *added]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_module"], name)


def python2_view(module: ModuleType, imports: Mapping[str, Any]) -> ModuleType:
    """Return ``module`` as a Python 2 mod expects it; ``imports`` replaces names of ``importlib``."""
    added = dict(_ADDED.get(module.__name__, {}))
    if module is importlib:
        added |= imports
    return View(module, added) if added else module
