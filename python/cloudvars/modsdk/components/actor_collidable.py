"""Whether an entity collides with others."""

from .component import Component
from .plain import setter

__all__ = ["ActorCollidableCompServer"]


class ActorCollidableCompServer(Component):
    """``CreateActorCollidable(entityId)``."""

    SetActorCollidable = setter("collidable", "isCollidable")
