"""``encode`` and ``decode`` of a str, which give a str, and the other methods of a str that changed."""

import codecs
from collections.abc import Callable
from typing import Any, Final

from .formats import Formatter
from .octets import as_binary, as_text, joined, octets, ordinal
from .text import unicode_of

__all__ = ["format_of", "recode_of", "translate_of", "unicode_format_of"]

_BYTES: Final = {"hex", "base64", "base_64", "zlib", "zip", "bz2", "uu", "quopri", "quoted_printable"}
_ESCAPES: Final = {"string_escape", "unicode_escape", "raw_unicode_escape"}
_BYTE: Final = {"latin_1", "latin1", "iso_8859_1", "iso8859_1"}
_SIMPLE: Final = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_formatter: Final = Formatter()
_unicode_formatter: Final = Formatter(unicode_of)


def recode_of(text: str, name: str) -> Callable[..., Any]:
    """Return ``encode`` or ``decode``. Here a str is text, so both take and return a str."""

    def recode(encoding: str = "ascii", errors: str = "strict") -> Any:
        kind = encoding.lower().replace("-", "_").replace("_codec", "")
        if kind in _BYTES:
            return _recode_bytes(text, name, kind, errors)
        if kind in _ESCAPES:
            return _escape(text, kind) if name == "encode" else _unescape(text, kind)
        if kind in {"rot13", "rot_13"}:
            return codecs.encode(text, "rot13")
        codecs.lookup(encoding)
        return joined(text) if name == "decode" else text

    return recode


def _recode_bytes(text: str, name: str, kind: str, errors: str) -> str:
    function: Callable[..., bytes] = codecs.encode if name == "encode" else codecs.decode
    try:
        data = function(octets(text), kind, errors)
    except ValueError as error:
        if kind == "hex":
            raise TypeError(str(error)) from None
        raise
    return as_binary(data) if name == "encode" else as_text(data)


def _escape(text: str, kind: str) -> str:
    if kind == "string_escape":
        return "".join(
            _SIMPLE.get(one, one) if " " <= one <= "~" or one in _SIMPLE else f"\\x{byte:02x}"
            for byte in octets(text)
            for one in [chr(byte)]
        )
    return text.encode(kind, "surrogatepass").decode("latin-1")


def _unescape(text: str, kind: str) -> str:
    if kind == "string_escape":
        return as_text(codecs.escape_decode(octets(text))[0])
    return str(octets(text).decode(kind))


def translate_of(text: str) -> Callable[..., str]:
    """Return ``translate``, whose table is a str of 256 characters or None; a dict is a table of unicode."""

    def translate(table: Any, deletechars: str = "") -> str:
        kept = [one for one in text if one not in deletechars]
        if table is None:
            return "".join(kept)
        if not isinstance(table, str):
            return "".join(kept).translate(table)
        if len(table) != 256:  # noqa: PLR2004 - one for each byte
            message = "translation table must be 256 characters long"
            raise ValueError(message)
        return "".join(table[number] if (number := ordinal(one)) < 256 else one for one in kept)  # noqa: PLR2004 - ditto

    return translate


def unicode_format_of(text: str) -> Callable[..., str]:
    """Return ``format`` of a unicode literal, which asks a class for ``__unicode__``."""
    return lambda *arguments, **keywords: _unicode_formatter.vformat(text, arguments, keywords)


def format_of(text: str) -> Callable[..., str]:
    """Return ``format``, which writes values as Python 2 does."""

    def form(*arguments: Any, **keywords: Any) -> str:
        if all(type(value) is str for value in arguments) and not keywords:
            return text.format(*arguments)
        return _formatter.vformat(text, arguments, keywords)

    return form
