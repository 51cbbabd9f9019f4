"""What a mod gets for an API that the host does not simulate (E-1)."""

from typing import NoReturn, Protocol

__all__ = ["Strict", "Unknown"]


class Unknown(Protocol):
    """Answers for what is not simulated.

    ``owner`` and ``name`` are those of the error: ``GetEngineCompFactory()`` and ``CreatePos``.
    """

    def attribute(self, owner: str, name: str) -> object:
        """Return what stands for a member of a module, a component, the factory or a system; or raise."""

    def module(self, name: str) -> object | None:
        """Return what stands for a module of the API, by its name without ``mod.``; None: there is none."""


class Strict:
    """Raises an error with the name, instead of returning None as the stubs do."""

    def attribute(self, owner: str, name: str) -> NoReturn:
        """Raise the ``AttributeError`` for an API that is not there."""
        full = f"{owner}.{name}"
        error = AttributeError(f"{full} is not simulated by cloudvars.modsdk")
        error.add_note(f"To put something there: modsdk.host(room, mod=..., fakes={{{full!r}: ...}})")
        raise error

    def module(self, name: str) -> None:
        """Return None: the importer says which module is missing."""
