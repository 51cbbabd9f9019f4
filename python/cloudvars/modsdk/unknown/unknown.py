"""What a mod gets for an API that the host does not simulate (E-1)."""

from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Protocol, TypeAlias

from cloudvars.errors import CloudValueError

from .recorded import Recorded
from .unsimulated import UnsimulatedError, UnsimulatedModuleError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudvars.modsdk.fakes import Fakes

    from .recorder import Recorder
    from .uses import Lacks

__all__ = ["Mode", "Strict", "Unknown", "unknown_of"]

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

    def part(self, name: str) -> "Recorder":
        """Return the recorder of this name, which is no member of the API."""

    def called(self, name: str) -> Any:
        """Return what a call of the recorder of this name answers."""

    def module(self, name: str) -> ModuleType:
        """Return what stands for a module of the API, by its name without ``mod.``; or raise."""


def unknown_of(mode: Any, fakes: "Fakes") -> Unknown:
    """Return the answers of a mode. Raises ``CloudValueError``."""
    if mode == "strict":
        return Strict()
    if mode == "record":
        from .record import Record  # noqa: PLC0415 - imported only where it is used

        return Record(fakes)
    message = f"unknown: {mode!r}; 'strict' or 'record' is accepted"
    raise CloudValueError(message)


class Strict:
    """Raises an error with the name, instead of returning None as the stubs do.

    The client's half is not the server's to miss: of it a mod gets recorders, and nothing is noted (E-12).
    """

    lacks: "Callable[[], Lacks]"

    def __init__(self) -> None:
        self.recorded = Recorded()
        self._lacking: str | None = None
        self._made: dict[str, Recorder] = {}

    def attribute(self, owner: str, name: str) -> "Recorder":
        """Raise the ``AttributeError`` for an API that is not there."""
        full = f"{owner}.{name}"
        if owner.startswith("mod.client") and not name.startswith("__"):
            return self.part(full)
        raise UnsimulatedError(f"{full} is not simulated by cloudvars.modsdk", full, self._all)

    def part(self, name: str) -> "Recorder":
        """Return the recorder of this name."""
        from .recorder import recorder  # noqa: PLC0415 - imported only where it is used

        if name not in self._made:
            self._made[name] = recorder(name, self)
        return self._made[name]

    def called(self, name: str) -> "Recorder":
        """Return a recorder."""
        return self.part(f"{name}()")

    def module(self, name: str) -> NoReturn:
        """Raise the ``ModuleNotFoundError`` for a module that is not there."""
        full = f"mod.{name}"
        error = UnsimulatedModuleError(
            f"No module named {full!r}: not simulated by cloudvars.modsdk", full, self._all
        )
        error.name = full
        raise error

    def _all(self) -> str:
        if self._lacking is None:
            self._lacking = self.lacks().shown(None)
        return self._lacking
