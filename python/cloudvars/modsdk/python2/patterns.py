r"""``re``, where ``\w``, ``\d`` and ``\s`` mean ASCII unless ``re.UNICODE`` is given."""

import re
from collections.abc import Callable
from typing import Any, Final

__all__ = ["re_names"]

_FUNCTIONS: Final = {
    "compile": 1,
    "findall": 2,
    "finditer": 2,
    "match": 2,
    "search": 2,
    "split": 3,
    "sub": 4,
    "subn": 4,
}
"""A function -> the place of its flags."""
_INLINE: Final = re.compile(r"\(\?[a-zA-Z]*u[a-zA-Z]*\)")


def _flags(pattern: Any, flags: int) -> int:
    flags = int(flags) & ~re.LOCALE
    unicode_ = flags & re.UNICODE or not isinstance(pattern, str) or _INLINE.search(pattern)
    return flags if unicode_ else flags | re.ASCII


def _called(name: str, place: int) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(re, name)

    def call(pattern: Any, *arguments: Any, flags: int = 0, **keywords: Any) -> Any:
        given = [pattern, *arguments]
        if len(given) > place:
            flags = given.pop(place)
        if isinstance(pattern, re.Pattern):
            return function(*given, **keywords)
        # Compiled first: newer versions warn of a count that is given by its place.
        found = re.compile(pattern, _flags(pattern, flags))
        return found if name == "compile" else getattr(found, name)(*given[1:], **keywords)

    return call


def re_names() -> dict[str, Any]:
    """``re``."""
    return {name: _called(name, place) for name, place in _FUNCTIONS.items()}
