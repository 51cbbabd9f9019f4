"""A str of Python 2 holds bytes, and a str here holds text: how the one is told as the other.

Bytes that are UTF-8 are text; any other byte from 128 on is kept as one surrogate (``surrogateescape``), so that
encoding gives back exactly the bytes that were there.
"""

from typing import Any, Final

__all__ = ["as_binary", "as_text", "character", "joined", "octets", "ordinal"]

_ESCAPED: Final = 0xDC00
"""A byte that is no text is the character at this number plus the byte."""
_ASCII: Final = 128
_BYTES: Final = 256


def octets(value: Any) -> Any:
    """Return the bytes of a str; anything else as it is."""
    return str.encode(value, "utf-8", "surrogateescape") if isinstance(value, str) else value


def as_text(data: bytes) -> str:
    """Return what is most often text, such as a file that was read."""
    return bytes(data).decode("utf-8", "surrogateescape")


def as_binary(data: bytes) -> str:
    """Return what is no text, such as a digest, with one character for each byte."""
    return bytes(data).decode("ascii", "surrogateescape")


def joined(text: str) -> str:
    """Return the text in which bytes that stand side by side and are UTF-8 together are characters."""
    return as_text(octets(text)) if any("\udc80" <= one <= "\udcff" for one in text) else text


def character(number: int) -> str:
    """``chr``: the str of one byte."""
    if not 0 <= number < _BYTES:
        message = "chr() arg not in range(256)"
        raise ValueError(message)
    return chr(number if number < _ASCII else _ESCAPED + number)


def ordinal(one: Any) -> int:
    """``ord``: the number of a byte or of a character."""
    number = ord(one)
    return number - _ESCAPED if _ASCII <= number - _ESCAPED < _BYTES else number
