"""What players and entities carry, and what is known of items."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.inventory import ARMOR, CARRIED, INVENTORY
from cloudvars.modsdk.world.items import item_of, shown, stack_limit, stack_of

from .component import Component
from .container import Containers
from .enchant import Enchanting

__all__ = ["ItemCompServer"]

_Item = dict[str, Any]


class ItemCompServer(Containers, Enchanting, Component):
    """``CreateItem(playerId)``. ``posType`` is one of ``ItemPosType``. Clause E-9."""

    def GetPlayerItem(self, posType: int, slotPos: int = 0, getUserData: bool = False) -> _Item | None:  # noqa: FBT001, FBT002 - the engine's signature
        """Return the item dict of a player's slot; None for an empty one."""
        player = self._player()
        return None if player is None else shown(player.items.get(posType, slotPos), user_data=getUserData)

    def GetPlayerAllItems(self, posType: int, getUserData: bool = False) -> list[_Item | None]:  # noqa: FBT001, FBT002 - the engine's signature
        """Return the item dicts of all slots of a player; None for each that is empty."""
        player = self._player()
        return (
            []
            if player is None
            else [shown(item, user_data=getUserData) for item in player.items.all(posType)]
        )

    def GetEntityItem(self, posType: int, slotPos: int = 0, getUserData: bool = False) -> _Item | None:  # noqa: FBT001, FBT002 - the engine's signature
        """Return the item dict of an entity's slot, or of a player's hands and armor; None for an empty one."""
        entity = self._entity()
        if entity is None or (entity.is_player and posType == INVENTORY):
            return None
        return shown(entity.items.get(posType, slotPos), user_data=getUserData)

    def SetEntityItem(self, posType: int, itemDict: Any, slotPos: int = 0) -> bool:
        """Fill a slot of an entity, or a player's hand or armor; no item empties it."""
        entity = self._entity()
        if entity is not None and entity.is_player and posType == INVENTORY:
            return self._refused(
                "SetEntityItem", "a player's slots are for SpawnItemToPlayerInv and SetInvItemNum"
            )
        return self._set("SetEntityItem", self.entityId, posType, slotPos, itemDict)

    def SpawnItemToPlayerInv(self, itemDict: Any, playerId: str, slotPos: int = -1) -> bool:
        """Put an item into a player's slots. False: not all of it found room.

        ``slotPos``: -1 fills up stacks of the same item, then empty slots; with a slot, the item joins the same item
        there, or takes the place of another.
        """
        player = self._engine.entity(playerId)
        try:
            item = stack_of(itemDict)
        except CloudValueError as error:
            return self._refused("SpawnItemToPlayerInv", error)
        if player is None or not player.is_player or item is None:
            return self._refused("SpawnItemToPlayerInv", f"playerId: {playerId!r}, itemDict: {itemDict!r}")
        if slotPos == -1:
            changes, left = player.items.room_for(item)
            for slot, _, stack in changes:
                self._engine.changes.item(player, INVENTORY, slot, stack)
            return not left
        if not player.items.has(INVENTORY, slotPos):
            return self._refused("SpawnItemToPlayerInv", f"slotPos: {slotPos!r}; -1 and 0 to 35 are accepted")
        stack, left = player.items.joined(slotPos, item)
        self._engine.changes.item(player, INVENTORY, slotPos, stack)
        return not left

    def SpawnItemToPlayerCarried(self, itemDict: Any, playerId: str) -> bool:
        """Put an item into a player's right hand, in place of what is there."""
        return self._set("SpawnItemToPlayerCarried", playerId, CARRIED, 0, itemDict)

    def SetInvItemNum(self, slotPos: int, num: int) -> bool:
        """Set how many of an item are in a player's slot; 0 empties it. False: the slot is empty."""
        player = self._player()
        item = None if player is None else player.items.get(INVENTORY, slotPos)
        if player is None or item is None or not isinstance(num, int) or num < 0:
            return self._refused("SetInvItemNum", f"slotPos: {slotPos!r}, num: {num!r}, there: {item!r}")
        stack = {**item, "count": min(num, stack_limit(item["newItemName"]))}
        self._engine.changes.item(player, INVENTORY, slotPos, stack)
        return True

    def SetInvItemExchange(self, pos1: int, pos2: int) -> bool:
        """Exchange what is in two slots of a player."""
        player = self._player()
        if player is None or not (player.items.has(INVENTORY, pos1) and player.items.has(INVENTORY, pos2)):
            return False
        one, two = player.items.get(INVENTORY, pos1), player.items.get(INVENTORY, pos2)
        self._engine.changes.item(player, INVENTORY, pos1, two)
        self._engine.changes.item(player, INVENTORY, pos2, one)
        return True

    def SetPlayerAllItems(self, itemsDictMap: Any) -> dict[tuple[int, int], bool]:
        """Fill slots of a player: {(posType, slot): item dict}; returns which ones were filled."""
        if not isinstance(itemsDictMap, Mapping):
            self._refused("SetPlayerAllItems", f"itemsDictMap: {itemsDictMap!r}; a dict is accepted")
            return {}
        done = {}
        for key, item in itemsDictMap.items():
            where, slot = key
            done[key] = self._set("SetPlayerAllItems", self.entityId, where, slot, item)
        return done

    def GetSelectSlotId(self) -> int:
        """Return which slot a player holds in the hand, 0 to 8; -1 for one who is not here."""
        player = self._player()
        return -1 if player is None else player.items.selected

    def GetDroppedItem(self, itemEntityId: str, getUserData: bool = False) -> _Item | None:  # noqa: FBT001, FBT002 - the engine's signature
        """Return the item dict of a dropped item; None for another entity."""
        entity = self._engine.entity(itemEntityId)
        return None if entity is None else shown(entity.item, user_data=getUserData)

    def ChangePlayerItemTipsAndExtraId(
        self, posType: int, slotPos: int = 0, customTips: str = "", extraId: str = ""
    ) -> bool:
        """Set ``customTips`` and ``extraId`` of an item that a player carries; not of armor."""
        item = None if posType == ARMOR else self._carried(posType, slotPos)
        if item is None:
            return False
        return self._set(
            "", self.entityId, posType, slotPos, {**item, "customTips": customTips, "extraId": extraId}
        )

    def GetItemDurability(self, posType: int, slotPos: int) -> int:
        """Return the ``durability`` of an item; 0 for an empty slot."""
        item = self._carried(posType, slotPos)
        return 0 if item is None else int(item["durability"])

    def SetItemDurability(self, posType: int, slotPos: int, durability: int) -> bool:
        """Set the ``durability`` of an item that is carried."""
        item = self._carried(posType, slotPos)
        if item is None or not isinstance(durability, int):
            return False
        return self._set("", self.entityId, posType, slotPos, {**item, "durability": durability})

    def GetCustomName(self, itemDict: Any) -> str:
        """Return the name that an anvil gave an item; "" for none, and for no item."""
        if not isinstance(itemDict, Mapping):
            self._refused("GetCustomName", f"itemDict: {itemDict!r}; a dict is accepted")
            return ""
        display = (itemDict.get("userData") or {}).get("display") or {}
        return str((display.get("Name") or {}).get("__value__", ""))

    def SetCustomName(self, itemDict: Any, name: str) -> bool:
        """Give an item dict a name, as an anvil does: it is in ``userData``."""
        if not isinstance(itemDict, dict):
            return self._refused("SetCustomName", f"itemDict: {itemDict!r}; a dict is accepted")
        user_data = itemDict["userData"] = deepcopy(itemDict.get("userData") or {})
        user_data.setdefault("display", {})["Name"] = {"__type__": 8, "__value__": name}
        return True

    def GetItemBasicInfo(
        self,
        itemName: str,
        auxValue: int = 0,  # noqa: ARG002 - nothing depends on it here
        isEnchanted: bool = False,  # noqa: ARG002, FBT001, FBT002 - the engine's signature
    ) -> _Item | None:
        """Return what is known of an item; of most fields only what an unknown item has. None: that is no name."""
        if not isinstance(itemName, str) or not itemName:
            return None
        return {**deepcopy(_BASIC), "itemName": itemName, "maxStackSize": stack_limit(itemName)}

    def GetUserDataInEvent(self, eventName: str) -> bool:
        """Return True: events have ``userData`` here anyway."""
        return isinstance(eventName, str)

    def _carried(self, where: int, slot: int) -> _Item | None:
        entity = self._entity()
        return None if entity is None else entity.items.get(where, slot)

    def _set(self, call: str, entity_id: Any, where: int, slot: int, item: Any) -> bool:
        entity = self._engine.entity(entity_id)
        if entity is None:
            return self._refused(call, f"{entity_id!r} is not here")
        try:
            stack = stack_of(item)
            self._engine.changes.item(entity, where, slot, stack if stack is None else item_of(stack))
        except CloudValueError as error:
            return self._refused(call, error)
        return True


_BASIC: _Item = {
    "maxDurability": 0,
    "id_aux": 0,
    "tierDict": None,
    "itemCategory": "",
    "itemType": "",
    "customItemType": "",
    "tags": [],
    "customTips": "",
    "itemTierLevel": -1,
    "fuelDuration": 0.0,
    "foodNutrition": 0,
    "foodSaturation": 0.0,
    "weaponDamage": 0,
    "armorDefense": 0,
    "armorSlot": -1,
    "armorToughness": 0,
    "armorKnockbackResistance": 0.0,
    "enchant_slot_type": 0,
}
"""What ``GetItemBasicInfo`` says of an item of which nothing is known."""
