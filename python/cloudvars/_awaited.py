"""The calls of ``score`` as ``score.aio`` has them: the same names and fields, awaitable."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from ._native import Score

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["AwaitedCalls"]

WRITTEN_BY_HAND = {"aio", "bulk", "commit_many", "get_commit"}
"""The names of ``score`` that ``AsyncScore`` defines itself, or does not have."""


class AwaitedCalls(ABC):
    """The calls of ``score``, awaitable, each under its name."""

    @abstractmethod
    async def _call(self, name: str, /, *args: object, **fields: object) -> Any:
        """Make the call of that name without blocking the event loop."""


def _awaited(name: str) -> Callable[..., Any]:
    plain = getattr(Score, name)

    async def awaited(self: AwaitedCalls, /, *args: object, **fields: object) -> Any:
        return await self._call(name, *args, **fields)

    awaited.__name__ = name
    awaited.__qualname__ = f"AsyncScore.{name}"
    awaited.__doc__ = f"``score.{name}``, awaited.\n\n{inspect.getdoc(plain)}"
    awaited.__signature__ = inspect.signature(plain)  # type: ignore[attr-defined]  # inspect and IPython read it
    return awaited


for _name in vars(Score):
    if not _name.startswith("_") and _name not in WRITTEN_BY_HAND:
        setattr(AwaitedCalls, _name, _awaited(_name))
del _name
