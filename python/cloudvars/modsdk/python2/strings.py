"""``string``, whose functions are methods of a str now."""

import string
from collections.abc import Callable
from typing import Any

from .numbers import digits_of, long_digits_of
from .octets import character, ordinal
from .recoding import translate_of

__all__ = ["string_names"]

_METHODS = (
    "capitalize", "center", "count", "expandtabs", "find", "index", "ljust", "lower", "lstrip", "replace", "rfind",
    "rindex", "rjust", "rsplit", "rstrip", "split", "strip", "swapcase", "upper", "zfill",
)  # fmt: skip


def _maketrans(frm: str, to: str) -> str:
    if len(frm) != len(to):
        message = "maketrans arguments must have same length"
        raise ValueError(message)
    table = [character(number) for number in range(256)]
    for one, other in zip(frm, to, strict=True):
        table[ordinal(one)] = other
    return "".join(table)


def _method(name: str) -> Callable[..., Any]:
    return lambda text, *rest: getattr(str(text) if name == "zfill" else text, name)(*rest)


def string_names() -> dict[str, Any]:
    """Return the names of ``string``."""

    def join(words: Any, sep: str = " ") -> str:
        return sep.join(words)

    return {
        **{name: _method(name) for name in _METHODS},
        "atof": lambda text: float(digits_of(float, text)),
        "atoi": lambda text, base=10: int(digits_of(int, text, base), base),
        "atol": lambda text, base=10: int(long_digits_of(int, text, base), base),
        "join": join,
        "joinfields": join,
        "letters": string.ascii_letters,
        "lowercase": string.ascii_lowercase,
        "maketrans": _maketrans,
        "splitfields": _method("split"),
        "translate": lambda text, table, deletions="": translate_of(text)(table, deletions),
        "uppercase": string.ascii_uppercase,
    }
