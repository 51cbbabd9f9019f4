"""JSON of what the store answers, and back.

Ints and floats are written exactly as they are (``9223372036854775807``, ``1.0``), so a reader that is not exact beyond
2^53, such as ``JSON.parse`` alone, must take care. Times are ISO text in UTC. An int key of a value is written
``"#5"``, and a str key that starts with ``#`` gets another ``#``, as in the file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cloudvars.errors import CloudValueError

__all__ = ["cell", "read_value", "row", "to_bytes"]


def to_bytes(answer: object) -> bytes:
    """Return the JSON text."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def row(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a table for JSON."""
    return {column: cell(value) for column, value in found.items()}


def cell(value: Any) -> Any:
    """Return what a row holds for JSON."""
    if isinstance(value, Mapping):
        return {_key(key): cell(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [cell(inner) for inner in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None  # of a statement: no stored value is one
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value


def read_value(value: Any) -> Any:
    """Return the value that JSON stands for: ``"#5"`` is the int key 5."""
    if isinstance(value, dict):
        return {_read_key(key): read_value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [read_value(inner) for inner in value]
    return value


def _key(key: object) -> str:
    if isinstance(key, int):
        return f"#{key}"
    return f"#{key}" if str(key).startswith("#") else str(key)


def _read_key(key: str) -> int | str:
    if key.startswith("##"):
        return key[1:]
    if key.startswith("#"):
        try:
            return int(key[1:])
        except ValueError:
            raise CloudValueError(
                f'{key!r}: a key that begins with # is an int key, "#5"; the key itself is written {"#" + key!r}'
            ) from None
    return key
