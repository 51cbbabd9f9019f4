"""Enchantments of items that a player carries."""

from typing import Any

from cloudvars.modsdk.world.inventory import ARMOR, INVENTORY

from .component import Component

__all__ = ["Enchanting"]

_Pairs = list[tuple[Any, int]]


class Enchanting(Component):
    """The part of the item component about enchantments: pairs of a type, or a mod's id, and a level."""

    def AddEnchantToInvItem(self, slotPos: int, enchantType: int, level: int) -> bool:
        """Enchant the item in a player's slot."""
        return self._change(slotPos, "enchantData", enchantType, level)

    def RemoveEnchantToInvItem(self, slotPos: int, enchantType: int) -> bool:
        """Take an enchantment off the item in a player's slot."""
        return self._change(slotPos, "enchantData", enchantType, None)

    def GetInvItemEnchantData(self, slotPos: int) -> _Pairs:
        """Return the enchantments of the item in a player's slot."""
        return self._pairs(INVENTORY, slotPos, "enchantData")

    def AddModEnchantToInvItem(self, slotPos: int, modEnchantId: str, level: int) -> bool:
        """Enchant the item in a player's slot with an enchantment of a mod."""
        return self._change(slotPos, "modEnchantData", modEnchantId, level)

    def RemoveModEnchantToInvItem(self, slotPos: int, modEnchantId: str) -> bool:
        """Take a mod's enchantment off the item in a player's slot."""
        return self._change(slotPos, "modEnchantData", modEnchantId, None)

    def GetInvItemModEnchantData(self, slotPos: int) -> _Pairs:
        """Return the mods' enchantments of the item in a player's slot."""
        return self._pairs(INVENTORY, slotPos, "modEnchantData")

    def GetEquItemEnchant(self, slotPos: int) -> _Pairs:
        """Return the enchantments of a player's armor."""
        return self._pairs(ARMOR, slotPos, "enchantData")

    def GetEquItemModEnchant(self, slotPos: int) -> _Pairs:
        """Return the mods' enchantments of a player's armor."""
        return self._pairs(ARMOR, slotPos, "modEnchantData")

    def _pairs(self, where: int, slot: int, field: str) -> _Pairs:
        player = self._player()
        item = None if player is None else player.items.get(where, slot)
        return [] if item is None else [(kind, level) for kind, level in item[field] or ()]

    def _change(self, slot: int, field: str, kind: Any, level: int | None) -> bool:
        player = self._player()
        item = None if player is None else player.items.get(INVENTORY, slot)
        if player is None or item is None:
            return False
        before = self._pairs(INVENTORY, slot, field)
        pairs = [pair for pair in before if pair[0] != kind] + ([] if level is None else [(kind, level)])
        if level is None and len(pairs) == len(before):
            return False
        self._engine.changes.item(player, INVENTORY, slot, {**item, field: pairs})
        return True
