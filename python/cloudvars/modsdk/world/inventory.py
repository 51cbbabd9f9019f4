"""What an entity carries: its slots, its hands, its armor (E-9)."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from cloudvars.errors import CloudValueError

from .items import air, item_of, kind_of, stack_limit, stack_of

__all__ = ["ARMOR", "CARRIED", "INVENTORY", "OFFHAND", "Inventory"]

INVENTORY, OFFHAND, CARRIED, ARMOR = range(4)
"""``ItemPosType``."""

_SLOTS = 36
_HOTBAR = 9
_SIZES = {INVENTORY: _SLOTS, OFFHAND: 1, CARRIED: 1, ARMOR: 4}

_Item = dict[str, Any]


class Inventory:
    """What one entity carries: one stack in a slot. A player's right hand is the selected slot."""

    def __init__(self, *, of_player: bool = True) -> None:
        self._of_player = of_player
        self.slots: dict[int, _Item] = {}
        self.armor: dict[int, _Item] = {}
        self._hands: dict[int, _Item] = {}
        self.selected = 0

    def __repr__(self) -> str:
        parts = [f"{slot}: {_short(item)}" for slot, item in sorted(self.slots.items())]
        parts += [f"armor {slot}: {_short(item)}" for slot, item in sorted(self.armor.items())]
        parts += [f"offhand: {_short(self.offhand)}"] if self.offhand else []
        parts += [f"carried: {_short(self.carried)}"] if self.carried and not self._of_player else []
        return f"<{', '.join(parts) or 'nothing'}>"

    def __iter__(self) -> Iterator[_Item]:
        return (item for _, item in sorted(self.slots.items()))

    def __len__(self) -> int:
        return len(self.slots)

    @property
    def carried(self) -> _Item | None:
        """What is in the right hand; None for nothing."""
        return self.get(CARRIED)

    @property
    def offhand(self) -> _Item | None:
        """What is in the left hand; None for nothing."""
        return self.get(OFFHAND)

    def count(self, name: str) -> int:
        """Return how many items of a name are in the slots."""
        return sum(int(item["count"]) for item in self if item["newItemName"] == name)

    @staticmethod
    def has(where: Any, slot: Any = 0) -> bool:
        """Whether there is such a slot: ``where`` is one of ``ItemPosType``."""
        return where in _SIZES and isinstance(slot, int) and 0 <= slot < _SIZES[where]

    @staticmethod
    def is_hotbar(slot: Any) -> bool:
        """Whether a slot can be selected."""
        return isinstance(slot, int) and 0 <= slot < _HOTBAR

    def _place(self, where: int, slot: int) -> tuple[dict[int, _Item], int]:
        if where == INVENTORY:
            return self.slots, slot
        if where == ARMOR:
            return self.armor, slot
        if where == CARRIED and self._of_player:
            return self.slots, self.selected
        return self._hands, where

    def get(self, where: int, slot: int = 0) -> _Item | None:
        """Return the stack in a slot; None for an empty one, or one that there is not."""
        if not self.has(where, slot):
            return None
        slots, index = self._place(where, slot)
        return slots.get(index)

    def set(self, where: int, slot: int, item: Any) -> None:
        """Fill a slot that there is, or empty it. Raises ``CloudValueError``."""
        if not self.has(where, slot):
            message = f"slot: {slot!r} of ItemPosType {where!r}; there is no such slot"
            raise CloudValueError(message)
        slots, index = self._place(where, slot)
        stack = stack_of(item)
        if stack is None:
            slots.pop(index, None)
        else:
            slots[index] = stack

    def all(self, where: int) -> list[_Item | None]:
        """Return the stacks of every slot of a kind, None for an empty one."""
        return [self.get(where, slot) for slot in range(_SIZES.get(where, 0))]

    def room_for(self, item: Any) -> tuple[list[tuple[int, _Item, _Item]], int]:
        """Return where an item would go: (slot, the stack there now, the stack after it), and how many are left over.

        Stacks of the same kind take what they have room for, then come empty slots.
        """
        item = item_of(item)
        left, changes = int(item["count"]), []
        limit = stack_limit(item["newItemName"])
        same = [
            slot
            for slot in range(_SLOTS)
            if slot in self.slots and kind_of(self.slots[slot]) == kind_of(item)
        ]
        for slot in same + [slot for slot in range(_SLOTS) if slot not in self.slots]:
            now = self.slots.get(slot)
            before = int(now["count"]) if now else 0
            taken = min(left, limit - before)
            if taken > 0:
                left -= taken
                changes.append((slot, dict(now) if now else air(), {**item, "count": before + taken}))
        return changes, left

    def joined(self, slot: int, item: Any) -> tuple[_Item, int]:
        """Return the stack that a slot would hold with an item, and how many are left over.

        The item joins a stack of the same kind, and takes the place of any other.
        """
        item, now = item_of(item), self.slots.get(slot)
        before = int(now["count"]) if now is not None and kind_of(now) == kind_of(item) else 0
        count = min(before + int(item["count"]), max(stack_limit(item["newItemName"]), before))
        return {**item, "count": count}, before + int(item["count"]) - count

    def placed(self, item: Any) -> list[tuple[int, _Item, _Item]]:
        """Return where an item would go, as ``room_for``. Raises ``CloudValueError`` if there is no room for it."""
        changes, left = self.room_for(item)
        if left:
            count = item_of(item)["count"]
            message = f"count: {count}; the inventory has room for {count - left}"
            raise CloudValueError(message)
        return changes

    def put(self, slot: Any, item: Mapping[str, Any] | None) -> None:
        """Set a slot as an event of the test says; None and air empty it. What is no item changes nothing."""
        if self.has(INVENTORY, slot):
            with suppress(CloudValueError):
                self.set(INVENTORY, slot, item)


def _short(item: _Item | None) -> str:
    return f"{item['newItemName']} x {item['count']}" if item else "nothing"
