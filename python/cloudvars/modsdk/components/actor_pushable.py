"""Whether an entity can be pushed."""

from .component import Component
from .plain import setter

__all__ = ["ActorPushableCompServer"]


class ActorPushableCompServer(Component):
    """``CreateActorPushable(entityId)``."""

    SetActorPushable = setter("pushable", "isPushable")
