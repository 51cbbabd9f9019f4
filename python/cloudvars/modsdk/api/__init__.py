"""The modules of the game's API, made anew for each host: ``mod.server.extraServerApi`` and its neighbours (E-1)."""

import logging
from types import ModuleType
from typing import TYPE_CHECKING

from .client import client_modules
from .common import ENUMS, common_modules, installed_enums, marked
from .enums import EnumModule
from .module import ApiModule
from .server import LEVEL_ID, server_modules

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine

__all__ = ["LEVEL_ID", "api_modules", "installed_enums", "marked"]


def api_modules(engine: "Engine") -> dict[str, ModuleType]:
    """Make every API module, by its name with and without ``mod.``."""
    members = client_modules() | common_modules(engine) | server_modules(engine)
    members |= engine.fakes.modules(members)
    modules: dict[str, ModuleType] = {}
    for name in sorted(members):  # a package before what is in it
        inside = members[name] | engine.fakes.of(f"mod.{name}")
        kind = EnumModule if name == ENUMS else ApiModule
        modules[name] = modules[f"mod.{name}"] = kind(f"mod.{name}", inside, engine.unknown)
    modules["mod"] = ApiModule("mod", {}, engine.unknown)
    modules["mod_log"] = ApiModule("mod_log", {"logger": logging.getLogger("Developer")}, engine.unknown)
    for name, module in modules.items():
        parent, _, child = name.rpartition(".")
        if parent:
            modules[parent].__dict__[child] = module
    return modules
