"""Positions and directions: how the engine counts them (E-7)."""

import math
from typing import Any, TypeAlias

from cloudvars.errors import CloudValueError

__all__ = [
    "Box",
    "Position",
    "block_of",
    "box_at",
    "dimension_number",
    "direction_of",
    "overlap",
    "position",
    "rotation",
    "rotation_of",
]

Position: TypeAlias = tuple[float, float, float]
Box: TypeAlias = tuple[Position, Position]
"""The least and the most of each coordinate."""


def position(pos: Any) -> Position:
    """Return a position as three floats. Raises ``CloudValueError``."""
    parts = _finite(pos)
    if len(parts) != len("xyz"):
        message = f"pos: {pos!r}; three numbers, (x, y, z), are accepted"
        raise CloudValueError(message)
    return parts[0], parts[1], parts[2]


def rotation(rot: Any) -> tuple[float, float]:
    """Return (up and down, around), in degrees, as two floats. Raises ``CloudValueError``."""
    parts = _finite(rot)
    if len(parts) != len(("pitch", "yaw")):
        message = f"rot: {rot!r}; two numbers, (up and down, around), are accepted"
        raise CloudValueError(message)
    return parts[0], parts[1]


def dimension_number(dimension: Any) -> int:
    """Return a dimension. Raises ``CloudValueError``."""
    if not isinstance(dimension, int):
        message = f"dimension: {dimension!r}; an int is accepted"
        raise CloudValueError(message)
    return dimension


def _finite(parts: Any) -> list[float]:
    """Return numbers as floats; none if one of them is no number, or infinite: nobody is there."""
    try:
        numbers = [] if isinstance(parts, str | bytes) else [float(part) for part in parts]
    except (TypeError, ValueError, OverflowError):
        return []
    return numbers if all(map(math.isfinite, numbers)) else []


def block_of(pos: Any) -> tuple[int, int, int]:
    """Return the block that a position is in. Raises ``CloudValueError``."""
    x, y, z = position(pos)
    return math.floor(x), math.floor(y), math.floor(z)


def direction_of(rot: Any) -> Position:
    """Return the direction of length 1 in which (up and down, around), in degrees, looks: (0, 0) is along z."""
    pitch, yaw = (math.radians(float(part)) for part in rot)
    return -math.sin(yaw) * math.cos(pitch), -math.sin(pitch), math.cos(yaw) * math.cos(pitch)


def rotation_of(direction: Any) -> tuple[float, float]:
    """Return (up and down, around), in degrees, of a direction; the reverse of ``direction_of``."""
    x, y, z = position(direction)
    return math.degrees(math.atan2(-y, math.hypot(x, z))), math.degrees(math.atan2(-x, z)) if x or z else 0.0


def box_at(pos: Position, size: tuple[float, float]) -> Box:
    """Return the box of an entity: its width and height, around its feet."""
    half, (x, y, z) = size[0] / 2, pos
    return (x - half, y, z - half), (x + half, y + size[1], z + half)


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes have more in common than a face."""
    return all(one[0][axis] < other[1][axis] and other[0][axis] < one[1][axis] for axis in range(3))
