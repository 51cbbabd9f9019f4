"""A module of the game's API."""

from types import ModuleType
from typing import Any

from cloudvars.modsdk.unknown.unknown import Unknown

__all__ = ["ApiModule"]


class ApiModule(ModuleType):
    """A module that says of itself what is not simulated."""

    def __init__(self, name: str, members: dict[str, Any], unknown: Unknown) -> None:
        super().__init__(name, "Part of the game's API, simulated by cloudvars.modsdk.")
        self.__path__: list[str] = []  # a package: what it does not hold is a ModuleNotFoundError
        self.__package__ = name
        self.__dict__.update(members)
        self.__dict__["__all__"] = list(members)
        self.__dict__["_cloudvars_unknown"] = unknown

    def __getattr__(self, name: str) -> Any:
        return self.__dict__["_cloudvars_unknown"].attribute(self.__name__, name)
