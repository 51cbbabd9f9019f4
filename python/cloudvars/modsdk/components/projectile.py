"""Arrows, snowballs and other things that are shot."""

from collections.abc import Mapping
from typing import Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.positions import position

from .component import Component

__all__ = ["ProjectileComponentServer"]

_FAILED = "-1"


class ProjectileComponentServer(Component):
    """``CreateProjectile(levelId)``: what is shot stays where it begins, and hits nobody. Clause E-7."""

    def CreateProjectileEntity(
        self, spawnerId: str, entityIdentifier: str, param: Mapping[str, Any] | None = None
    ) -> str:
        """Shoot; returns the id of what is shot, "-1" if nobody can. Its ``settings`` has ``owner`` and ``param``."""
        spawner = self._engine.entity(spawnerId)
        if spawner is None or not isinstance(entityIdentifier, str):
            return _FAILED
        given = dict(param or {})
        try:
            there = position(given.get("position", spawner.pos))
        except CloudValueError as error:
            self._refused("CreateProjectileEntity", error)
            return _FAILED
        shot = self._engine.entities.add(entityIdentifier)
        shot.pos, shot.dimension = there, spawner.dimension
        shot.settings |= {"owner": spawner.id, "param": given}
        self._engine.changes.created(shot)
        return shot.id
