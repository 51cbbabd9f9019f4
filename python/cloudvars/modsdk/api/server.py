"""``mod.server``: what a server script finds there."""

import logging
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cloudvars.modsdk.components import EngineCompFactoryServer
from cloudvars.modsdk.events import ENGINE
from cloudvars.modsdk.world.level import LEVEL_ID

from .attached import attached_api
from .goal import CustomGoal
from .system import ServerSystem
from .world import world_api

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine

__all__ = ["LEVEL_ID", "server_modules"]

_log = logging.getLogger("cloudvars")
_LINUX_SERVER = -1
"""``GetPlatform()``: neither Windows nor a phone, as in the lobby."""


def server_modules(engine: "Engine") -> dict[str, dict[str, Any]]:
    """Return the members of every module of ``mod.server``, by its name without ``mod.``."""
    body: dict[str, Any] = {"_cloudvars_engine": engine, "__doc__": ServerSystem.__doc__}
    fakes = engine.fakes.of("ServerSystem").items()
    body |= {name: staticmethod(fake) if callable(fake) else fake for name, fake in fakes}
    system = type("ServerSystem", (ServerSystem,), body)
    component = "server.component"
    return {
        "server": {},
        "server.extraServerApi": _server_api(engine, system),
        "server.system": {},
        "server.system.serverSystem": {"ServerSystem": system},
        component: {},
        f"{component}.engineCompFactoryServer": {"EngineCompFactoryServer": EngineCompFactoryServer},
    }


def _server_api(engine: "Engine", system: type) -> dict[str, Any]:
    factory = EngineCompFactoryServer(engine)
    return {
        "GetCustomGoalCls": lambda: CustomGoal,
        "GetEngineCompFactory": lambda: factory,
        "GetEngineNamespace": lambda: ENGINE[0],
        "GetEngineSystemName": lambda: ENGINE[1],
        "GetLevelId": lambda: LEVEL_ID,
        "GetMinecraftEnum": partial(_enums, engine),
        "GetPlatform": lambda: _LINUX_SERVER,
        "GetPlayerList": lambda: list(engine.players),
        "GetServerSystemCls": lambda: system,
        "GetSystem": lambda nameSpace, systemName: engine.systems.get((nameSpace, systemName)),
        "ImportModule": partial(_import_module, engine),
        "IsInApollo": lambda: False,
        "IsInServer": lambda: True,
        "RegisterSystem": partial(_register, engine),
        **attached_api(engine, factory),
        **world_api(engine),
    }


def _import_module(engine: "Engine", name: str) -> ModuleType:
    """``ImportModule``. The importer is there when the mod calls, and not yet when this API is made."""
    return engine.importer.import_module(name)


def _register(engine: "Engine", nameSpace: str, systemName: str, clsPath: str) -> Any:
    """``RegisterSystem``: import the class and make the system, or return the one that is registered already."""
    known = engine.systems.get((nameSpace, systemName))
    if known is not None:
        _log.warning("RegisterSystem: %s:%s is registered already", nameSpace, systemName)
        return known
    module, dot, name = clsPath.rpartition(".")
    if not dot:
        message = f"RegisterSystem: {clsPath!r}; '<scripts>.<module>.<class>' is accepted"
        raise ImportError(message)
    cls = getattr(engine.importer.load(module), name)
    if not isinstance(cls, type) or not issubclass(cls, ServerSystem):
        message = f"RegisterSystem: {clsPath} is not a subclass of serverApi.GetServerSystemCls()"
        raise TypeError(message)
    system = cls(nameSpace, systemName)
    engine.systems[nameSpace, systemName] = system
    return system


def _enums(engine: "Engine") -> ModuleType:
    """``GetMinecraftEnum``: the values are those of an installed mc-netease-sdk."""
    return engine.importer.load("mod.common.minecraftEnum")
