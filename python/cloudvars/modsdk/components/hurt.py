"""Damage."""

from typing import Any

from .component import Component
from .plain import setter

__all__ = ["HurtCompServer"]


class HurtCompServer(Component):
    """``CreateHurt(entityId)``. Clause E-8."""

    ImmuneDamage = setter("immune", "immune")

    def Hurt(  # noqa: PLR0913, PLR0917 - the engine's signature
        self,
        damage: float,
        cause: str,
        attackerId: Any = None,
        childAttackerId: Any = None,
        knocked: bool = True,  # noqa: FBT001, FBT002 - ditto
        customTag: str | None = None,
    ) -> bool:
        """Hurt an entity: ``DamageEvent``, in which listeners may change the damage, and the events after it.

        False: it is not here, dead or immune, or a listener made the damage 0.
        """
        entity = self._entity()
        if entity is None or not isinstance(damage, int | float) or damage < 0:
            return self._refused(
                "Hurt", f"{self.entityId!r}, damage: {damage!r}; a number from 0 is accepted"
            )
        attacker, child = ("-1" if who is None else str(who) for who in (attackerId, childAttackerId))
        tag = customTag or ""
        return self._engine.changes.hurt(
            entity, damage, attacker=attacker, child=child, cause=cause, tag=tag, knock=bool(knocked)
        )
