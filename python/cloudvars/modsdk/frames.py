"""Tracebacks with the lines of the test and of the mod, without those of the host in between (E-20)."""

import functools
import inspect
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FunctionType, TracebackType
from typing import Any, ParamSpec, TypeVar

__all__ = ["hide", "point_at", "raised_with", "short", "short_calls", "shorten"]

_PACKAGE = __name__.rpartition(".")[0]
_HOST = str(Path(__file__).parent)
_LIBRARY = sysconfig.get_paths()["stdlib"]
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_Class = TypeVar("_Class", bound=type)


def short_calls(cls: _Class) -> _Class:
    """Make every method that a test calls raise with a short traceback."""
    methods = {name: method for base in reversed(cls.__mro__[:-1]) for name, method in vars(base).items()}
    for name, method in methods.items():
        public = not name.startswith("_") or name in {"__enter__", "__exit__"}
        if public and isinstance(method, FunctionType):
            setattr(cls, name, short(method))
    return cls


def short(call: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Make a function raise with a short traceback. A bare ``raise`` does not add its own line to it."""

    @functools.wraps(call)
    def called(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        try:
            return call(*args, **kwargs)
        except BaseException as error:
            shorten(error)
            raise

    return called


def shorten(error: BaseException) -> None:
    """Leave the host's lines out of an exception's traceback, and out of those that are raised with it."""
    for one in raised_with(error):
        one.__traceback__ = _short(one.__traceback__)


def point_at(error: BaseException, function: Callable[..., Any]) -> None:
    """Note in which line a function is that could not be called with these arguments: no traceback has its line.

    Called where the error is caught, in the function that made the call.
    """
    if (
        not isinstance(error, TypeError)
        or error.__traceback__ is None
        or error.__traceback__.tb_next is not None
    ):
        return
    while isinstance(function, functools.partial):
        function = function.func
    code = getattr(inspect.unwrap(function), "__code__", None)
    if isinstance(code, CodeType):
        error.add_note(f"{code.co_qualname} is in {code.co_filename}:{code.co_firstlineno}")


def hide() -> None:
    """Have pytest leave the lines of the host's modules out of its reports, unless it is called with --full-trace."""
    for name, module in list(sys.modules.items()):
        if name == _PACKAGE or name.startswith(f"{_PACKAGE}."):
            vars(module)["__tracebackhide__"] = True


def raised_with(error: BaseException) -> list[BaseException]:
    """Return the exception with those in its group, its causes and its contexts."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if not any(one is other for other in found):
            found.append(one)
            inner = one.exceptions if isinstance(one, BaseExceptionGroup) else ()
            waiting += [other for other in (*inner, one.__cause__, one.__context__) if other is not None]
    return found


def _short(traceback: TracebackType | None) -> TracebackType | None:
    """Leave out the host's lines before the last line of anybody else; those at the end say what went wrong."""
    lines: list[TracebackType] = []
    waiting: list[TracebackType] = []
    in_host = False
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        in_host = file.startswith(_HOST) or (in_host and file.startswith((_LIBRARY, "<frozen")))
        waiting.append(traceback)
        if not in_host:
            lines.append(waiting.pop())
            waiting.clear()
        traceback = traceback.tb_next
    linked = None
    for line in reversed([*lines, *waiting]):
        linked = TracebackType(linked, line.tb_frame, line.tb_lasti, line.tb_lineno)
    return linked
