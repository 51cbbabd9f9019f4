"""Cells as people read them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

CELL = 60
"""A cell in text is not longer than this."""


def plain(value: object) -> Any:
    """Return the value as JSON can say it: times as ISO text, int keys as text."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def iso(moment: datetime) -> str:
    """Return the time as ``2026-01-01T00:00:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown(value: object) -> str:
    """Return the value in one line."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dict | list):
        return json.dumps(plain(value), ensure_ascii=False)
    return str(value)


def short(value: object, width: int = CELL) -> str:
    """Return the value in one line that is not too long, without control characters."""
    text = shown(value)
    cut = text[: width + 1]
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in cut)
    return line if len(cut) <= width else line[: width - 1] + "…"
