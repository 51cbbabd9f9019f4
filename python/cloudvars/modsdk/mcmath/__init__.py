"""``mod.common.utils.mcmath``: vectors, rotations and matrices, as the game's documents describe them (E-13)."""

from .matrix import Matrix
from .quaternion import Quaternion
from .vector import Vector3

__all__ = ["Clamp", "Matrix", "Quaternion", "Vector3"]


def Clamp(x: float, minVal: float, maxVal: float) -> float:
    """Return ``x``, or the bound that it is beyond."""
    return minVal if x < minVal else min(x, maxVal)
