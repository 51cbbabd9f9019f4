"""What the host does not simulate says so, by name, instead of answering None as the stubs do."""

from types import ModuleType
from typing import Any, NoReturn

__all__ = ["ApiModule", "Component", "absent"]


def absent(owner: str, name: str) -> NoReturn:
    """Raise the ``AttributeError`` for an API that is not there."""
    message = f"{owner}.{name} is not simulated by cloudvars.modsdk"
    raise AttributeError(message)


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

    def __init__(self, entity_id: Any) -> None:
        self.entityId = entity_id

    def __getattr__(self, name: str) -> NoReturn:
        absent(type(self).__name__, name)
