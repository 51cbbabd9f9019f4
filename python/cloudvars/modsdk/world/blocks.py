"""The blocks that were set in a world that is empty otherwise, and what they hold (E-11)."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .items import AIR, stack_of
from .positions import block_of, dimension_number

__all__ = ["ENDER_CHEST", "Block", "Blocks", "fill_slot"]

_Place = tuple[int, int, int, int]
_Items = dict[int, dict[str, Any]]
_SIZES = {"chest": 27, "trapped_chest": 27, "barrel": 27, "hopper": 5, "dispenser": 9, "dropper": 9}
_SHULKER = 27
ENDER_CHEST = 27
"""Slots of a player's ender chest."""


class Block(NamedTuple):
    """A block, and the number that says which variant it is."""

    name: str
    aux: int = 0


class Blocks:
    """The blocks of one host that are not air: ``blocks[x, y, z]``, or with the dimension, ``blocks[x, y, z, 1]``."""

    def __init__(self) -> None:
        self._blocks: dict[_Place, Block] = {}
        self._items: dict[_Place, _Items] = {}
        self._data: dict[_Place, dict[str, Any]] = {}

    def __repr__(self) -> str:
        return f"<{len(self._blocks)} blocks that are not air>"

    def __len__(self) -> int:
        return len(self._blocks)

    def __iter__(self) -> Iterator[_Place]:
        return iter(self._blocks)

    def __getitem__(self, place: tuple[int, ...]) -> str:
        return self.get(place[:3], place[3] if len(place) > len("xyz") else 0).name

    def __setitem__(self, place: tuple[int, ...], name: str) -> None:
        self.set(place[:3], place[3] if len(place) > len("xyz") else 0, Block(name))

    def get(self, pos: Any, dimension: int) -> Block:
        """Return the block at a position; air where none was set. Raises ``CloudValueError``."""
        return self._blocks.get(_place(pos, dimension), Block(AIR))

    def set(self, pos: Any, dimension: int, block: Block) -> bool:
        """Set a block; what it held before is gone. False: it is there already."""
        place = _place(pos, dimension)
        before = self._blocks.get(place, Block(AIR))
        self._items.pop(place, None)
        if before.name != block.name:
            self._data.pop(place, None)
        if block.name == AIR:
            self._blocks.pop(place, None)
        else:
            self._blocks[place] = block
        return before != block

    def top(self, x: int, z: int, dimension: int) -> int | None:
        """Return how high the highest block of a column is; None if there is none."""
        found = [place[1] for place in self._blocks if place[0] == x and place[2:] == (z, dimension)]
        return max(found, default=None)

    # --- what blocks hold ---

    def data(self, pos: Any, dimension: int) -> dict[str, Any] | None:
        """Return the dict in which mods keep data of a block; None for air."""
        place = _place(pos, dimension)
        return self._data.setdefault(place, {}) if place in self._blocks else None

    def size(self, pos: Any, dimension: int) -> int:
        """Return how many slots a block has; -1 for one without."""
        short = self.get(pos, dimension).name.rpartition(":")[2]
        return _SHULKER if short.endswith("shulker_box") else _SIZES.get(short, -1)

    def container(self, pos: Any, dimension: int) -> _Items | None:
        """Return the items in a block, by slot; None for a block without slots."""
        if self.size(pos, dimension) < 0:
            return None
        return self._items.setdefault(_place(pos, dimension), {})

    def fill(self, pos: Any, dimension: int, slot: Any, item: Any) -> bool:
        """Fill a slot of a block, or empty it. False: there is no such slot. Raises ``CloudValueError``."""
        slots = self.container(pos, dimension)
        return slots is not None and fill_slot(slots, self.size(pos, dimension), slot, item)


def fill_slot(slots: _Items, size: int, slot: Any, item: Mapping[str, Any] | None) -> bool:
    """Fill a slot, or empty it. False: there is no such slot. Raises ``CloudValueError``."""
    if not isinstance(slot, int) or not 0 <= slot < size:
        return False
    stack = stack_of(item)
    if stack is None:
        slots.pop(slot, None)
    else:
        slots[slot] = stack
    return True


def _place(pos: Any, dimension: Any) -> _Place:
    return (*block_of(pos), dimension_number(dimension))
