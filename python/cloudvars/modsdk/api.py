"""The modules of the game's API, made anew for each host: ``mod.server.extraServerApi`` and its neighbours (E-1)."""

import importlib.machinery
import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from . import components
from .absent import ApiModule
from .achievement import AchievementCompServer
from .events import ENGINE
from .http import HttpToWebServerCompServer
from .system import ServerSystem
from .timers import CallLater

if TYPE_CHECKING:
    from .engine import Engine

__all__ = ["LEVEL_ID", "api_modules", "installed_enums", "marked"]

LEVEL_ID = "-1"
_log = logging.getLogger("cloudvars")
_LINUX_SERVER = -1
"""``GetPlatform()``: neither Windows nor a phone, as in the lobby."""

_Any = TypeVar("_Any")


def api_modules(engine: "Engine") -> dict[str, ModuleType]:
    """Make every API module, by its name with and without ``mod.``."""
    body: dict[str, Any] = {"_cloudvars_engine": engine, "__doc__": ServerSystem.__doc__}
    fakes = engine.fakes.of("ServerSystem").items()
    body |= {name: staticmethod(fake) if callable(fake) else fake for name, fake in fakes}
    system = type("ServerSystem", (ServerSystem,), body)
    component = "server.component"
    members: dict[str, dict[str, Any]] = {
        "client": {},
        "client.extraClientApi": {},
        "common": {},
        "common.mod": {"Mod": _mod(engine)},
        "common.utils": {},
        "common.utils.timer": {"CallLater": CallLater},
        "server": {},
        "server.extraServerApi": _server_api(engine, system),
        "server.system": {},
        "server.system.serverSystem": {"ServerSystem": system},
        component: {},
        f"{component}.achievementCompServer": {"AchievementCompServer": AchievementCompServer},
        f"{component}.engineCompFactoryServer": {
            "EngineCompFactoryServer": components.EngineCompFactoryServer
        },
        f"{component}.httpToWebServerCompServer": {"HttpToWebServerCompServer": HttpToWebServerCompServer},
    }
    members |= engine.fakes.modules(members)
    modules: dict[str, ModuleType] = {}
    for name in sorted(members):  # a package before what is in it
        inside = members[name] | engine.fakes.of(f"mod.{name}")
        modules[name] = modules[f"mod.{name}"] = ApiModule(f"mod.{name}", inside)
    modules["mod"] = ApiModule("mod", {})
    modules["mod_log"] = ApiModule("mod_log", {"logger": logging.getLogger("Developer")})
    for name, module in modules.items():
        parent, _, child = name.rpartition(".")
        if parent:
            modules[parent].__dict__[child] = module
    return modules


def _server_api(engine: "Engine", system: type) -> dict[str, Any]:
    factory = components.EngineCompFactoryServer(engine)
    return {
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


def _mod(engine: "Engine") -> type:
    """``Mod``, whose decorators mark a pack's entry class and its methods."""

    def binding(
        name: str,
        version: Any = None,  # noqa: ARG001 - for people
    ) -> Callable[[_Any], _Any]:
        def bind(cls: _Any) -> _Any:
            engine.bound.append((name, cls))
            return cls

        return bind

    body = {"Binding": staticmethod(binding), "__doc__": "Decorators of a pack's entry class."}
    body |= {name: staticmethod(_mark(name)) for name in _MARKS}
    return type("Mod", (), body)


_MARKS = ("InitServer", "DestroyServer", "InitClient", "DestroyClient")


def _mark(mark: str) -> Callable[[], Callable[[_Any], _Any]]:
    def decorate() -> Callable[[_Any], _Any]:
        def marked_function(function: _Any) -> _Any:
            function.__dict__.setdefault("_cloudvars_marks", set()).add(mark)
            return function

        return marked_function

    return decorate


def marked(instance: Any, mark: str) -> list[Callable[[], Any]]:
    """Return the methods of a pack's entry object that have this decorator, in the order of the class."""
    names = [name for cls in reversed(type(instance).__mro__) for name in vars(cls)]
    functions = [getattr(type(instance), name, None) for name in dict.fromkeys(names)]
    chosen = [function for function in functions if mark in getattr(function, "_cloudvars_marks", ())]
    return [partial(function, instance) for function in chosen if callable(function)]


def installed_enums() -> Path | None:
    """Find the file of ``mod.common.minecraftEnum`` in an installed ``mc-netease-sdk``: its values are real."""
    found = importlib.machinery.PathFinder.find_spec("mod", sys.path)
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder) / "common" / "minecraftEnum.py"
        if path.is_file():
            return path
    return None
