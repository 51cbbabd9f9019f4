"""The modules of the API that are made when they are imported: a host that needs none of them starts faster."""

from collections.abc import Callable, Iterable
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from cloudvars.modsdk.components import COMPONENTS
from cloudvars.modsdk.components.block_entity_data import BlockEntityData

from .client import client_module
from .component import BaseComponent, BlockPaletteComponent
from .enums import EnumModule
from .module import ApiModule

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine

__all__ = ["Absent", "absent_names"]

_ENUMS: Final = "common.minecraftEnum"
_OTHER_MODULES: Final = {
    "ChunkSourceCompServer": "chunkSourceComp",
    "EntityComponentServer": "entityComponentServer",
}
"""Of components whose module has another name than theirs."""


def _module_of(component: type) -> str:
    """Return the module of the SDK that has a component: ``NameComponentServer`` is in ``nameCompServer``."""
    name = component.__name__
    short = _OTHER_MODULES.get(name, name.replace("ComponentServer", "CompServer"))
    return f"server.component.{short[0].lower()}{short[1:]}"


def _math() -> dict[str, Any]:
    from cloudvars.modsdk import mcmath  # noqa: PLC0415 - imported only where it is used

    return {name: getattr(mcmath, name) for name in mcmath.__all__}


_MEMBERS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    _ENUMS: dict,
    "common.component.baseComponent": partial(dict, {BaseComponent.__name__: BaseComponent}),
    "common.component.blockPaletteComp": partial(
        dict, {BlockPaletteComponent.__name__: BlockPaletteComponent}
    ),
    "common.utils.mcmath": _math,
    "server.blockEntityData": partial(dict, {BlockEntityData.__name__: BlockEntityData}),
    **{_module_of(made): partial(dict, {made.__name__: made}) for made in COMPONENTS.values()},
}
"""What gives the members of each module, by its name without ``mod.``."""


def absent_names() -> Iterable[str]:
    """Return the names of the modules that are made late, without ``mod.``."""
    return _MEMBERS.keys()


class Absent:
    """Makes the modules of one host, each once, for the name with ``mod.`` and the one without."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._made: dict[str, ModuleType] = {}

    def __contains__(self, name: str) -> bool:
        return name.removeprefix("mod.") in _MEMBERS

    def module(self, name: str) -> ModuleType:
        """Return a module of the API, or what stands for one that it does not have; or raise."""
        short = name.removeprefix("mod.")
        if short not in _MEMBERS and not short.startswith("client."):
            return self._engine.unknown.module(short)
        if short not in self._made:
            members = _MEMBERS.get(short, dict)() | self._engine.fakes.of(f"mod.{short}")
            self._made[short] = self._make(short, members)
        return self._made[short]

    def _make(self, name: str, members: dict[str, Any]) -> ModuleType:
        if name.startswith("client."):
            return client_module(self._engine, name, members)
        kind = EnumModule if name == _ENUMS else ApiModule
        return kind(f"mod.{name}", members, self._engine.unknown)
