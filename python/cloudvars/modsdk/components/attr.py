"""Health, hunger, speed and the other attributes of an entity."""

from typing import Any

from cloudvars.modsdk.world.attributes import Set

from .component import Component
from .plain import getter, setter

__all__ = ["AttrCompServer"]

_STEP = 0.5625
"""How high a player steps without a jump."""


class AttrCompServer(Component):
    """``CreateAttr(entityId)``: attributes by their number in ``AttrType``. Clause E-8."""

    def GetAttrValue(self, attrType: int) -> float:
        """Return an attribute; -1 if the entity has none of it, or is not here."""
        entity = self._entity()
        return -1.0 if entity is None else entity.attr.value(attrType)

    def SetAttrValue(self, attrType: int, value: float, setDefault: int = 1) -> bool:
        """Set an attribute, within its least and its maximum; with ``setDefault`` its default too.

        False: the entity has none of it, or the value was outside and is now the nearest one within.
        """
        entity = self._entity()
        if entity is None or not _is_number(value):
            return self._refused("SetAttrValue", f"{self.entityId!r}, value: {value!r}")
        attr = entity.attr
        return self._engine.changes.attribute(
            entity, attrType, lambda: attr.set_value(attrType, value, default=bool(setDefault))
        )

    def GetAttrMaxValue(self, type: int) -> float:  # noqa: A002 - the engine's name
        """Return the maximum of an attribute; -1 if the entity has none of it, and for armor."""
        entity = self._entity()
        return -1.0 if entity is None else entity.attr.maximum(type)

    def SetAttrMaxValue(self, type: int, value: float) -> bool:  # noqa: A002 - the engine's name
        """Set the maximum of an attribute; a value above it becomes the maximum."""
        entity = self._entity()
        if entity is None or not _is_number(value):
            return self._refused("SetAttrMaxValue", f"{self.entityId!r}, value: {value!r}")
        return self._engine.changes.attribute(entity, type, lambda: entity.attr.set_maximum(type, value))

    def ResetToDefaultValue(self, type: int) -> bool:  # noqa: A002 - the engine's name
        """Set an attribute to its default; not absorption and armor."""
        return self._reset(type, to_maximum=False)

    def ResetToMaxValue(self, type: int) -> bool:  # noqa: A002 - the engine's name
        """Set an attribute to its maximum, to its default if it has none; not absorption and armor."""
        return self._reset(type, to_maximum=True)

    def _reset(self, number: int, *, to_maximum: bool) -> bool:
        entity = self._entity()
        if entity is None:
            return False
        attr = entity.attr

        def change() -> Set:
            return attr.reset(number, to_maximum=to_maximum)

        return self._engine.changes.attribute(entity, number, change)

    def GetTypeFamily(self) -> list[str]:
        """Return the families of an entity's species, as far as ``EntityType`` tells them."""
        entity = self._entity()
        return [] if entity is None else entity.species.families

    def SetEntityOnFire(self, seconds: int, burn_damage: int = 1) -> bool:  # noqa: ARG002 - fire does not burn here
        """Set an entity on fire for some seconds of the store's clock; 0 puts the fire out."""
        entity = self._entity()
        if entity is None or not _is_number(seconds):
            return False
        entity.burn(seconds)
        return True

    def IsEntityOnFire(self) -> bool:
        """Return whether an entity burns."""
        entity = self._entity()
        return entity is not None and entity.burns

    SetStepHeight = setter("step_height", "stepHeight")
    GetStepHeight = getter("step_height", _STEP)

    def ResetStepHeight(self) -> bool:
        """Set how high a player steps to what it was at first."""
        return bool(self.SetStepHeight(_STEP))

    SetPersistent = setter("persistent", "persistent")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
