"""The modules of the game's API, made anew for each host: ``mod.server.extraServerApi`` and its neighbours (E-1)."""

import logging
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .absent import Absent, absent_names
from .client import CLIENT, client_module
from .common import common_modules, installed_enums, marked
from .module import ApiModule
from .server import LEVEL_ID, server_modules

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine

__all__ = ["LEVEL_ID", "Absent", "api_modules", "installed_enums", "marked"]


def api_modules(engine: "Engine") -> dict[str, ModuleType]:
    """Make the API's modules that are there from the start, by their names with and without ``mod.``."""
    members: dict[str, dict[str, Any]] = {name: {} for name in CLIENT}
    members |= common_modules(engine) | server_modules(engine)
    members |= engine.fakes.modules(members | {name: {"": None} for name in absent_names()})
    modules: dict[str, ModuleType] = {}
    for name in sorted(members):  # a package before what is in it
        modules[name] = modules[f"mod.{name}"] = _made(
            engine, name, members[name] | engine.fakes.of(f"mod.{name}")
        )
    modules["mod"] = ApiModule("mod", {}, engine.unknown)
    modules["mod_log"] = ApiModule("mod_log", {"logger": logging.getLogger("Developer")}, engine.unknown)
    for name, module in modules.items():
        parent, _, child = name.rpartition(".")
        if parent:
            modules[parent].__dict__[child] = module
    return modules


def _made(engine: "Engine", name: str, members: dict[str, Any]) -> ModuleType:
    if name in CLIENT or name.startswith("client."):
        return client_module(engine, name, members)
    return ApiModule(f"mod.{name}", members, engine.unknown)
