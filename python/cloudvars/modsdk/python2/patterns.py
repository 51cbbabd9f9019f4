r"""``re`` as in Python 2: ``\w`` is ASCII, an unknown escape is its letter, empty matches are not beside others."""

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

__all__ = ["pattern_method", "re_names"]

_FUNCTIONS: Final = {"findall": 2, "finditer": 2, "match": 2, "search": 2, "split": 3, "sub": 4, "subn": 4}
"""A function -> the place of its flags."""
_INLINE: Final = re.compile(r"(?<!\\)\(\?([iLmsux]+)\)")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_OF_PATTERNS: Final = "AbBdDsSwWZafnrtvx"
_OF_TEMPLATES: Final = "abfgnrtv"


def _compile(pattern: Any, flags: int = 0) -> Any:
    """``re.compile``."""
    if not isinstance(pattern, str):
        return re.compile(pattern, flags)
    flags = int(flags) & ~re.LOCALE
    for letter in "".join(_INLINE.findall(pattern)).replace("L", ""):
        flags |= getattr(re, letter.upper())
    unicode_ = flags & re.UNICODE
    return re.compile(_without_unknown(_INLINE.sub("", pattern)), flags if unicode_ else flags | re.ASCII)


def _without_unknown(pattern: str) -> str:
    def known(escape: re.Match[str]) -> str:
        letter = escape[1]
        return letter if letter.isalpha() and letter.isascii() and letter not in _OF_PATTERNS else escape[0]

    return _ESCAPE.sub(known, pattern)


def _template(repl: Any) -> Any:
    r"""Return what replaces a match: an unknown escape such as ``\d`` is these two characters."""

    def known(escape: re.Match[str]) -> str:
        letter = escape[1]
        unknown = letter.isalpha() and letter.isascii() and letter not in _OF_TEMPLATES
        return f"\\{escape[0]}" if unknown else escape[0]

    return _ESCAPE.sub(known, repl) if isinstance(repl, str) else repl


def _matches(pattern: re.Pattern[str], string: Any, *bounds: int) -> list[re.Match[str]]:
    """Find all matches. After an empty one Python 2 goes on with the next character, and Python 3 with this one."""
    found = list(pattern.finditer(string, *bounds))
    if all(match.end() > match.start() for match in found):
        return found
    found = []
    at, *end = bounds or (0,)
    while at <= len(string) and (match := pattern.search(string, at, *end)):
        found.append(match)
        at = match.end() + (match.end() == match.start())
    return found


def _finditer(pattern: re.Pattern[str], string: Any, *bounds: int) -> Iterator[re.Match[str]]:
    return iter(_matches(pattern, string, *bounds))


def _findall(pattern: re.Pattern[str], string: Any, *bounds: int) -> list[Any]:
    found = _matches(pattern, string, *bounds)
    if pattern.groups > 1:
        return [match.groups("") for match in found]
    return [match.group(pattern.groups) or "" for match in found]


def _subn(pattern: re.Pattern[str], repl: Any, string: Any, count: int = 0) -> tuple[Any, int]:
    repl, parts, at, done = _template(repl), [], 0, 0
    for match in _matches(pattern, string):
        empty = match.end() == match.start()
        if (count and done == count) or (empty and match.start() == at and done):
            continue  # an empty match right after another is none
        parts += [string[at : match.start()], repl(match) if callable(repl) else match.expand(repl)]
        at, done = match.end(), done + 1
    return "".join([*parts, string[at:]]), done


def _sub(pattern: re.Pattern[str], repl: Any, string: Any, count: int = 0) -> Any:
    return _subn(pattern, repl, string, count)[0]


def _split(pattern: re.Pattern[str], string: Any, maxsplit: int = 0) -> list[Any]:
    parts: list[Any] = []
    at = done = 0
    for match in _matches(pattern, string):
        if match.end() > match.start() and not (maxsplit and done == maxsplit):
            parts += [string[at : match.start()], *match.groups()]
            at, done = match.end(), done + 1
    return [*parts, string[at:]]


_METHODS: Final[dict[str, Callable[..., Any]]] = {
    "findall": _findall,
    "finditer": _finditer,
    "split": _split,
    "sub": _sub,
    "subn": _subn,
}


def pattern_method(owner: Any, name: str) -> Any:
    """Return a method of a compiled pattern; None for any other owner."""
    return functools.partial(_METHODS[name], owner) if isinstance(owner, re.Pattern) else None


def _called(name: str, place: int) -> Callable[..., Any]:
    def call(pattern: Any, *arguments: Any, flags: int = 0, **keywords: Any) -> Any:
        given = [pattern, *arguments]
        if len(given) > place:
            flags = given.pop(place)
        found = pattern if isinstance(pattern, re.Pattern) else _compile(pattern, flags)
        method = functools.partial(_METHODS[name], found) if name in _METHODS else getattr(found, name)
        return method(*given[1:], **keywords)

    return call


def re_names() -> dict[str, Any]:
    """``re``."""
    return {"compile": _compile, **{name: _called(name, place) for name, place in _FUNCTIONS.items()}}
