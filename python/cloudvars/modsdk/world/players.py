"""Ids of players (E-4)."""

import re
from typing import Any

from cloudvars.errors import CloudValueError

__all__ = ["player_id", "user_id"]


def player_id(player: Any) -> str:
    """Return the engine's id of a player: its user id as a str. Raises ``CloudValueError``."""
    if isinstance(player, int) and not isinstance(player, bool):
        return str(player)
    if isinstance(player, str) and re.fullmatch(r"-?[0-9]+", player):
        return str(int(player))
    message = f"player: {player!r}; a user id, an int or a numeric str, is accepted"
    raise CloudValueError(message)


def user_id(player: str, uid: Any) -> int:
    """Return a player's uid: the number of its id if None is given. Raises ``CloudValueError``."""
    uid = int(player) if uid is None else uid
    if type(uid) is not int or not -(2**63) <= uid < 2**63:
        message = f"uid: {uid!r}; an int within int64 is accepted"
        raise CloudValueError(message)
    return uid
