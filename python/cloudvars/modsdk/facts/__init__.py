"""Facts about the game: its enums, its events, and what the client's modules hold. ``lint/facts.py`` writes them."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

__all__ = ["facts"]


@cache
def facts(name: Literal["client", "enums", "events_client", "events_server"]) -> dict[str, dict[str, Any]]:
    """Return one file: it is read when it is first needed, because a host that needs none starts faster."""
    found: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name(f"{name}.json").read_text("utf-8"))
    return found
