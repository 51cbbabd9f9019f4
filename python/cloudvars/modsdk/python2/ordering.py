"""Python 2 orders anything: None first, then numbers, then the rest by the name of its type."""

import functools
import operator
from collections.abc import Callable, Iterable
from datetime import date, time, timedelta
from functools import cmp_to_key
from typing import Any, Final

__all__ = ["OPERATORS", "compare", "greatest", "in_order", "least", "sort"]

_SETS = (set, frozenset)
_STRICT = (complex, date, time, timedelta)


def compare(left: Any, right: Any) -> int:
    """``cmp``: negative, 0 or positive, whatever the two are."""
    if left is right:
        return 0
    if isinstance(left, _SETS) and isinstance(right, _SETS):
        message = "cannot compare sets using cmp()"
        raise TypeError(message)
    try:
        return int(left > right) - int(left < right)
    except TypeError as error:
        if _is_the_mods(error):
            raise
    return _compare_unordered(left, right)


def _is_the_mods(error: TypeError) -> bool:
    """Whether a method of the mod raised it: Python itself leaves no frame below ours."""
    return error.__traceback__ is not None and error.__traceback__.tb_next is not None


def _compare_unordered(left: Any, right: Any) -> int:
    """Order what Python 3 does not. Raises ``TypeError`` for the few types that Python 2 did not order either."""
    if isinstance(left, _STRICT) or isinstance(right, _STRICT):
        message = f"can't compare {type(left).__name__} to {type(right).__name__}"
        raise TypeError(message)
    if type(left) is type(right):
        if isinstance(left, list | tuple):
            pairs = (compare(one, other) for one, other in zip(left, right, strict=False))
            return next((found for found in pairs if found), compare(len(left), len(right)))
        if isinstance(left, dict):
            return _compare_dicts(left, right)
    return compare((*_rank(left), id(left)), (*_rank(right), id(right)))


def _compare_dicts(left: dict[Any, Any], right: dict[Any, Any]) -> int:
    """Compare lengths, then the smallest keys that differ, then their values."""
    if len(left) != len(right):
        return len(left) - len(right)
    keys = []
    for one, other in ((left, right), (right, left)):
        differing = [key for key in one if key not in other or one[key] != other[key]]
        if not differing:
            return 0
        keys.append(min(differing, key=cmp_to_key(compare)))
    return compare(*keys) or compare(left[keys[0]], right[keys[1]])


def _rank(value: Any) -> tuple[int, str, int]:
    if value is None:
        return (0, "", 0)
    if isinstance(value, int | float):
        return (1, "", 0)
    return (2, type(value).__name__, id(type(value)))


def _ordered(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def ordered(left: Any, right: Any) -> Any:
        try:
            return function(left, right)
        except TypeError as error:
            if _is_the_mods(error):
                raise
        return function(compare(left, right), 0)

    return ordered


OPERATORS: Final = {
    "Lt": ("__py2_lt__", _ordered(operator.lt)),
    "LtE": ("__py2_le__", _ordered(operator.le)),
    "Gt": ("__py2_gt__", _ordered(operator.gt)),
    "GtE": ("__py2_ge__", _ordered(operator.ge)),
}
"""The name in the tree -> the helper's name, and the helper."""


def _key(cmp: Any, key: Any) -> Any:
    if cmp is None:
        return key
    ordered = cmp_to_key(cmp)
    return ordered if key is None else lambda value: ordered(key(value))


def sort(values: list[Any], cmp: Any = None, key: Any = None, reverse: Any = False) -> None:  # noqa: FBT002
    """``values.sort(cmp, key, reverse)``."""
    if cmp is None:
        before = list(values)
        try:
            values.sort(key=key, reverse=bool(reverse))
        except TypeError:
            values[:] = before  # a key that raises does so again
            cmp = compare
        else:
            return
    values.sort(key=_key(cmp, key), reverse=bool(reverse))


def in_order(values: Iterable[Any], cmp: Any = None, key: Any = None, reverse: Any = False) -> list[Any]:  # noqa: FBT002
    """``sorted``."""
    kept = list(values)
    sort(kept, cmp, key, reverse)
    return kept


def _extreme(function: Callable[..., Any], *values: Any, key: Any = None, **default: Any) -> Any:
    if len(values) == 1:
        values = (list(values[0]),)  # an iterator could not be asked twice
    try:
        return function(*values, key=key, **default)
    except TypeError:
        return function(*values, key=_key(compare, key), **default)


least = functools.partial(_extreme, min)
"""``min``."""
greatest = functools.partial(_extreme, max)
"""``max``."""
