"""Gravity and jumps."""

from .component import Component
from .plain import getter, setter

__all__ = ["GravityComponentServer"]


class GravityComponentServer(Component):
    """``CreateGravity(entityId)``: a gravity of 0 is that of the level."""

    SetGravity = setter("gravity", "gravity")
    GetGravity = getter("gravity", 0.0)
    SetJumpPower = setter("jump_power", "jumpPower")
    GetJumpPower = getter("jump_power", 0.42)
