"""What a test puts in the place of parts of the game's API that the host does not simulate (E-1)."""

from collections.abc import Mapping
from typing import Any

from cloudvars.errors import CloudValueError

__all__ = ["Fakes"]

_FACTORY = "GetEngineCompFactory()"
_SYSTEM = "ServerSystem"
_COMPONENT = ("CompServer", "ComponentServer")


class Fakes:
    """Fakes by the name that is in the error: ``"GetEngineCompFactory().CreateRecipe"``."""

    def __init__(self, given: Mapping[str, Any] | None) -> None:
        if not isinstance(given, Mapping | None):
            message = f"fakes: {given!r}; a dict of names and their fakes is accepted"
            raise CloudValueError(message)
        self._given = {} if given is None else dict(given)
        for name in self._given:
            _check(name)

    def of(self, owner: str) -> dict[str, Any]:
        """Return the fakes directly under an owner, by their last names."""
        split = {name: name.rpartition(".") for name in self._given}
        return {last: self._given[name] for name, (first, _, last) in split.items() if first == owner}

    def modules(self, known: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Return whole modules and their members, by their names without ``mod.``.

        ``known``: the simulated ones. A name right under one that has members is a member of it, any other a module.
        """
        found: dict[str, dict[str, Any]] = {}
        for name, value in self._given.items():
            inner = name.removeprefix("mod.")
            parent = inner.rpartition(".")[0]
            if inner == name or known.get(parent) or parent.endswith("Api"):
                continue
            if not hasattr(value, "__dict__"):
                message = f"fakes[{name!r}]: {value!r}; a module, or an object with attributes, is accepted"
                raise CloudValueError(message)
            while parent and parent not in known:
                found.setdefault(parent, {})
                parent = parent.rpartition(".")[0]
            found[inner] = {key: one for key, one in vars(value).items() if not key.startswith("__")}
        return found


def _check(name: Any) -> None:
    owner, dot, last = str(name).rpartition(".")
    known = owner in {_FACTORY, _SYSTEM} or owner.endswith(_COMPONENT) or str(name).startswith("mod.")
    if not isinstance(name, str) or not dot or not last.isidentifier() or not known:
        message = (
            f"fakes: {name!r}; a name as the error has it is accepted: '{_FACTORY}.CreateRecipe', "
            f"'mod.server.extraServerApi.GetPlatform', '{_SYSTEM}.DestroyEntity', "
            "'GameComponentServer.PlaceStructure', "
            "or that of a module, 'mod.client.ui.screenNode'"
        )
        raise CloudValueError(message)
