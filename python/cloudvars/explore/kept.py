"""Answers that take long, kept for a while: sums over whole tables."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from cloudvars.errors import CloudError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Kept"]

_QUICK_SECONDS = 0.1
"""An answer that takes less is never kept."""
_TIMES = 10
"""An answer that takes a second is good for ten."""
_MOST = 100


class _Answer(NamedTuple):
    told: Any
    took: float
    at: float


class Kept:
    """Answers by their addresses. One that is too old is given once more, while a thread asks anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[str, _Answer] = {}
        self._asking: set[str] = set()

    def get(self, address: str, ask: Callable[[], Any]) -> Any:
        """Return the answer of this address."""
        with self._lock:
            found = self._answers.get(address)
            if found is not None:
                is_old = time.monotonic() - found.at > _TIMES * found.took
                if is_old and address not in self._asking:
                    self._asking.add(address)
                    threading.Thread(target=self._ask_quietly, args=(address, ask), daemon=True).start()
                return found.told
        return self._ask(address, ask)

    def _ask(self, address: str, ask: Callable[[], Any]) -> Any:
        started = time.monotonic()
        told = ask()
        took = time.monotonic() - started
        with self._lock:
            self._answers.pop(address, None)
            if took >= _QUICK_SECONDS:
                if len(self._answers) >= _MOST:
                    del self._answers[next(iter(self._answers))]
                self._answers[address] = _Answer(told, took, started)
        return told

    def _ask_quietly(self, address: str, ask: Callable[[], Any]) -> None:
        try:
            self._ask(address, ask)
        except CloudError:
            with self._lock:
                self._answers.pop(address, None)  # whoever asks next is told
        finally:
            with self._lock:
                self._asking.discard(address)
