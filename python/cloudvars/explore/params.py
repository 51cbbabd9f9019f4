"""What the address of a request asks for, read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudValueError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import QueryParams

__all__ = ["fields", "moment", "number", "typed"]

_TYPES: dict[str, type] = {"int": int, "float": float, "str": str, "bool": bool}
_BOOLS = {"1": True, "true": True, "0": False, "false": False}


def number(params: QueryParams, name: str, default: int, most: int) -> int:
    """Return the whole number of that name, from 0 to ``most``."""
    text = params.get(name)
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdigit()) or int(text) > most:
        raise CloudValueError(f"{name}: {text!r}; a whole number from 0 to {most} is accepted")
    return int(text)


def fields(text: str) -> dict[str, type]:
    """Return the fields of ``"level=int,stats.hp=float"``; a path without a type is a str."""
    found: dict[str, type] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        path, _, name = part.partition("=")
        if name and name not in _TYPES:
            raise CloudValueError(f"fields: {part!r}; a type is one of {', '.join(_TYPES)}")
        found[path.strip()] = _TYPES[name or "str"]
    return found


def moment(name: str, text: str) -> datetime:
    """Return the time of an ISO text; without an offset it is UTC."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise CloudValueError(
            f"{name}: {text!r}; a date or time such as 2026-01-31T08:00 is accepted"
        ) from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def typed(columns: Mapping[str, str], name: str, text: str) -> Any:
    """Return the text as what the column of that name holds."""
    kind = columns.get(name)
    if kind == "int64":
        try:
            return int(text)
        except ValueError:
            raise CloudValueError(f"{name}: {text!r}; a whole number is accepted") from None
    if kind == "float64":
        try:
            return float(text)
        except ValueError:
            raise CloudValueError(f"{name}: {text!r}; a number is accepted") from None
    if kind == "bool":
        if text.lower() not in _BOOLS:
            raise CloudValueError(f"{name}: {text!r}; true or false is accepted")
        return _BOOLS[text.lower()]
    return text
