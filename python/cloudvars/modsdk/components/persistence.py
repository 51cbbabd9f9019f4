"""Whether an entity is in the save."""

from .component import Component
from .plain import setter

__all__ = ["PersistenceCompServer"]


class PersistenceCompServer(Component):
    """``CreatePersistence(entityId)``."""

    SetPersistence = setter("persistence", "isPersistent")
