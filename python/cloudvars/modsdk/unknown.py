"""What a mod gets for an API that the host does not simulate (E-1, E-17)."""

from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from cloudvars.errors import CloudValueError

from .promises import Promises
from .recorded import Recorded
from .recorder import Recorder, is_special, recorder

if TYPE_CHECKING:
    from .fakes import Fakes

__all__ = ["Mode", "Record", "Strict", "Unknown", "unknown_of"]

Mode: TypeAlias = Literal["strict", "record"]


class Unknown(Protocol):
    """Answers for what is not simulated.

    ``owner`` and ``name`` are those of the error: ``GetEngineCompFactory()`` and ``CreatePos``.
    """

    recorded: Recorded
    """What was asked for and answered; nothing under ``strict``."""

    def attribute(self, owner: str, name: str) -> object:
        """Return what stands for a member of a module, a component, the factory or a system; or raise."""

    def part(self, name: str) -> Recorder:
        """Return the recorder of this name, which is no member of the API."""

    def called(self, name: str) -> Any:
        """Return what a call of the recorder of this name answers."""

    def module(self, name: str) -> ModuleType | None:
        """Return what stands for a module of the API, by its name without ``mod.``; None: there is none."""


def unknown_of(mode: Any, fakes: "Fakes") -> Unknown:
    """Return the answers of a mode. Raises ``CloudValueError``."""
    if mode == "strict":
        return Strict()
    if mode == "record":
        return Record(fakes)
    message = f"unknown: {mode!r}; 'strict' or 'record' is accepted"
    raise CloudValueError(message)


class Strict:
    """Raises an error with the name, instead of returning None as the stubs do.

    The client's half is not the server's to miss: of it a mod gets recorders, and nothing is noted (E-12).
    """

    def __init__(self) -> None:
        self.recorded = Recorded()
        self._made: dict[str, Recorder] = {}

    def attribute(self, owner: str, name: str) -> Any:
        """Raise the ``AttributeError`` for an API that is not there."""
        full = f"{owner}.{name}"
        if is_special(name):
            raise AttributeError(name)
        if owner.startswith("mod.client"):
            return self.part(full)
        error = AttributeError(f"{full} is not simulated by cloudvars.modsdk")
        error.add_note(f"To put something there: modsdk.host(room, mod=..., fakes={{{full!r}: ...}})")
        raise error

    def part(self, name: str) -> Recorder:
        """Return the recorder of this name."""
        if name not in self._made:
            self._made[name] = recorder(name, self)
        return self._made[name]

    def called(self, name: str) -> Any:
        """Return a recorder."""
        return self.part(f"{name}()")

    def module(self, name: str) -> None:
        """Return None: the importer says which module is missing."""


class Record:
    """Answers with recorders, and notes what was asked for."""

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

        full = f"mod.{name}"
        self.recorded.note(full, called=False)
        return self._modules.setdefault(full, ApiModule(full, {}, self))
