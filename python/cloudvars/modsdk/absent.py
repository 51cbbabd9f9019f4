"""What the host does not simulate raises an error with its name, instead of returning None as the stubs do."""

from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from .engine import Engine

__all__ = ["ApiModule", "Component", "absent"]


def absent(owner: str, name: str) -> NoReturn:
    """Raise the ``AttributeError`` for an API that is not there."""
    full = f"{owner}.{name}"
    error = AttributeError(f"{full} is not simulated by cloudvars.modsdk")
    error.add_note(f"To put something there: modsdk.host(room, mod=..., fakes={{{full!r}: ...}})")
    raise error


class ApiModule(ModuleType):
    """A module of the game's API."""

    def __init__(self, name: str, members: dict[str, Any]) -> None:
        super().__init__(name, "Part of the game's API, simulated by cloudvars.modsdk.")
        self.__path__: list[str] = []  # a package: what it does not hold is a ModuleNotFoundError
        self.__package__ = name
        self.__dict__.update(members)
        self.__dict__["__all__"] = list(members)

    def __getattr__(self, name: str) -> NoReturn:
        absent(self.__name__, name)


class Component:
    """An engine component: what ``GetEngineCompFactory().CreateXxx(entityId)`` returns."""

    def __init__(self, engine: "Engine", entity_id: Any) -> None:
        self._engine = engine
        self.entityId = entity_id
        vars(self).update(engine.fakes.of(type(self).__name__))

    def __getattr__(self, name: str) -> NoReturn:
        absent(type(self).__name__, name)
