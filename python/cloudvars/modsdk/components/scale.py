"""How much larger an entity is shown."""

from .component import Component
from .plain import getter

__all__ = ["ScaleComponentServer"]


class ScaleComponentServer(Component):
    """``CreateScale(entityId)``."""

    def SetEntityScale(self, entityId: str, scale: float) -> int:
        """Set the scale of an entity; returns 1, or -1 if it is not here."""
        entity = self._engine.entity(entityId)
        if entity is None or not isinstance(scale, int | float) or scale <= 0:
            return -1
        entity.settings["scale"] = float(scale)
        return 1

    GetEntityScale = getter("scale", 1.0)
