"""What a mod gets for an API that the host does not simulate (E-1, E-17)."""

from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Protocol, TypeAlias

from cloudvars.errors import CloudValueError

from .promises import Promises
from .recorded import Recorded
from .recorder import Recorder, is_special, recorder
from .unsimulated import UnsimulatedError, UnsimulatedModuleError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .fakes import Fakes
    from .lacks import Lacks

__all__ = ["Mode", "Record", "Strict", "Unknown", "unknown_of"]

Mode: TypeAlias = Literal["strict", "record"]


class Unknown(Protocol):
    """Answers for what is not simulated.

    ``owner`` and ``name`` are those of the error: ``GetEngineCompFactory()`` and ``CreatePos``.
    """

    recorded: Recorded
    """What was asked for and answered; nothing under ``strict``."""
    lacks: "Callable[[], Lacks]"
    """Reads the mod's scripts; set by the host."""

    def attribute(self, owner: str, name: str) -> object:
        """Return what stands for a member of a module, a component, the factory or a system; or raise."""

    def module(self, name: str) -> ModuleType:
        """Return what stands for a module of the API, by its name with or without ``mod.``; or raise."""


def unknown_of(mode: Any, fakes: "Fakes") -> Unknown:
    """Return the answers of a mode. Raises ``CloudValueError``."""
    if mode == "strict":
        return Strict()
    if mode == "record":
        return Record(fakes)
    message = f"unknown: {mode!r}; 'strict' or 'record' is accepted"
    raise CloudValueError(message)


class Strict:
    """Raises an error with the name, instead of returning None as the stubs do."""

    lacks: "Callable[[], Lacks]"

    def __init__(self) -> None:
        self.recorded = Recorded()
        self._lacking: str | None = None

    def attribute(self, owner: str, name: str) -> NoReturn:
        """Raise the ``AttributeError`` for an API that is not there."""
        full = f"{owner}.{name}"
        raise UnsimulatedError(f"{full} is not simulated by cloudvars.modsdk", full, self._all)

    def module(self, name: str) -> NoReturn:
        """Raise the ``ModuleNotFoundError`` for a module that is not there."""
        full = name if name.startswith("mod.") else f"mod.{name}"
        what = f"No module named {name!r}: not simulated by cloudvars.modsdk"
        error = UnsimulatedModuleError(what, full, self._all)
        error.name = name
        raise error

    def _all(self) -> str:
        if self._lacking is None:
            self._lacking = self.lacks().shown(None)
        return self._lacking


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
        if is_special(name):
            raise AttributeError(name)
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
        from .api.module import ApiModule  # noqa: PLC0415 - the API's modules know the unknown, too

        full = name if name.startswith("mod.") else f"mod.{name}"
        self.recorded.note(full, called=False)
        return self._modules.setdefault(full, ApiModule(full, {}, self))
