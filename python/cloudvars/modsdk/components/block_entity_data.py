"""The data of a block of a mod, as an object like a dict."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from .tile_data import TileData

__all__ = ["BlockEntityData", "BlockEntityExDataCompServer"]


class BlockEntityExDataCompServer(TileData):
    """``CreateBlockEntityData(levelId)``. Clause E-11."""

    def GetBlockEntityData(self, dimension: int, pos: Any) -> Any:
        """Return the data of a block, an object like a dict: what is assigned to its keys is kept. None for air."""
        data = self._data(pos, dimension, "data")
        return None if data is None else BlockEntityData(data)


class BlockEntityData:
    """A block's data. A value that is read is a copy, so that a change of it is lost, as in the game."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    def __repr__(self) -> str:
        return repr(self._data)

    def __getitem__(self, key: str) -> Any:
        return deepcopy(self._data.get(key))

    def __setitem__(self, key: str, value: Any) -> None:
        self._data[key] = deepcopy(value)

    def __delitem__(self, key: str) -> None:
        self._data.pop(key, None)

    def __contains__(self, key: object) -> bool:
        return key in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._data))

    def __len__(self) -> int:
        return len(self._data)

    def get(self, key: str, default: Any = None) -> Any:
        """Return a copy of a value, ``default`` if there is none."""
        return deepcopy(self._data.get(key, default))
