"""Values that a mod shares with its clients."""

from typing import Any

from cloudvars.modsdk.world.extra import Attached
from cloudvars.modsdk.world.level import LEVEL_ID

from .component import Component

__all__ = ["ModAttrComponentServer"]


class ModAttrComponentServer(Component):
    """``CreateModAttr(entityId)``: in the save is what was set with ``needRestore``. Clause E-10."""

    def _attr(self) -> Attached | None:
        if str(self.entityId) == LEVEL_ID:
            return self._engine.level.mod_attr
        entity = self._entity()
        return None if entity is None else entity.mod_attr

    def SetAttr(
        self,
        paramName: str,
        paramValue: Any,
        needRestore: bool = False,  # noqa: FBT001, FBT002 - the engine's signature
        autoSave: bool = True,  # noqa: FBT001, FBT002 - ditto
    ) -> None:
        """Keep a copy of a value of basic types.

        ``needRestore``: it belongs into the save, where ``autoSave`` puts it at once, with all others that do.
        """
        attr = self._attr()
        if attr is None or not attr.assign(paramName, paramValue):
            return
        kept = attr.kept = set(attr.saved) if attr.kept is None else attr.kept
        if needRestore:
            kept.add(paramName)
            if autoSave:
                attr.save()

    def SaveAttr(self) -> None:
        """Put the values that belong into the save there."""
        attr = self._attr()
        if attr is not None:
            attr.save()

    def GetAttr(self, paramName: str, defaultValue: Any = None) -> Any:
        """Return a copy of a value; ``defaultValue`` if there is none."""
        attr = self._attr()
        return defaultValue if attr is None else attr.fetch(paramName, defaultValue)
