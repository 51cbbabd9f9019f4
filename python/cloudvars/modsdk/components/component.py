"""What every component of the engine is."""

import functools
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.level import LEVEL_ID

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine
    from cloudvars.modsdk.world.entities import Entity

__all__ = ["Component", "refuses"]

_log = logging.getLogger("cloudvars")
_Method = TypeVar("_Method", bound=Callable[..., Any])


class Component:
    """What ``GetEngineCompFactory().CreateXxx(entityId)`` returns."""

    def __init__(self, engine: "Engine", entity_id: Any) -> None:
        self._engine = engine
        self.entityId = self.mEntityId = entity_id
        vars(self).update(engine.fakes.of(type(self).__name__))

    def __getattr__(self, name: str) -> Any:
        if name == "_engine":  # a copy that is being made has no attributes yet
            raise AttributeError(name)
        return self._engine.unknown.attribute(type(self).__name__, name)

    def GetEntityId(self) -> Any:
        """Return the id that the component was made for."""
        return self.entityId

    def _entity(self) -> "Entity | None":
        """Return the entity or player that the component was made for, if it is here."""
        return self._engine.entity(self.entityId)

    def _player(self) -> "Entity | None":
        """Return the player that the component was made for, if they are here."""
        entity = self._entity()
        return entity if entity is not None and entity.is_player else None

    def _settings(self) -> dict[str, Any] | None:
        """Return what was set of the entity, or of the level if the component was made for that."""
        if str(self.entityId) == LEVEL_ID:
            return self._engine.level.settings
        entity = self._entity()
        return None if entity is None else entity.settings

    def _refused(self, call: str, why: object) -> bool:
        """Log why a call does nothing; returns False, as the call does."""
        _log.error("%s.%s: %s", type(self).__name__, call, why)
        return False


def refuses(answer: object) -> Callable[[_Method], _Method]:
    """Have a method answer this, with a line in the log, where an argument is of no use (E-7)."""

    def wrap(method: _Method) -> _Method:
        @functools.wraps(method)
        def call(self: Component, *args: Any, **kwargs: Any) -> Any:
            try:
                return method(self, *args, **kwargs)
            except CloudValueError as error:
                self._refused(method.__name__, error)
                return answer

        return cast("_Method", call)

    return wrap
