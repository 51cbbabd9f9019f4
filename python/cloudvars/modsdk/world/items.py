"""Item dicts: what describes a stack of items (E-9)."""

import difflib
import re
from collections.abc import Mapping
from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.warning import warn

__all__ = ["AIR", "air", "item_of", "kind_of", "shown", "stack_limit", "stack_of"]

AIR = "minecraft:air"
_STACK = 64
_SIXTEEN_ITEMS = 16
_OPTIONAL: dict[str, Any] = {
    "showInHand": True,
    "enchantData": [],
    "modEnchantData": [],
    "customTips": "",
    "extraId": "",
    "userData": None,
    "durability": 0,
}
"""The fields that an item may leave out, and what they are then."""
_FIELDS = len(("newItemName", "itemName", "newAuxValue", "auxValue", "count")) + len(_OPTIONAL)
_NEAR = 0.8
"""How alike two keys are of which one is taken for a slip of the other."""

_TOOLS = "sword|pickaxe|axe|shovel|hoe|helmet|chestplate|leggings|boots|bow|crossbow|shield|trident|shears|brush|mace"
_THINGS = "potion|elytra|bed|saddle|totem_of_undying|fishing_rod|flint_and_steel|cake|minecart|boat|.+_bucket|.+_horn"
_SINGLE = re.compile(rf"(.+_)?({_TOOLS}|{_THINGS})")
_SIXTEEN = re.compile(
    r"(.+_)?(ender_pearl|snowball|egg|bucket|sign|banner|honey_bottle|armor_stand|written_book)"
)
"""Names of items of which 1 and 16 are a stack; of any other it is 64."""


def item_of(item: Any) -> dict[str, Any]:
    """Return an item dict with the fields that every item has. Raises ``CloudValueError``."""
    if isinstance(item, str):
        item = {"newItemName": item}
    name = item.get("newItemName") or item.get("itemName") if isinstance(item, Mapping) else None
    if not isinstance(name, str):
        message = f"item: {item!r}; an item's name, or a dict with newItemName, is accepted"
        raise CloudValueError(message)
    aux = item.get("newAuxValue", item.get("auxValue", 0))
    full = {"newItemName": name, "itemName": name, "newAuxValue": aux, "auxValue": aux, "count": 1}
    full |= {
        key: list(value) if isinstance(value, list) else value for key, value in _OPTIONAL.items()
    } | dict(item)
    full["newItemName"] = name
    if len(full) > _FIELDS:
        _warn_of_slips(item, full)
    if not isinstance(full["count"], int) or isinstance(full["count"], bool) or full["count"] < 1:
        message = f"count: {full['count']!r}; an int from 1 is accepted"
        raise CloudValueError(message)
    return full


def _warn_of_slips(item: Mapping[Any, Any], full: Mapping[Any, Any]) -> None:
    """Warn of a key that nearly is one of an item's fields which is not given (E-14)."""
    fields = [*full][:_FIELDS]  # those come first
    for key in item:
        if isinstance(key, str) and key not in fields:
            near = difflib.get_close_matches(key, fields, n=1, cutoff=_NEAR)
            if near and near[0] not in item:
                warn(f"an item has no field {key!r}; did you mean {near[0]!r}?")


def stack_of(item: Any) -> dict[str, Any] | None:
    """Return an item dict with all its fields; None for no item: None, {}, air, a count of 0.

    Raises ``CloudValueError`` for what is not an item.
    """
    if item is None or item == {}:
        return None
    if isinstance(item, Mapping):
        name = item.get("newItemName") or item.get("itemName")
        if name == AIR or item.get("count") == 0:
            return None
    return item_of(item)


def air() -> dict[str, Any]:
    """Return the item dict of an empty slot, as events have it."""
    return {"newItemName": AIR, "itemName": AIR, "newAuxValue": 0, "auxValue": 0, "count": 0}


def kind_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what two stacks have in common that can become one: everything but the count."""
    return {key: value for key, value in item.items() if key != "count"}


def shown(item: Mapping[str, Any] | None, *, user_data: bool = True) -> dict[str, Any] | None:
    """Return a copy for a mod, without ``userData`` unless it asked for that."""
    if item is None:
        return None
    return dict(item) if user_data else {**item, "userData": None}


def stack_limit(name: str) -> int:
    """Return how many of an item fit into a slot."""
    short = name.rpartition(":")[2]
    if _SINGLE.fullmatch(short):
        return 1
    return _SIXTEEN_ITEMS if _SIXTEEN.fullmatch(short) else _STACK
