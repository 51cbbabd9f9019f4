"""``Quaternion``: a rotation. Angles are in degrees, by the right hand."""

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from .numbers import SMALL, Numbers, dot, is_number
from .vector import Vector3

__all__ = ["Quaternion", "rotation_of", "rows_of"]


class Quaternion(Numbers):
    """``Quaternion(x, y, z, w)`` or ``Quaternion((x, y, z, w))``; without arguments no rotation. Clause E-13."""

    M_DEGTORAD = math.pi / 180.0
    M_RADTODEG = 180.0 / math.pi
    _ZERO: ClassVar = (0.0, 0.0, 0.0, 1.0)

    @property
    def x(self) -> float:
        """The first component, a number."""
        return self._parts[0]

    @property
    def y(self) -> float:
        """The second component, a number."""
        return self._parts[1]

    @property
    def z(self) -> float:
        """The third component, a number."""
        return self._parts[2]

    @property
    def w(self) -> float:
        """The real component, a number."""
        return self._parts[3]

    @property
    def pitch(self) -> float:
        """The angle around x, in degrees, as ``EulerAngles`` has it."""
        return self.EulerAngles().x

    @property
    def yaw(self) -> float:
        """The angle around y, in degrees, as ``EulerAngles`` has it."""
        return self.EulerAngles().y

    @property
    def roll(self) -> float:
        """The angle around z, in degrees, as ``EulerAngles`` has it."""
        return self.EulerAngles().z

    @staticmethod
    def AngleAxis(angle: float = 0.0, axis: Vector3 | None = None) -> "Quaternion":
        """Return a rotation by ``angle`` degrees around ``axis``, a Vector3 of any length (up unless given)."""
        half = math.radians(angle) / 2
        x, y, z = ((Vector3.Up() if axis is None else axis).Normalized() * math.sin(half)).ToTuple()
        return Quaternion(x, y, z, math.cos(half))

    @staticmethod
    def Euler(x: float = 0.0, y: float = 0.0, z: float = 0.0) -> "Quaternion":
        """Return a rotation by z degrees around z, then by x around x, then by y around y."""
        turn = Quaternion.AngleAxis
        first, second, third = turn(z, Vector3.Forward()), turn(x, Vector3.Right()), turn(y, Vector3.Up())
        return _product(_product(third, second), first)

    @staticmethod
    def RotationTo(start: Vector3 | None = None, end: Vector3 | None = None) -> "Quaternion":
        """Return the shortest rotation that turns one direction into another (both are up unless given)."""
        a = (Vector3.Up() if start is None else start).Normalized()
        b = (Vector3.Up() if end is None else end).Normalized()
        axis, cosine = Vector3.Cross(a, b), Vector3.Dot(a, b)
        if axis.Length() < SMALL and cosine < 0:  # half a turn, around anything that is across
            across = Vector3.Cross(a, Vector3.Right())
            return Quaternion.AngleAxis(
                180, across if across.Length() > SMALL else Vector3.Cross(a, Vector3.Up())
            )
        return Quaternion(*axis.ToTuple(), 1.0 + cosine).Normalized()

    @staticmethod
    def LookDirection(direction: Vector3 | None = None, up: Vector3 | None = None) -> "Quaternion":
        """Return the rotation of what looks north, (0, 0, -1), and now looks along ``direction``, with ``up`` above."""
        back = -(Vector3.Backward() if direction is None else direction).Normalized()
        right = Vector3.Cross(Vector3.Up() if up is None else up, back).Normalized()
        if right.Length() < SMALL:
            return Quaternion.RotationTo(Vector3.Backward(), -back)
        above = Vector3.Cross(back, right)
        return rotation_of(*zip(right.ToTuple(), above.ToTuple(), back.ToTuple(), strict=True))

    @staticmethod
    def Dot(a: "Quaternion", b: "Quaternion") -> float:
        """Return the sum of the products of the components, a number."""
        return dot(a, b)

    @staticmethod
    def Cross(a: "Quaternion", b: "Quaternion") -> "Quaternion":
        """Return ``a * b``."""
        return _product(a, b)

    @staticmethod
    def Conjugate(q: "Quaternion") -> "Quaternion":
        """Return (-x, -y, -z, w)."""
        return Quaternion(-q.x, -q.y, -q.z, q.w)

    @staticmethod
    def Inverse(q: "Quaternion") -> "Quaternion":
        """Return the rotation that undoes this one. Raises ``ZeroDivisionError`` for one of length 0."""
        return Quaternion(*(part / q.LengthSquared() for part in Quaternion.Conjugate(q).ToTuple()))

    def HasRotation(self) -> bool:
        """Whether this turns anything."""
        return Vector3(self.x, self.y, self.z).Length() >= SMALL

    def wxyz(self) -> list[float]:
        """Return the components as a list of numbers, w first."""
        return [self.w, self.x, self.y, self.z]

    def EulerAngles(self) -> Vector3:
        """Return the angles in degrees that ``Euler`` makes this rotation of; those around x are within 90."""
        x, y, z, w = self.Normalized().ToTuple()
        sine = max(-1.0, min(1.0, 2 * (w * x - y * z)))
        if abs(sine) > 1 - 1e-12:  # straight up or down: z and y turn the same way
            return Vector3(math.copysign(90.0, sine), math.degrees(2 * math.atan2(y, w)), 0.0)
        yaw = math.atan2(2 * (x * z + w * y), 1 - 2 * (x * x + y * y))
        roll = math.atan2(2 * (x * y + w * z), 1 - 2 * (x * x + z * z))
        return Vector3(*map(math.degrees, (math.asin(sine), yaw, roll)))

    def EulerAnglesZYX(self) -> Vector3:
        """Return the angles in degrees of a rotation around x, then y, then z."""
        x, y, z, w = self.Normalized().ToTuple()
        sine = max(-1.0, min(1.0, 2 * (w * y - x * z)))
        if abs(sine) > 1 - 1e-12:
            return Vector3(math.degrees(2 * math.atan2(x, w)), math.copysign(90.0, sine), 0.0)
        roll = math.atan2(2 * (y * z + w * x), 1 - 2 * (x * x + y * y))
        yaw = math.atan2(2 * (x * y + w * z), 1 - 2 * (y * y + z * z))
        return Vector3(*map(math.degrees, (roll, math.asin(sine), yaw)))

    def __mul__(self, other: Any) -> Any:
        """Multiply: a rotation gives their product, a Vector3 what it is turned into, a number each component."""
        if isinstance(other, Quaternion):
            return _product(self, other)
        if isinstance(other, Vector3):
            turned = _product(_product(self, Quaternion(*other.ToTuple(), 0.0)), Quaternion.Inverse(self))
            return Vector3(turned.x, turned.y, turned.z)
        return self._each(other, lambda mine, its: mine * its) if is_number(other) else NotImplemented

    __rmul__ = __mul__


def _product(a: Quaternion, b: Quaternion) -> Quaternion:
    (ax, ay, az, aw), (bx, by, bz, bw) = a.ToTuple(), b.ToTuple()
    return Quaternion(
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    )


def rows_of(rotation: Quaternion) -> list[list[float]]:
    """Return the three rows of a rotation's matrix."""
    columns = [(rotation * axis).ToTuple() for axis in (Vector3.Right(), Vector3.Up(), Vector3.Forward())]
    return [list(row) for row in zip(*columns, strict=True)]


def rotation_of(*rows: Sequence[float]) -> Quaternion:
    """Return the rotation of a matrix of three rows. The largest component is found first, so nothing small divides."""
    (a, b, c), (d, e, f), (g, h, i) = rows
    squares = (1 + a - e - i, 1 - a + e - i, 1 - a - e + i, 1 + a + e + i)
    largest = max(range(len(squares)), key=squares.__getitem__)
    found = (
        (squares[0], b + d, c + g, h - f),
        (b + d, squares[1], f + h, c - g),
        (c + g, f + h, squares[2], d - b),
        (h - f, c - g, d - b, squares[3]),
    )[largest]
    return Quaternion(*found).Normalized()
