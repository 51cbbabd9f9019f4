"""Timers, and what concerns the whole game."""

from functools import partial
from typing import TYPE_CHECKING, Any

from .component import Component

if TYPE_CHECKING:
    from cloudvars.modsdk.timers import CallLater

__all__ = ["GameComponentServer"]


class GameComponentServer(Component):
    """``CreateGame(levelId)``: timers on the store's clock. Clause E-3."""

    def AddTimer(self, delay: float, func: Any, *args: Any, **kwargs: Any) -> "CallLater":
        """Call ``func`` once, at the first tick that is ``delay`` seconds from now or later."""
        return self._engine.add_timer(delay, partial(func, *args, **kwargs), again=False)

    def AddRepeatedTimer(self, delay: float, func: Any, *args: Any, **kwargs: Any) -> "CallLater":
        """Call ``func`` every ``delay`` seconds, at most once a tick."""
        return self._engine.add_timer(delay, partial(func, *args, **kwargs), again=True)

    def CancelTimer(self, timer: "CallLater") -> None:
        """Stop a timer; it may have ended already."""
        self._engine.timers.cancel(timer)
