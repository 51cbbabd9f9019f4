r"""Python 2's string literals in Python 3's grammar: ``\u`` means nothing in a plain one, and a byte is a byte."""

import re
from typing import Final

__all__ = ["with_python3_literals"]

_NEEDED: Final = re.compile(
    r"""\\(?:[NuU4-7]|x[89a-fA-F]|[23][0-7][0-7]) | (?<![A-Za-z0-9_])(?:[uU][rR]|[bB][rR]?)["']""", re.VERBOSE
)
"""What a source has that needs its literals looked at."""
_START: Final = re.compile(r"""\#[^\n]* | ([A-Za-z0-9_]*)(\"\"\"|'''|"|')""", re.VERBOSE)
_REST: Final = {
    quote: re.compile(rf"((?:{inside}|\\.)*?){quote}", re.DOTALL)
    for quote, inside in (('"""', r"[^\\]"), ("'''", r"[^\\]"), ('"', r"[^\\\n]"), ("'", r"[^\\\n]"))
}
_PREFIXES: Final = {"", "b", "br", "r", "u", "ur"}
_UNICODE_LITERALS: Final = re.compile(
    r"^from\s+__future__\s+import\b[^#\n]*\bunicode_literals\b", re.MULTILINE
)
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)", re.DOTALL)
_RAW_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ASCII: Final = 128
_BYTE: Final = 0xFF


def with_python3_literals(text: str) -> str:
    """Return the source with its literals as Python 3 spells them, at the same lines."""
    if not _NEEDED.search(text):
        return text
    plain_is_unicode = _UNICODE_LITERALS.search(text) is not None
    written, at = [], 0
    while start := _START.search(text, at):
        if not start[2]:  # a comment
            written.append(text[at : start.end()])
            at = start.end()
            continue
        rest = _REST[start[2]].match(text, start.end())
        if rest is None:  # the grammar says what is wrong
            break
        word = start[1]
        kind = word.lower() if word.lower() in _PREFIXES else ""
        written.append(text[at : start.end(1) - len(kind)])
        written.append(_literal(kind, start[2], rest[1], plain_is_unicode=plain_is_unicode))
        at = rest.end()
    return "".join(written) + text[at:]


def _literal(kind: str, quote: str, body: str, *, plain_is_unicode: bool) -> str:
    if kind == "ur":
        return f"u{quote}{_RAW_ESCAPE.sub(_raw, body)}{quote}"
    if kind in {"r", "br"}:
        return f"r{quote}{body}{quote}"
    if kind == "u" or (kind == "" and plain_is_unicode):
        return f"{kind}{quote}{body}{quote}"
    return f"{quote}{_ESCAPE.sub(_plain, body)}{quote}"


def _plain(escape: re.Match[str]) -> str:
    """Write an escape of a plain literal, whose characters are bytes."""
    what = escape[1]
    if what[0] in "NuU":
        return f"\\\\{what}"
    if what[0] == "x" and len(what) > 1:
        number = int(what[1:], 16)
    elif what[0] in "01234567":
        number = int(what, 8) & _BYTE
    else:
        return escape[0]
    return f"\\udc{number:02x}" if number >= _ASCII else f"\\x{number:02x}"


def _raw(escape: re.Match[str]) -> str:
    r"""Write a backslash of ``ur"…"``, where only ``\u`` and ``\U`` mean something."""
    what = escape[1]
    if what[0] in "uU" and len(what) > 1:
        return escape[0]
    return f"\\\\\\{what}" if what in "\"'\n\\" else f"\\\\{what}"
