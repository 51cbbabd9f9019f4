"""``mod.client``: what a server script may import of the client's half, which is not there (E-12)."""

from functools import partial
from types import ModuleType, resolve_bases
from typing import TYPE_CHECKING, Any, Final

from cloudvars.modsdk.facts import facts
from cloudvars.modsdk.unknown.unknown import Unknown
from cloudvars.modsdk.world.level import LEVEL_ID

from .module import ApiModule

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine

__all__ = ["CLIENT", "client_module"]

_API: Final = "client.extraClientApi"
CLIENT: Final = ("client", _API)
"""The modules that are there from the start; any other is made when it is imported."""

_SAME: Final = (
    "GetEngineNamespace",
    "GetEngineSystemName",
    "GetLevelId",
    "GetMinecraftEnum",
    "GetPlatform",
    "ImportModule",
)
"""The functions that both halves have, with the same answer."""

_CLASSES: Final = {
    "GetClientSystemCls": "client.system.clientSystem.ClientSystem",
    "GetComponentCls": "client.component.baseComponent.BaseComponent",
    "GetCustomUIControlProxyCls": "client.ui.CustomUIControlProxy.CustomUIControlProxy",
    "GetMiniMapScreenNodeCls": "client.ui.miniMapBaseScreen.MiniMapBaseScreen",
    "GetScreenNodeCls": "client.ui.screenNode.ScreenNode",
    "GetUIScreenProxyCls": "client.ui.CustomUIScreenProxy.CustomUIScreenProxy",
    "GetViewBinderCls": "client.ui.viewBinder.ViewBinder",
    "GetViewViewRequestCls": "client.ui.viewRequest.ViewRequest",
}
"""The functions of the client's API that give a class, and where it is."""


class ClientModule(ApiModule):
    """A module of the client: a name with a capital letter is an empty class, any other does nothing."""

    def __getattr__(self, name: str) -> Any:
        unknown: Unknown = self.__dict__["_cloudvars_unknown"]
        if not name[:1].isupper():
            return unknown.attribute(self.__name__, name)
        made = self.__dict__[name] = _empty_class(f"{self.__name__}.{name}", unknown)
        return made


def client_module(engine: "Engine", name: str, members: dict[str, Any]) -> ModuleType:
    """Make the module ``mod.client…`` by its name without ``mod.``; ``members`` are the fakes of the test."""
    if name == _API:
        return ApiModule(f"mod.{name}", _client_api(engine) | members, engine.unknown)
    return ClientModule(f"mod.{name}", members, engine.unknown)


def _empty_class(full: str, unknown: Unknown) -> type:
    """Return the class of this name, with the constants that the game's has; what it can do, does nothing."""
    cls: type
    (cls,) = resolve_bases((unknown.part(full),))
    for name, value in facts("client").get(full.rpartition(".")[2], {}).items():
        setattr(cls, name, unknown.part(f"{full}.{name}") if value is None else value)
    return cls


def _client_api(engine: "Engine") -> dict[str, Any]:
    """Return what of ``extraClientApi`` has an answer on the server; all else does nothing when it is called."""

    def class_of_path(path: str) -> type:
        module, _, name = path.rpartition(".")
        found: type = getattr(engine.importer.load(f"mod.{module}"), name)
        return found

    same = {name: partial(_of_server, engine, name) for name in _SAME}
    none = dict.fromkeys(("GetSystem", "RegisterSystem"), _none) | {"GetLocalPlayerId": lambda: LEVEL_ID}
    return same | none | {name: partial(class_of_path, path) for name, path in _CLASSES.items()}


def _none(*_arguments: Any) -> None:
    """Answer that there is no system: the server has none of the client's."""


def _of_server(engine: "Engine", name: str, *arguments: Any) -> Any:
    """Answer as the server's API does."""
    return getattr(engine.importer.load("mod.server.extraServerApi"), name)(*arguments)
