"""The achievement component, with the arguments of every version of the SDK."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .component import Component

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine

__all__ = ["AchievementCompServer"]

_OTHER_NAMES = {
    "playerID": "playerId",
    "PlayerID": "playerId",
    "NodeID": "nodeId",
    "Delta": "delta",
    "GetExtraData": "getExtra",
    "getExtraData": "getExtra",
}
"""Older spellings, and a name that differs between the calls."""

_CALLS = {
    "LobbyGetAchievementStorage": ("callback", "playerId"),
    "LobbySetAchievementStorage": ("callback", "playerId", "nodeId", "delta", "getExtra"),
    "AddNodeProgress": ("playerId", "nodeId", "delta", "callback", "getExtra"),
    "SetNodeFinish": ("playerId", "nodeId", "callback", "getExtra"),
    "GetNodeDetailInfo": ("playerId", "nodeId"),
    "GetChildrenNode": ("nodeId",),
}
_OPTIONAL = {
    "LobbySetAchievementStorage": {"getExtra"},
    "AddNodeProgress": {"callback", "getExtra"},
    "SetNodeFinish": {"callback", "getExtra"},
}


class AchievementCompServer(Component):
    """``CreateAchievement(levelId)``: each call goes to ``room.achievement``, with the player's uid."""

    def __init__(self, engine: "Engine", entity_id: Any) -> None:
        super().__init__(engine, entity_id)
        self._achievement: Any = engine.room.achievement

    def LobbyGetAchievementStorage(self, *args: Any, **kwargs: Any) -> None:
        """Take ``(callback, playerId)``.

        Fetch a player's data for all nodes; as ``room.achievement.LobbyGetAchievementStorage``.
        Clause A-2.
        """
        given = self._bound("LobbyGetAchievementStorage", args, kwargs)
        self._achievement.LobbyGetAchievementStorage(given["callback"], given["playerId"])

    def LobbySetAchievementStorage(self, *args: Any, **kwargs: Any) -> None:
        """Take ``(callback, playerId, nodeId, delta, getExtraData=None)``; the oldest SDK has ``extra`` before it."""
        args, extra = _without_extra(args, kwargs)
        given = self._bound("LobbySetAchievementStorage", args, kwargs)
        getter = given["getExtra"]
        if getter is None and extra is not None:
            getter = _constant(extra)
        self._achievement.LobbySetAchievementStorage(
            given["callback"], given["playerId"], given["nodeId"], given["delta"], getter
        )

    def AddNodeProgress(self, *args: Any, **kwargs: Any) -> Any:
        """Take ``(playerId, nodeId, delta, callback=None, getExtra=None)``; returns a bool.

        As ``room.achievement``'s: True if it was counted or sent, False if nothing happened; the log says why.
        Clause A-9.
        """
        return self._achievement.AddNodeProgress(*self._bound("AddNodeProgress", args, kwargs).values())

    def SetNodeFinish(self, *args: Any, **kwargs: Any) -> Any:
        """Take ``(playerId, nodeId, callback=None, getExtra=None)``; returns a bool.

        As ``room.achievement``'s: True if it was counted or sent, False if nothing happened; the log says why.
        Clause A-9.
        """
        return self._achievement.SetNodeFinish(*self._bound("SetNodeFinish", args, kwargs).values())

    def GetNodeDetailInfo(self, *args: Any, **kwargs: Any) -> Any:
        """Take ``(playerId, nodeId)``; returns a dict or None.

        What the node's file says, with the player's progress; None for an unknown node.
        Clause A-9.
        """
        return self._achievement.GetNodeDetailInfo(*self._bound("GetNodeDetailInfo", args, kwargs).values())

    def GetChildrenNode(self, *args: Any, **kwargs: Any) -> Any:
        """Take ``(nodeId)``; returns a list of str or None.

        The ids of the nodes right below; None for an unknown node.
        Clause A-9.
        """
        return self._achievement.GetChildrenNode(*self._bound("GetChildrenNode", args, kwargs).values())

    def _bound(self, call: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        given = _bound(call, args, kwargs)
        if "playerId" in given:
            given["playerId"] = self._engine.uid(given["playerId"])
        return given


def _bound(call: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments by their newest names, in order. Raises ``TypeError`` as a function does."""
    names = _CALLS[call]
    if len(args) > len(names):
        message = f"{call}() takes {len(names)} arguments ({', '.join(names)}) but {len(args)} were given"
        raise TypeError(message)
    given = dict(zip(names, args, strict=False))
    for written, value in kwargs.items():
        name = _OTHER_NAMES.get(written, written)
        if name not in names:
            message = f"{call}() got an unexpected keyword argument {written!r}"
            raise TypeError(message)
        if name in given:
            message = f"{call}() got multiple values for argument {written!r}"
            raise TypeError(message)
        given[name] = value
    missing = [name for name in names if name not in given and name not in _OPTIONAL.get(call, ())]
    if missing:
        message = f"{call}() is missing {', '.join(missing)}"
        raise TypeError(message)
    return {name: given.get(name) for name in names}


def _without_extra(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], Any]:
    """Take out the ``extra`` of the oldest SDK: (callback, playerID, NodeID, Delta, extra, GetExtraData=None)."""
    extra = kwargs.pop("extra", None)
    before = len(_CALLS["LobbySetAchievementStorage"]) - 1
    if len(args) > before + 1 or (len(args) == before + 1 and isinstance(args[before], str)):
        extra, args = args[before], args[:before] + args[before + 1 :]
    return args, extra


def _constant(extra: Any) -> Callable[[], Any]:
    return lambda: extra
