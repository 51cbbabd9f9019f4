"""What some modules of the library had in Python 2: a function for each module returns the names."""

import builtins
import collections
import collections.abc
import functools
import itertools
import json
import math
import operator
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from .division import divide
from .octets import as_binary
from .ordering import OPERATORS, in_order
from .queues import heapq_names
from .randomness import random_names

__all__ = [
    "collections_names", "exceptions_names", "functools_names", "itertools_names", "json_names", "math_names",
    "operator_names", "os_names", "queue_names", "random_names", "sets_names", "threading_names", "time_names",
    "userdict_names",
]  # fmt: skip


def collections_names() -> dict[str, Any]:
    """Return what is new: the abstract classes were in it."""
    return {name: getattr(collections.abc, name) for name in collections.abc.__all__}


def userdict_names() -> dict[str, Any]:
    """``UserDict``."""
    return {"DictMixin": collections.abc.MutableMapping, "IterableUserDict": collections.UserDict}


def exceptions_names() -> dict[str, Any]:
    """``exceptions``."""
    return {"StandardError": Exception}


def functools_names() -> dict[str, Any]:
    """``functools``."""
    return {"reduce": functools.reduce}


def _mapped(function: Callable[..., Any] | None, *iterables: Any) -> Iterator[Any]:
    return zip(*iterables, strict=False) if function is None else map(function, *iterables)


def itertools_names() -> dict[str, Any]:
    """``itertools``: the lazy forms of ``map``, ``filter`` and ``zip``."""
    return {
        "ifilter": filter,
        "ifilterfalse": itertools.filterfalse,
        "imap": _mapped,
        "izip": zip,
        "izip_longest": itertools.zip_longest,
    }


def json_names() -> dict[str, Any]:
    """``json``: its functions took an ``encoding``, and put a blank before the end of a line."""

    def call(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        keywords.pop("encoding", None)
        if keywords.get("sort_keys") and arguments:
            keywords["sort_keys"], arguments = False, (_in_order(arguments[0]), *arguments[1:])
        if keywords.get("indent") is not None and keywords.get("separators") is None:
            keywords["separators"] = (", ", ": ")
        return function(*arguments, **keywords)

    return {name: functools.partial(call, getattr(json, name)) for name in ("dump", "dumps", "load", "loads")}


def _in_order(value: Any) -> Any:
    """Return the value with the keys of its dicts in Python 2's order, which knows every type."""
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in in_order(value)}
    return [_in_order(one) for one in value] if isinstance(value, list | tuple) else value


def queue_names() -> dict[str, Any]:
    """``Queue``: one with priorities orders whatever Python 2 orders."""
    heap = heapq_names()

    class PriorityQueue(queue.PriorityQueue[Any]):
        """The least first."""

        def _put(self, item: Any) -> None:
            heap["heappush"](self.queue, item)

        def _get(self) -> Any:
            return heap["heappop"](self.queue)

    return {"PriorityQueue": PriorityQueue}


def math_names() -> dict[str, Any]:
    """``math.floor`` and ``math.ceil`` gave floats: ``math.floor(x) / 2`` does not floor again."""

    def whole(function: Callable[[float], int]) -> Callable[[float], float]:
        return lambda value: math.copysign(function(value), value) if math.isfinite(value) else float(value)

    return {"ceil": whole(math.ceil), "floor": whole(math.floor)}


def operator_names() -> dict[str, Any]:
    """``operator``: it divides and orders as the language does."""
    return {
        "div": divide,
        "isCallable": callable,
        "isMappingType": lambda value: isinstance(value, collections.abc.Mapping),
        "isNumberType": lambda value: isinstance(value, int | float | complex),
        "isSequenceType": lambda value: hasattr(value, "__getitem__") and not isinstance(value, dict),
        "sequenceIncludes": operator.contains,
        **{
            name.lower().replace("lte", "le").replace("gte", "ge"): pair[1]
            for name, pair in OPERATORS.items()
        },
    }


def os_names() -> dict[str, Any]:
    """``os``."""
    return {"errno": __import__("errno"), "getcwdu": os.getcwd, "urandom": lambda n: as_binary(os.urandom(n))}


def sets_names() -> dict[str, Any]:
    """Return the names of ``sets``."""
    return {"ImmutableSet": builtins.frozenset, "Set": builtins.set}


def threading_names() -> dict[str, Any]:
    """``threading``."""
    return {
        "_Event": threading.Event,
        "_Timer": threading.Timer,
        "activeCount": threading.active_count,
        "currentThread": threading.current_thread,
    }


def time_names() -> dict[str, Any]:
    """``time``."""
    return {"clock": time.perf_counter}
