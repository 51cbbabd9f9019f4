"""Status effects."""

from typing import Any

from .component import Component

__all__ = ["EffectComponentServer"]

_LEVELS = range(256)


class EffectComponentServer(Component):
    """``CreateEffect(entityId)``: effects end by the store's clock. Clause E-8."""

    def AddEffectToEntity(
        self,
        effectName: str,
        duration: float,
        amplifier: int = 0,
        showParticles: bool = True,  # noqa: FBT001, FBT002 - the engine's signature
    ) -> bool:
        """Give an effect for ``duration`` seconds; 0 is the first level. Fires ``AddEffectServerEvent``.

        False: the entity has it at a higher level, or as long at the same level.
        """
        entity = self._entity()
        if entity is None or not isinstance(effectName, str) or not effectName:
            return self._refused("AddEffectToEntity", f"{self.entityId!r}, effectName: {effectName!r}")
        if not _is_number(duration) or duration < 0 or amplifier not in _LEVELS:
            why = (
                f"duration: {duration!r}, amplifier: {amplifier!r}; seconds from 0, and 0 to 255 are accepted"
            )
            return self._refused("AddEffectToEntity", why)
        shown = bool(showParticles)
        return self._engine.changes.effect(entity, effectName, duration, amplifier, particles=shown)

    def RemoveEffectFromEntity(self, effectName: str) -> bool:
        """Take an effect away: ``RemoveEffectServerEvent``. False: the entity does not have it."""
        entity = self._entity()
        effect = None if entity is None else entity.effects.remove(effectName)
        if entity is None or effect is None:
            return False
        self._engine.changes.effect_ended(entity, effect)
        return True

    def GetAllEffects(self) -> list[dict[str, Any]] | None:
        """Return effectName, duration, duration_f (seconds that are left) and amplifier of each; None for none."""
        entity = self._entity()
        if entity is None:
            return None
        found = []
        for effect in entity.effects:
            left = entity.effects.left(effect)
            row = {"effectName": effect.name, "duration": int(left), "duration_f": left}
            found.append({**row, "amplifier": effect.amplifier})
        return found or None

    def HasEffect(self, effectName: str) -> bool:
        """Return whether an entity has an effect."""
        entity = self._entity()
        return entity is not None and effectName in entity.effects


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
