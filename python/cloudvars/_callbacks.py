"""Tells plain callbacks from those that must be awaited (S-9)."""

from __future__ import annotations

import functools
import inspect
from types import FunctionType, MethodType
from typing import Any

__all__ = ["is_async"]


def is_async(callback: Any) -> bool:
    """Whether a call of it does no work yet: a coroutine function or async generator, however it is wrapped."""
    function = callback.__func__ if type(callback) is MethodType else callback
    if type(function) is FunctionType and not function.__dict__:  # most are: the rest takes ten times as long
        return bool(function.__code__.co_flags & (inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR))
    while isinstance(callback, functools.partial):
        callback = callback.func
    if _is_async(callback):
        return True
    # An object with `async def __call__`. A class is not one: to call it makes an object.
    return not isinstance(callback, type) and _is_async(getattr(callback, "__call__", None))  # noqa: B004 - it is looked at


def _is_async(function: Any) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
