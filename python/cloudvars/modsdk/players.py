"""Players, entities and what they carry, as far as events and components need them (E-4)."""

import re
from collections.abc import Mapping
from typing import Any

from cloudvars.errors import CloudValueError

__all__ = ["Inventory", "item_of", "player_id", "user_id"]

_SLOTS = 36
_STACK = 64


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


def item_of(item: Any) -> dict[str, Any]:
    """Return an item dict with the fields that every item has. Raises ``CloudValueError``."""
    if isinstance(item, str):
        item = {"newItemName": item}
    name = item.get("newItemName", item.get("itemName")) if isinstance(item, Mapping) else None
    if not isinstance(name, str):
        message = f"item: {item!r}; an item's name, or a dict with newItemName, is accepted"
        raise CloudValueError(message)
    aux = item.get("newAuxValue", item.get("auxValue", 0))
    full = {"newItemName": name, "itemName": name, "newAuxValue": aux, "auxValue": aux, "count": 1, **item}
    if not isinstance(full["count"], int) or full["count"] < 1:
        message = f"count: {full['count']!r}; an int from 1 is accepted"
        raise CloudValueError(message)
    return full


def _air() -> dict[str, Any]:
    air = "minecraft:air"
    return {"newItemName": air, "itemName": air, "newAuxValue": 0, "auxValue": 0, "count": 0}


class Inventory:
    """What one player carries: one stack in a slot."""

    def __init__(self) -> None:
        self.slots: dict[int, dict[str, Any]] = {}

    def placed(self, item: dict[str, Any]) -> list[tuple[int, dict[str, Any], dict[str, Any]]]:
        """Return where an item would go, past full stacks: (slot, the stack there now, the stack after it)."""
        left, changes = item["count"], []
        for slot in range(_SLOTS):
            now = self.slots.get(slot)
            if left and (
                now is None or ({**now, "count": 0} == {**item, "count": 0} and now["count"] < _STACK)
            ):
                room = _STACK - (now["count"] if now else 0)
                taken = min(left, room)
                left -= taken
                changes.append((slot, now or _air(), {**item, "count": (now["count"] if now else 0) + taken}))
        if left:
            message = f"count: {item['count']}; the inventory has room for {item['count'] - left}"
            raise CloudValueError(message)
        return changes

    def put(self, slot: Any, item: Mapping[str, Any] | None) -> None:
        """Set a slot; None and air empty it."""
        if item is None or not item.get("count", 1) or item.get("newItemName") == "minecraft:air":
            self.slots.pop(slot, None)
        else:
            self.slots[slot] = dict(item)
