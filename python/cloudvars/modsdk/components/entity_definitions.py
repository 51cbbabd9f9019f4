"""What else an entity is: its variant, its color, whether it sits."""

from typing import Any

from .component import Component
from .plain import getter, setter, switch

__all__ = ["EntityDefinitionsCompServer"]


class EntityDefinitionsCompServer(Component):
    """``CreateEntityDefinitions(entityId)``: what is set is in the entity's ``settings``."""

    def GetEntityNBTTags(self) -> dict[str, Any] | None:
        """Return the tags of an entity that are known here, the position among them; None: it is not here."""
        entity = self._entity()
        if entity is None:
            return None
        tags: dict[str, Any] = {"identifier": {"__type__": 8, "__value__": entity.identifier}}
        tags["Pos"] = [{"__type__": 5, "__value__": part} for part in entity.pos]
        tags["Rotation"] = [{"__type__": 5, "__value__": part} for part in reversed(entity.rot)]
        tags["Tags"] = [{"__type__": 8, "__value__": tag} for tag in entity.tags]
        if entity.name:
            tags["CustomName"] = {"__type__": 8, "__value__": entity.name}
        return tags

    def GetEntityDefinitions(self) -> list[str]:
        """Return the identifier of an entity's species."""
        entity = self._entity()
        return [] if entity is None else [f"+{entity.identifier}"]

    def IsNaturallySpawned(self) -> bool:
        """Return False: nothing appears by itself here."""
        return False

    GetEntityFallDistance = getter("fall_distance", 0.0, -1.0)
    GetDeathTime = getter("death_time", 0, -1)
    IsLootDropped = getter("loot_dropped", default=True, absent=False)
    SetLootDropped = setter("loot_dropped", "isLootDropped")
    GetMobColor = getter("color", 0, -1)
    SetMobColor = setter("color", "colorType")
    GetMobStrength = getter("strength", 0, -1)
    SetMobStrength = setter("strength", "strength")
    GetMobStrengthMax = getter("strength_limit", 5, -1)
    SetMobStrengthMax = setter("strength_limit", "strength")
    IsSheared = getter("sheared", default=False, absent=False)
    SetSheared = setter("sheared", "isSheared")
    IsIllagerCaptain = getter("captain", default=False, absent=False)
    PromoteToIllagerCaptain = switch("captain", value=True)
    IsSitting = getter("sitting", default=False, absent=False)
    SetSitting = setter("sitting", "shouldSitDown")
    IsBaby = getter("baby", default=False, absent=False)
    SetAsAdult = switch("baby", value=False)
    IsTamed = getter("tamed", default=False, absent=False)
    IsAngry = getter("angry", default=False, absent=False)
    IsOutOfControl = getter("out_of_control", default=False, absent=False)
    SetOutOfControl = setter("out_of_control", "isOutOfControl")
    GetVariant = getter("variant", 0, -1)
    SetVariant = setter("variant", "variantType")
    GetMarkVariant = getter("mark_variant", 0, -1)
    SetMarkVariant = setter("mark_variant", "variantType")
    HasSaddle = getter("saddle", default=False, absent=False)
    HasChest = getter("chest", default=False, absent=False)
    SetChest = setter("chest", "hasChest")
    IsEating = getter("eating", default=False, absent=False)
    IsStunned = getter("stunned", default=False, absent=False)
    IsRoaring = getter("roaring", default=False, absent=False)
    IsPersistent = getter("persistent", default=False, absent=False)
    GetLeashHolder = getter("leash_holder", "-1")
    SetLeashHolder = setter("leash_holder", "holderId")
    GetTradeLevel = getter("trade_level", 0, -1)
    SetTradeLevel = setter("trade_level", "holderId")
    IsPregnant = getter("pregnant", default=False, absent=False)

    def SetAngry(self, isAngry: bool, targerId: str = "") -> bool:  # noqa: FBT001 - the engine's signature
        """Make an entity angry, at ``targerId`` if it is given, or calm."""
        settings = self._settings()
        if settings is None:
            return False
        settings["angry"] = bool(isAngry)
        if targerId:
            settings["attack_target"] = targerId
        return True
