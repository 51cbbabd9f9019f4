"""What an answer that nobody knows is in a calculation: the number 0, or an empty sequence beside a sequence (E-17)."""

import operator
from collections.abc import Callable, Iterator
from numbers import Number
from typing import Any, Final, Self

__all__ = ["Neutral"]

_ADDED: Final = (str, bytes, list, tuple)
_MERGED: Final = (set, frozenset, dict)
_Operation = Callable[[Any, Any], Any]


def _beside(operation: _Operation, other: Any) -> Any:
    """Return what stands for the neutral operand beside ``other``; None: there is nothing."""
    if isinstance(other, Number | Neutral):
        return 0
    if operation is operator.add:
        return next((kind() for kind in _ADDED if isinstance(other, kind)), None)
    if operation in {operator.or_, operator.and_, operator.xor, operator.sub}:
        return next((kind() for kind in _MERGED if isinstance(other, kind)), None)
    if operation is operator.mul and isinstance(other, _ADDED):
        return 0
    return None


def _plain(value: Any) -> Any:
    return 0 if isinstance(value, Neutral) else value


def _left(operation: _Operation) -> Callable[[Any, Any], Any]:
    def method(_self: Any, other: Any) -> Any:
        stands = _beside(operation, other)
        return NotImplemented if stands is None else operation(stands, _plain(other))

    return method


def _right(operation: _Operation) -> Callable[[Any, Any], Any]:
    def method(_self: Any, other: Any) -> Any:
        stands = _beside(operation, other)
        return NotImplemented if stands is None else operation(_plain(other), stands)

    return method


def _divided(operation: _Operation) -> Callable[[Any, Any], Any]:
    def method(_self: Any, other: Any) -> Any:
        if isinstance(other, Neutral):
            return operation(0, 1)
        return operation(0, other) if isinstance(other, Number) else NotImplemented

    return method


def _divisor(operation: _Operation) -> Callable[[Any, Any], Any]:
    """Divide by a neutral operand: the answer is 0, because an error would hide what the mod does next."""

    def method(_self: Any, other: Any) -> Any:
        return operation(0, 1) if isinstance(other, Number) else NotImplemented

    return method


class Neutral:
    """Behaves as the number 0 and as an empty container, and takes whatever is put into it."""

    __add__, __radd__ = _left(operator.add), _right(operator.add)
    __sub__, __rsub__ = _left(operator.sub), _right(operator.sub)
    __mul__, __rmul__ = _left(operator.mul), _right(operator.mul)
    __and__, __rand__ = _left(operator.and_), _right(operator.and_)
    __or__, __ror__ = _left(operator.or_), _right(operator.or_)
    __xor__, __rxor__ = _left(operator.xor), _right(operator.xor)
    __lshift__, __rlshift__ = _left(operator.lshift), _right(operator.lshift)
    __rshift__, __rrshift__ = _left(operator.rshift), _right(operator.rshift)
    __pow__, __rpow__ = _left(operator.pow), _right(operator.pow)
    __truediv__, __rtruediv__ = _divided(operator.truediv), _divisor(operator.truediv)
    __floordiv__, __rfloordiv__ = _divided(operator.floordiv), _divisor(operator.floordiv)
    __mod__, __rmod__ = _divided(operator.mod), _divisor(operator.mod)
    __divmod__, __rdivmod__ = _divided(divmod), _divisor(divmod)
    __lt__, __le__ = _left(operator.lt), _left(operator.le)
    __gt__, __ge__ = _left(operator.gt), _left(operator.ge)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Number) and not other)

    def __hash__(self) -> int:
        return hash(0)  # because it equals 0

    def __bool__(self) -> bool:
        return False

    def __int__(self) -> int:
        return 0

    def __index__(self) -> int:
        return 0

    def __float__(self) -> float:
        return 0.0

    def __complex__(self) -> complex:
        return 0j

    def __neg__(self) -> int:
        return 0

    def __pos__(self) -> int:
        return 0

    def __abs__(self) -> int:
        return 0

    def __invert__(self) -> int:
        return ~0

    def __round__(self, digits: int | None = None) -> float:
        return round(0, digits)

    def __trunc__(self) -> int:
        return 0

    def __floor__(self) -> int:
        return 0

    def __ceil__(self) -> int:
        return 0

    def __format__(self, spec: str) -> str:
        if spec.endswith(tuple("bcdeEfFgGnoxX%")):
            return format(0, spec)
        return format(str(self), spec)

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __reversed__(self) -> Iterator[Any]:
        return iter(())

    def __contains__(self, item: object) -> bool:
        return False

    def __setitem__(self, key: object, value: object) -> None:
        """Take it, and forget it."""

    def __delitem__(self, key: object) -> None:
        """Do nothing: nothing is in it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Let what the block raised go on."""
