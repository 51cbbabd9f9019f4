"""Data that a mod attaches to an entity or to the level, and which of it the save has (E-10)."""

import copy
import logging
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["Attached", "is_basic"]

_log = logging.getLogger("cloudvars")
_BASIC = (bool, int, float, str, type(None))


def is_basic(value: Any) -> bool:
    """Whether a value consists of numbers, texts, lists, tuples and dicts alone, as the engine asks."""
    if isinstance(value, Mapping):
        return all(isinstance(key, str | int) for key in value) and all(map(is_basic, value.values()))
    return all(map(is_basic, value)) if isinstance(value, list | tuple) else isinstance(value, _BASIC)


class Attached(dict[str, Any]):
    """What is attached now, by its key. ``kept`` says which keys go into the save; None: all."""

    def __init__(self, saved: Mapping[str, Any], write: Callable[[dict[str, Any]], bool]) -> None:
        super().__init__(saved)
        self.saved = dict(saved)
        """What a new host would find."""
        self.kept: set[str] | None = None
        self._write = write

    def assign(self, key: Any, value: Any) -> bool:
        """Attach a copy of a value. False: it is of other types; the log says so."""
        if not isinstance(key, str) or not is_basic(value):
            _log.error(
                "%r: %r; a str as the key, and numbers, texts, lists, tuples and dicts are accepted",
                key,
                value,
            )
            return False
        self[key] = copy.deepcopy(value)
        return True

    def fetch(self, key: Any, default: Any = None) -> Any:
        """Return a copy of a value."""
        return copy.deepcopy(self.get(key, default))

    def save(self) -> bool:
        """Put what is attached now into the save. False: it cannot hold that; the log says why."""
        kept = {key: value for key, value in self.items() if self.kept is None or key in self.kept}
        if kept != self.saved:
            if not self._write(kept):
                return False
            self.saved = copy.deepcopy(kept)
        return True
