"""Who shot something."""

from .component import Component
from .plain import getter

__all__ = ["BulletAttributesComponentServer"]


class BulletAttributesComponentServer(Component):
    """``CreateBulletAttributes(entityId)``."""

    GetSourceEntityId = getter("owner", "-1")
