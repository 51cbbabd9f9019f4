"""How wide and high an entity is."""

from typing import Any

from cloudvars.modsdk.world.entities import SIZE

from .component import Component
from .plain import getter, setter

__all__ = ["CollisionBoxComponentServer"]


def _is_size(size: Any) -> bool:
    return (
        isinstance(size, tuple | list)
        and len(size) == len(SIZE)
        and all(isinstance(part, int | float) for part in size)
    )


class CollisionBoxComponentServer(Component):
    """``CreateCollisionBox(entityId)``: (width, height); (0.6, 1.8) of everybody at first."""

    SetSize = setter("size", "size", _is_size)
    GetSize = getter("size", SIZE)
