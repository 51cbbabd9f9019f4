"""``heapq`` and ``bisect``, which order whatever Python 2 orders.

The library's own Python sources are run with Python 2's meaning of ``<``.
"""

import bisect
import builtins
import heapq
import inspect
from functools import lru_cache
from types import ModuleType
from typing import Any

from .language import compile_source
from .ordering import greatest, in_order, least
from .runtime import HELPERS

__all__ = ["bisect_names", "heapq_names"]


def _in_python(name: str, *rest: Any) -> Any:
    """``__import__`` without the fast forms in C, which cannot be told how to compare."""
    if name in {"_bisect", "_heapq"}:
        raise ImportError(name)
    return builtins.__import__(name, *rest)


def _names(module: ModuleType) -> dict[str, Any]:
    source = inspect.getsource(module).encode()
    names = {"max": greatest, "min": least, "sorted": in_order, "__import__": _in_python}
    space: dict[str, Any] = {"__name__": module.__name__}
    space["__builtins__"] = {**vars(builtins), **HELPERS, **names}
    exec(compile_source(source, str(module.__file__), 2).code, space)  # noqa: S102 - the library's own file
    return {name: space[name] for name in vars(module) if callable(space.get(name)) and name[:2] != "__"}


@lru_cache(maxsize=1)
def heapq_names() -> dict[str, Any]:
    """``heapq``."""
    return _names(heapq)


@lru_cache(maxsize=1)
def bisect_names() -> dict[str, Any]:
    """``bisect``."""
    return _names(bisect)
