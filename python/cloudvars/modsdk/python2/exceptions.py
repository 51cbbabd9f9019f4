"""Exceptions of Python 2: ``raise E, value``, and exceptions as sequences of their arguments."""

from typing import Any, Final

__all__ = ["items_of", "raised"]

_PLAIN: Final = frozenset([dict, list, str, tuple])


def raised(kind: Any, value: Any = None, traceback: Any = None) -> BaseException:
    """Return what ``raise kind, value, traceback`` raises: an instance is itself, a tuple has the arguments."""
    if isinstance(kind, BaseException):
        if value is not None:
            message = "instance exception may not have a separate value"
            raise TypeError(message)
        error: Any = kind
    elif isinstance(kind, type) and isinstance(value, kind):
        error = value
    elif value is None:
        error = kind()
    else:
        error = kind(*value) if isinstance(value, tuple) else kind(value)
    return error if traceback is None else error.with_traceback(traceback)  # type: ignore[no-any-return]


def items_of(owner: Any) -> Any:
    """Return what ``owner[…]`` and ``a, b = owner`` look into: the arguments of an exception."""
    if type(owner) in _PLAIN or not isinstance(owner, BaseException) or hasattr(type(owner), "__getitem__"):
        return owner
    return owner.args
