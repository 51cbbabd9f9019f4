"""``inspect``, ``types`` and ``new``: functions, methods and their arguments as Python 2 has them."""

import collections
import inspect
import types
from collections.abc import Callable
from typing import Any

from .buffers import Buffer
from .classes import MethodType, UnboundMethod, type_of
from .files import File

__all__ = ["inspect_names", "new_names", "types_names"]

ArgSpec = collections.namedtuple("ArgSpec", "args varargs keywords defaults")  # noqa: PYI024 - as Python 2 made it


def _argspec(function: Any) -> ArgSpec:
    """``getargspec``: of a function or a method, ``self`` included."""
    function = getattr(function, "__func__", function)
    if not isinstance(function, types.FunctionType):
        message = f"{function!r} is not a Python function"
        raise TypeError(message)
    found = inspect.getfullargspec(function)
    return ArgSpec(found.args, found.varargs, found.varkw, found.defaults)


def _members(owner: Any, predicate: Callable[[Any], Any] | None = None) -> list[tuple[str, Any]]:
    """``getmembers``: the pairs of name and value, by name."""
    found = []
    for name in sorted(dir(owner)):
        try:
            value = getattr(owner, name)
        except AttributeError:
            continue
        if predicate is None or predicate(value):
            found.append((name, value))
    return found


def inspect_names() -> dict[str, Any]:
    """``inspect``."""
    return {
        "ArgSpec": ArgSpec,
        "getargspec": _argspec,
        "getmembers": _members,
        "ismethod": lambda value: isinstance(value, MethodType),
        "isroutine": lambda value: isinstance(value, UnboundMethod) or inspect.isroutine(value),
    }


def types_names() -> dict[str, Any]:
    """``types``."""
    return {
        "BooleanType": bool, "BufferType": Buffer, "ClassType": type, "ComplexType": complex, "DictType": dict,
        "DictionaryType": dict, "EllipsisType": type(...), "FileType": File, "FloatType": float,
        "InstanceType": object, "IntType": int, "ListType": list, "LongType": int, "MethodType": MethodType,
        "NoneType": type(None), "NotImplementedType": type(NotImplemented), "ObjectType": object, "SliceType": slice,
        "StringType": str, "StringTypes": (str,), "TupleType": tuple, "TypeType": type, "UnboundMethodType": MethodType,
        "UnicodeType": str, "XRangeType": range,
    }  # fmt: skip


def new_names() -> dict[str, Any]:
    """Return the names of ``new``."""

    def classobj(name: str, bases: tuple[Any, ...], body: dict[str, Any]) -> Any:
        return type_of(type, name, bases, body)

    return {
        "classobj": classobj,
        "code": types.CodeType,
        "function": types.FunctionType,
        "instance": lambda cls, values=None: _instance(cls, values or {}),
        "instancemethod": MethodType,
        "module": types.ModuleType,
    }


def _instance(cls: Any, values: dict[str, Any]) -> Any:
    made = object.__new__(cls)
    vars(made).update(values)
    return made
