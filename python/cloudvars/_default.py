"""The achievement calls on the default room: the store that ``CLOUDVARS_URL`` names, in memory without it."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from . import _fork, _native

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._native import Room
    from .types import AchievementAnswer, AchievementData

_lock = threading.Lock()
_room: Room | None = None


def _renew() -> None:
    """Forget the parent's room in a forked child, which opens its own when it is used."""
    global _lock, _room
    _lock, _room = threading.Lock(), None


_fork.in_child(_renew)


def default_room() -> Room:
    """Return the default room; the first call opens its store."""
    global _room  # noqa: PLW0603 - one default room for the process
    with _lock:
        if _room is None:
            _room = _native.open(os.environ.get("CLOUDVARS_URL") or ":memory:").room("default")
        return _room


def LobbyGetAchievementStorage(  # noqa: N802
    callback: Callable[[AchievementData | None], object],
    playerId: int | str,  # noqa: N803
) -> None:
    """Fetch a player's achievement data; as ``room.achievement.LobbyGetAchievementStorage``.

    On the default room: the store that the environment variable ``CLOUDVARS_URL`` names, else one in memory.
    Clause A-2.
    """
    default_room().achievement.LobbyGetAchievementStorage(callback, playerId)


def LobbySetAchievementStorage(  # noqa: N802
    callback: Callable[[AchievementAnswer | None], object],
    playerId: int | str,  # noqa: N803
    nodeId: str,  # noqa: N803
    delta: int,
    getExtraData: Callable[[], str] | None = None,  # noqa: N803
) -> None:
    """Add to a player's progress; as ``room.achievement.LobbySetAchievementStorage``.

    On the default room: the store that the environment variable ``CLOUDVARS_URL`` names, else one in memory.
    Code 5 asks the callback, which answers True to send again. Clauses A-3 to A-8.
    """
    default_room().achievement.LobbySetAchievementStorage(callback, playerId, nodeId, delta, getExtraData)
