"""Python 2's ``/``, which floors for ints. ``meaning`` puts these calls in the place of ``/`` and ``/=``."""

import operator
from datetime import timedelta
from typing import Any

__all__ = ["divide", "divide_attribute", "divide_item"]


def divide(left: Any, right: Any) -> Any:
    """``/``: floors for ints, and for a time over an int; a class may define ``__div__``."""
    if isinstance(right, int) and isinstance(left, int | timedelta):
        return left // right
    return operator.truediv(left, right)


def divide_attribute(owner: Any, name: str, right: Any) -> None:
    """``owner.name /= right``."""
    setattr(owner, name, divide(getattr(owner, name), right))


def divide_item(owner: Any, index: Any, right: Any) -> None:
    """``owner[index] /= right``."""
    owner[index] = divide(owner[index], right)
