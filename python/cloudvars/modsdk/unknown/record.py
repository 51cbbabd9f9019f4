"""Answers with recorders, and notes what was asked for (E-17)."""

import re
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cloudvars.modsdk.api.module import ApiModule
from cloudvars.modsdk.components import FACTORY

from .promises import Promises
from .recorded import Recorded
from .recorder import Recorder, is_special, recorder

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudvars.modsdk.fakes import Fakes

    from .uses import Lacks

__all__ = ["Record"]

_COMPONENT = re.compile("Create[A-Z]")
"""How the names of the factory begin. A mod may make one out of any name that it is asked for."""


class Record:
    """Answers with recorders, and notes what was asked for."""

    lacks: "Callable[[], Lacks]"

    def __init__(self, fakes: "Fakes") -> None:
        self.recorded = Recorded()
        self._fakes = fakes
        self._promises = Promises()
        self._made: dict[str, Recorder] = {}
        self._modules: dict[str, ModuleType] = {}

    def attribute(self, owner: str, name: str) -> Any:
        """Return the recorder of a member; the same one every time."""
        if is_special(name) or (owner.endswith(FACTORY) and not _COMPONENT.match(name)):
            message = f"{owner} has no attribute {name!r}"
            raise AttributeError(message)
        fakes = self._fakes.of(owner)
        if name in fakes:
            return fakes[name]
        full = f"{owner}.{name}"
        self.recorded.note(full, called=False)
        return self.part(full)

    def part(self, name: str) -> Recorder:
        """Return the recorder of this name."""
        if name not in self._made:
            self._made[name] = recorder(name, self)
        return self._made[name]

    def called(self, name: str) -> Any:
        """Note a call; return a value of the type that the SDK promises, or a recorder."""
        self.recorded.note(name, called=True)
        return self._promises.answer(name, self.part)

    def module(self, name: str) -> ModuleType:
        """Return a module all of whose members are recorders."""
        full = f"mod.{name}"
        self.recorded.note(full, called=False)
        return self._modules.setdefault(full, ApiModule(full, {}, self))
