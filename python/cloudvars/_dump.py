"""A dump as text, written in parts, so that other threads run meanwhile and Ctrl-C works."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROWS = 500
_LEVELS = 4
"""These are written in parts: the document, its games, a game's kinds, a kind's rows."""

_dumps = partial(json.dumps, allow_nan=False, ensure_ascii=False)


def text(source: dict[str, Any]) -> str:
    """Return what ``json.dumps`` returns, and raise what it raises."""
    return "".join(_parts(source, _LEVELS))


def _parts(value: Any, levels: int) -> Iterator[str]:
    if levels and type(value) is dict:
        yield "{"
        for index, (key, inner) in enumerate(value.items()):
            # json turns the keys that are not a str into one.
            yield ("," if index else "") + _dumps({key: 0})[1:-2]
            yield from _parts(inner, levels - 1)
        yield "}"
    elif levels and type(value) is list:
        yield "["
        for start in range(0, len(value), _ROWS):
            yield ("," if start else "") + _dumps(value[start : start + _ROWS])[1:-1]
        yield "]"
    else:
        yield _dumps(value)
