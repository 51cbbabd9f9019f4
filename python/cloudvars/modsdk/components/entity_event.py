"""Events and components of an entity's JSON file."""

from typing import Any

from .component import Component

__all__ = ["EntityEventComponentServer"]


class EntityEventComponentServer(Component):
    """``CreateEntityEvent(entityId)``: what was triggered and added is in the entity's ``settings``."""

    def TriggerCustomEvent(self, entityId: str, eventName: str) -> bool:
        """Note an event: ``settings["triggered"]``. The entity's file, which says what it does, is not read."""
        entity = self._engine.entity(entityId)
        if entity is None:
            return False
        entity.settings.setdefault("triggered", []).append(eventName)
        return True

    def AddActorComponent(self, componentName: str, componentValue: str) -> bool:
        """Note a component: ``settings["components"]``."""
        components = self._noted("components", {})
        if components is None:
            return False
        components[componentName] = componentValue
        return True

    def RemoveActorComponent(self, componentName: str) -> bool:
        """Forget a component. False: it was not noted."""
        return (self._noted("components", {}) or {}).pop(componentName, None) is not None

    def GetComponents(self) -> dict[str, Any]:
        """Return the components that were added."""
        return dict(self._noted("components", {}) or {})

    def AddActorComponentGroup(self, groupName: str) -> bool:
        """Note a group of components: ``settings["component_groups"]``."""
        groups = self._noted("component_groups", [])
        if groups is None:
            return False
        if groupName not in groups:
            groups.append(groupName)
        return True

    def RemoveActorComponentGroup(self, groupName: str) -> bool:
        """Forget a group of components. False: it was not noted."""
        groups = self._noted("component_groups", [])
        if groups is None or groupName not in groups:
            return False
        groups.remove(groupName)
        return True

    def _noted(self, what: str, empty: Any) -> Any:
        settings = self._settings()
        return None if settings is None else settings.setdefault(what, empty)
