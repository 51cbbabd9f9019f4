"""What kind an entity is."""

from .component import Component

__all__ = ["EngineTypeComponentServer"]


class EngineTypeComponentServer(Component):
    """``CreateEngineType(entityId)``."""

    def GetEngineTypeStr(self) -> str | None:
        """Return the entity's identifier, "minecraft:cow"; None for one that is not here."""
        entity = self._entity()
        return None if entity is None else entity.identifier

    def GetEngineType(self) -> int:
        """Return the entity's number in ``EntityType``; a species of a mod is a ``Mob``; 1 for one that is not here."""
        entity = self._entity()
        return _UNDEFINED if entity is None else entity.species.number

    @property
    def engineType(self) -> int:
        """What ``GetEngineType`` returns, for old mods."""
        return self.GetEngineType()


_UNDEFINED = 1
