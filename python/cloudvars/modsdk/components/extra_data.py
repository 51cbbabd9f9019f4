"""Data that a mod keeps with an entity or the level."""

from typing import Any

from cloudvars.modsdk.world.extra import Attached
from cloudvars.modsdk.world.level import LEVEL_ID

from .component import Component

__all__ = ["ExDataCompServer"]


class ExDataCompServer(Component):
    """``CreateExtraData(entityId)``, also of the level. What players and the level have is in the save. Clause E-10."""

    def _extra(self) -> Attached | None:
        if str(self.entityId) == LEVEL_ID:
            return self._engine.level.extra
        entity = self._entity()
        return None if entity is None else entity.extra

    def SetExtraData(self, key: str, value: Any, autoSave: bool = True) -> bool:  # noqa: FBT001, FBT002 - the engine's signature
        """Keep a copy of a value of basic types. ``autoSave``: put all of the entity's data into the save, too."""
        extra = self._extra()
        if extra is None or not extra.assign(key, value):
            return False
        return extra.save() if autoSave else True

    def SaveExtraData(self) -> bool:
        """Put all of the entity's data into the save."""
        extra = self._extra()
        return extra is not None and extra.save()

    def GetExtraData(self, key: str) -> Any:
        """Return a copy of a value; None if there is none."""
        extra = self._extra()
        return None if extra is None else extra.fetch(key)

    def GetWholeExtraData(self) -> dict[str, Any] | None:
        """Return a copy of all values by their keys; None for an entity that is not here."""
        extra = self._extra()
        return None if extra is None else {key: extra.fetch(key) for key in extra}

    def CleanExtraData(self, key: str) -> bool:
        """Delete a value, from the save too. False: there is none."""
        extra = self._extra()
        if extra is None or key not in extra:
            return False
        del extra[key]
        return extra.save()
