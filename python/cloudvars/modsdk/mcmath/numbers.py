"""What vectors and rotations share: a fixed number of components, which are numbers."""

import math
from collections.abc import Callable
from typing import Any, ClassVar, Self

__all__ = ["SMALL", "Numbers", "dot", "is_number"]

SMALL = 1e-5
"""A length below this has no direction."""


def is_number(value: Any) -> bool:
    """Whether a value is an int or a float; booleans are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


class Numbers:
    """A tuple of numbers with the operators of the game: with a number, each component by itself."""

    _ZERO: ClassVar[tuple[float, ...]]
    """What is made without arguments; its length is that of every value."""
    __hash__ = object.__hash__  # as in Python 2, where a class with __eq__ keeps it

    def __init__(self, *args: Any) -> None:
        given: Any = args[0] if len(args) == 1 else args or self._ZERO
        if isinstance(given, Numbers):
            given = given.ToTuple()
        parts = tuple(given) if isinstance(given, tuple | list) else (given,)
        if len(parts) != len(self._ZERO) or not all(map(is_number, parts)):
            count = len(self._ZERO)
            message = (
                f"{type(self).__name__}{args!r}: {count} numbers, or a tuple of {count} numbers, are accepted"
            )
            raise TypeError(message)
        self._parts: tuple[float, ...] = parts

    def ToTuple(self) -> tuple[float, ...]:
        """Return the components as a tuple of numbers."""
        return self._parts

    def Length(self) -> float:
        """Return the length, a float."""
        return math.sqrt(self.LengthSquared())

    def LengthSquared(self) -> float:
        """Return the square of the length, a number."""
        return dot(self, self)

    def Normalized(self) -> Self:
        """Return the same direction with length 1; one without a direction is as the empty constructor makes it."""
        length = self.Length()
        return type(self)() if length < SMALL else self / length

    def Normalize(self) -> None:
        """Make the length 1, in place; see ``Normalized``."""
        self._parts = self.Normalized().ToTuple()

    def _each(self, other: Any, join: Callable[[Any, Any], Any]) -> Any:
        """Join with each component of a value of this kind, or with a number."""
        if isinstance(other, type(self)):
            return type(self)(*map(join, self._parts, other.ToTuple()))
        if is_number(other):
            return type(self)(*(join(part, other) for part in self._parts))
        return NotImplemented

    def __getitem__(self, i: int) -> float:
        return self._parts[i]

    def __neg__(self) -> Self:
        return type(self)(*(-part for part in self._parts))

    def __pos__(self) -> Self:
        return type(self)(*self._parts)

    def __add__(self, other: Any) -> Any:
        return self._each(other, lambda mine, its: mine + its)

    def __radd__(self, other: Any) -> Any:
        return self + other

    def __sub__(self, other: Any) -> Any:
        return self._each(other, lambda mine, its: mine - its)

    def __rsub__(self, other: Any) -> Any:
        return self._each(other, lambda mine, its: its - mine)

    def __truediv__(self, other: Any) -> Any:
        if not is_number(other):
            return NotImplemented
        return type(self)(*(part / other for part in self._parts))

    def __div__(self, other: Any) -> Any:
        """Divide, as ``/`` of Python 2 does."""
        return self / other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self._parts == other.ToTuple()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._parts!r}"

    def __str__(self) -> str:
        return str(self._parts)


def dot(a: Numbers, b: Numbers) -> float:
    """Return the sum of the products of the components."""
    return sum(mine * its for mine, its in zip(a.ToTuple(), b.ToTuple(), strict=True))
