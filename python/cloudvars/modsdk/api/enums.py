"""``mod.common.minecraftEnum`` where no SDK is installed: the values are facts that the host knows (E-12)."""

from typing import Any

from cloudvars.modsdk.facts import facts
from cloudvars.modsdk.unknown.unknown import Unknown

from .module import ApiModule

__all__ = ["EnumModule"]

_HINT = "pip install mc-netease-sdk-nyrev has every enum of its version: the host uses an installed one."


class EnumModule(ApiModule):
    """The enums; they are made when the first one is asked for."""

    def __init__(self, name: str, members: dict[str, Any], unknown: Unknown) -> None:
        super().__init__(name, members, unknown)
        del self.__dict__["__all__"]

    def __getattr__(self, name: str) -> Any:
        if "__all__" not in self.__dict__ and (name == "__all__" or not name.startswith("__")):
            made = self._made()
            self.__dict__.update({**made, **self.__dict__, "__all__": list(made)})
            return getattr(self, name)
        return self._absent(self.__name__, name)

    def __dir__(self) -> list[str]:
        return list(self.__all__)

    def _made(self) -> dict[str, type]:
        """Make a class for each enum; what one lacks is as unknown as an enum that is not there."""
        absent, module = self._absent, self.__name__

        class Enum(type):
            def __getattr__(cls, name: str) -> Any:
                return absent(f"{module}.{cls.__name__}", name)

        about = {"__module__": module, "__doc__": "Values of the game."}
        return {name: Enum(name, (), {**values, **about}) for name, values in facts("enums").items()}

    def _absent(self, owner: str, name: str) -> Any:
        if name.startswith("__"):
            message = f"{owner} has no attribute {name!r}"
            raise AttributeError(message)
        try:
            return self.__dict__["_cloudvars_unknown"].attribute(owner, name)
        except AttributeError as error:
            error.add_note(_HINT)
            raise
