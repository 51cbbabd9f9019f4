"""What every component of the engine is."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine

__all__ = ["Component"]


class Component:
    """What ``GetEngineCompFactory().CreateXxx(entityId)`` returns."""

    def __init__(self, engine: "Engine", entity_id: Any) -> None:
        self._engine = engine
        self.entityId = entity_id
        vars(self).update(engine.fakes.of(type(self).__name__))

    def __getattr__(self, name: str) -> Any:
        if name == "_engine":  # a copy that is being made has no attributes yet
            raise AttributeError(name)
        return self._engine.unknown.attribute(type(self).__name__, name)
