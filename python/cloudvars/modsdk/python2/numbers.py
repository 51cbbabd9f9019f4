"""Python 2's numbers: ``round``, ``int`` and ``float`` of texts, ``coerce``, ``hash``."""

import math
import re
import sys
from collections.abc import Callable
from typing import Any, Final

from .octets import octets

__all__ = ["coerce", "digits_of", "hash_of", "long_digits_of", "round_"]

_MOST_DIGITS: Final = 323
_FEWEST_DIGITS: Final = -308
_L: Final = 21
"""From the base 22 on, L is a digit."""
_SIGN: Final = re.compile(r"^(\s*[+-])\s+")
_MULTIPLIER: Final = 1000003
_LIMIT: Final = 1 << 63
_MASK: Final = (1 << 64) - 1


def round_(number: Any, ndigits: Any = 0) -> float:
    """``round``: the exact value, half away from zero; always a float."""
    if isinstance(number, str):
        message = "a float is required"
        raise TypeError(message)
    value = float(number)
    digits = ndigits.__index__()
    if digits > _MOST_DIGITS or not math.isfinite(value) or value == 0:
        return value
    if digits < _FEWEST_DIGITS:
        return 0.0 * value
    above, below = abs(value).as_integer_ratio()
    if digits > 0:
        above *= 10**digits
    else:
        below *= 10**-digits
    whole, rest = divmod(above, below)
    whole += 2 * rest >= below
    # Both are exact, and so the division rounds once.
    return math.copysign(whole / 10**digits if digits > 0 else float(whole * 10**-digits), value)


def digits_of(kind: Any, text: Any, base: Any = 10) -> Any:
    """Return what to give to ``int``, ``long`` or ``float`` in place of a text that Python 3 reads otherwise."""
    if not isinstance(text, str) or kind not in {int, float}:
        return text
    if "_" in text:
        message = (
            f"could not convert string to float: {text}"
            if kind is float
            else f"invalid literal for int() with base {base}: {text!r}"
        )
        raise ValueError(message)
    if kind is int:
        text = _SIGN.sub(r"\1", text)
    if base == 0 and kind is int:
        bare = text.strip().lstrip("+-")
        if bare.startswith("0") and bare.isdigit() and bare.strip("0"):
            return text.replace("0", "0o", 1)
    return text


def long_digits_of(kind: Any, text: Any, base: Any = 10) -> Any:
    """Return what to give to ``long``: an L at the end of a text is allowed."""
    if isinstance(text, str) and kind is int:
        bare = text.strip()
        if bare[-1:] in {"l", "L"} and bare[-2:-1].isalnum() and (not isinstance(base, int) or base <= _L):
            text = bare[:-1]
    return digits_of(kind, text, base)


def coerce(left: Any, right: Any) -> tuple[Any, Any]:
    """Return both numbers in the wider of their two types. Raises ``TypeError``."""
    if type(left) is type(right) or (isinstance(left, int) and isinstance(right, int)):
        return left, right
    own = getattr(type(left), "__coerce__", None)
    if own is not None:
        answer = own(left, right)
        if answer is not None and answer is not NotImplemented:
            return answer  # type: ignore[no-any-return]
    for kind in (complex, float, int):
        if isinstance(left, kind) or isinstance(right, kind):
            if isinstance(left, complex | float | int) and isinstance(right, complex | float | int):
                return kind(left), kind(right)  # type: ignore[arg-type]
            break
    message = "number coercion failed"
    raise TypeError(message)


def hash_of(value: Any) -> int:
    """``hash``: that of 64-bit builds for texts, numbers and tuples; a class may define its own."""
    function = _HASHES.get(type.__getattribute__(type(value), "__hash__"))
    return hash(value) if function is None else function(value)


def _signed(number: int) -> int:
    number &= _MASK
    number = number - (1 << 64) if number >= _LIMIT else number
    return -2 if number == -1 else number


def _hash_text(data: bytes) -> int:
    if not data:
        return 0
    number = data[0] << 7
    for byte in data:
        number = ((_MULTIPLIER * number) ^ byte) & _MASK
    return _signed(number ^ len(data))


def _hash_int(value: int) -> int:
    if -sys.maxsize - 1 <= value <= sys.maxsize:
        return _signed(value)
    # A long is hashed by its digits of 30 bits, rotated within 64 bits.
    number, size = 0, abs(value)
    for shift in reversed(range(0, size.bit_length(), 30)):
        digit = (size >> shift) & ((1 << 30) - 1)
        number = (((number << 30) & _MASK) | (number >> 34)) + digit
        number = number + 1 - (1 << 64) if number > _MASK else number
        number &= _MASK
    return _signed(number if value > 0 else -number)


def _hash_float(value: float) -> int:
    if math.isinf(value):
        return 314159 if value > 0 else -271828
    if math.isnan(value):
        return 0
    fraction, whole = math.modf(value)
    if fraction == 0.0:
        return _hash_int(int(whole))
    mantissa, exponent = math.frexp(value)
    mantissa *= 2147483648.0  # 2**31
    high = int(mantissa)
    low = int((mantissa - high) * 2147483648.0)
    return _signed(high + low + (exponent << 15))


def _hash_tuple(values: tuple[Any, ...]) -> int:
    number, factor, left = 0x345678, _MULTIPLIER, len(values)
    for value in values:
        left -= 1
        number = ((number ^ hash_of(value)) * factor) & _MASK
        factor = (factor + 82520 + left + left) & _MASK
    return _signed(number + 97531)


_HASHES: Final[dict[Any, Callable[[Any], int]]] = {
    str.__hash__: lambda text: _hash_text(octets(text)),
    float.__hash__: _hash_float,
    int.__hash__: _hash_int,
    tuple.__hash__: _hash_tuple,
}
"""The type's own ``__hash__`` -> what Python 2 did."""
