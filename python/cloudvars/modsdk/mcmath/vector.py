"""``Vector3``: a point or a direction. x is east, y is up, z is south."""

from typing import Any, ClassVar

from .numbers import Numbers, dot, is_number

__all__ = ["Vector3"]


class Vector3(Numbers):
    """``Vector3(x, y, z)`` or ``Vector3((x, y, z))``. Clause E-13."""

    _ZERO: ClassVar = (0.0, 0.0, 0.0)

    @property
    def x(self) -> float:
        """East of the origin, a number of blocks."""
        return self._parts[0]

    @property
    def y(self) -> float:
        """Above the origin, a number of blocks."""
        return self._parts[1]

    @property
    def z(self) -> float:
        """South of the origin, a number of blocks."""
        return self._parts[2]

    @staticmethod
    def One() -> "Vector3":
        """Return (1, 1, 1)."""
        return Vector3(1, 1, 1)

    @staticmethod
    def Up() -> "Vector3":
        """Return (0, 1, 0)."""
        return Vector3(0, 1, 0)

    @staticmethod
    def Down() -> "Vector3":
        """Return (0, -1, 0)."""
        return Vector3(0, -1, 0)

    @staticmethod
    def Left() -> "Vector3":
        """Return (-1, 0, 0): west."""
        return Vector3(-1, 0, 0)

    @staticmethod
    def Right() -> "Vector3":
        """Return (1, 0, 0): east."""
        return Vector3(1, 0, 0)

    @staticmethod
    def Forward() -> "Vector3":
        """Return (0, 0, 1): south."""
        return Vector3(0, 0, 1)

    @staticmethod
    def Backward() -> "Vector3":
        """Return (0, 0, -1): north."""
        return Vector3(0, 0, -1)

    @staticmethod
    def Dot(a: "Vector3", b: "Vector3") -> float:
        """Return the scalar product, a number."""
        return dot(a, b)

    @staticmethod
    def Cross(a: "Vector3", b: "Vector3") -> "Vector3":
        """Return the vector product, by the right hand."""
        (ax, ay, az), (bx, by, bz) = a.ToTuple(), b.ToTuple()
        return Vector3(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)

    def Set(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> None:
        """Set all three components, numbers."""
        self._parts = Vector3(x, y, z).ToTuple()

    def __mul__(self, other: Any) -> Any:
        """Multiply: a vector gives the scalar product, a number a vector."""
        if isinstance(other, Vector3):
            return dot(self, other)
        return self._each(other, lambda mine, its: mine * its) if is_number(other) else NotImplemented

    __rmul__ = __mul__
