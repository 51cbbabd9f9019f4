"""The calls of ``score`` as ``score.aio`` has them: the same names and fields, awaitable."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from asyncio import sleep
from typing import TYPE_CHECKING, Any

from ._native import Score

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["AwaitedCalls"]

AT_ONCE = {"get", "money_get", "withlimit_query", "world_data_get"}
"""The calls that read rows by their keys: memory may have the answer."""
WRITTEN_BY_HAND = {"aio", "bulk", "commit_many", "get_commit"}
"""The names of ``score`` that ``AsyncScore`` defines itself, or does not have."""


class AwaitedCalls(ABC):
    """The calls of ``score``, awaitable, each under its name."""

    @abstractmethod
    async def _call(self, name: str, /, *args: object, **fields: object) -> Any:
        """Make the call of that name without blocking the event loop."""

    @abstractmethod
    def _recall(self, name: str, args: tuple[object, ...], fields: dict[str, object]) -> Any:
        """Return the answer of the call if memory has it, else None."""

    @abstractmethod
    def _holds_up(self) -> bool:
        """Whether so many answers came from memory that other tasks must run."""


def _awaited(name: str) -> Callable[..., Any]:
    plain = getattr(Score, name)

    if name in AT_ONCE:

        async def awaited(self: AwaitedCalls, /, *args: object, **fields: object) -> Any:
            if self._holds_up():
                await sleep(0)
            answer = self._recall(name, args, fields)
            return await self._call(name, *args, **fields) if answer is None else answer

    else:

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
