"""What kind an entity is."""

from .component import Component

__all__ = ["EngineTypeComponentServer"]


class EngineTypeComponentServer(Component):
    """``CreateEngineType(entityId)``."""

    def GetEngineTypeStr(self) -> str | None:
        """Return the entity's identifier, "minecraft:cow"; None for one that is not there."""
        return self._engine.identifier(self.entityId)
