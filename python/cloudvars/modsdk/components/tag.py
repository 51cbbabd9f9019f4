"""Tags of entities."""

from .component import Component

__all__ = ["TagComponentServer"]


class TagComponentServer(Component):
    """``CreateTag(entityId)``."""

    def GetEntityTags(self) -> list[str]:
        """Return the tags of an entity, the oldest first; none for one that is not here."""
        entity = self._entity()
        return [] if entity is None else list(entity.tags)

    def AddEntityTag(self, tag: str) -> bool:
        """Tag an entity. False: it has the tag, or is not here."""
        entity = self._entity()
        if entity is None or tag in entity.tags or not isinstance(tag, str):
            return False
        entity.tags.append(tag)
        return True

    def RemoveEntityTag(self, tag: str) -> bool:
        """Take a tag away. False: the entity does not have it."""
        entity = self._entity()
        if entity is None or tag not in entity.tags:
            return False
        entity.tags.remove(tag)
        return True

    def EntityHasTag(self, tag: str) -> bool:
        """Return whether an entity has a tag."""
        entity = self._entity()
        return entity is not None and tag in entity.tags
