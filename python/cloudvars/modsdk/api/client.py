"""``mod.client``: what a server script may import of the client's half."""

from typing import Any

__all__ = ["client_modules"]


def client_modules() -> dict[str, dict[str, Any]]:
    """Return the members of every module of ``mod.client``, by its name without ``mod.``."""
    return {"client": {}, "client.extraClientApi": {}}
