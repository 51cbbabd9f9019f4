"""``mod.common``: what both halves of a mod find there."""

import importlib.machinery
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cloudvars.modsdk.timers import CallLater

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine

__all__ = ["common_modules", "installed_enums", "marked"]

_Any = TypeVar("_Any")


def common_modules(engine: "Engine") -> dict[str, dict[str, Any]]:
    """Return the members of every module of ``mod.common``, by its name without ``mod.``."""
    return {
        "common": {},
        "common.component": {},
        "common.mod": {"Mod": _mod(engine)},
        "common.utils": {},
        "common.utils.timer": {"CallLater": CallLater},
    }


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


def marked(main: type, mark: str) -> list[Callable[[Any], Any]]:
    """Return the methods of a pack's entry class that have this decorator, in the order of the class."""
    names = [name for cls in reversed(main.__mro__) for name in vars(cls)]
    functions = [getattr(main, name, None) for name in dict.fromkeys(names)]
    marked_ones = [function for function in functions if mark in getattr(function, "_cloudvars_marks", ())]
    return [function for function in marked_ones if callable(function)]


def installed_enums() -> Path | None:
    """Find the file of ``mod.common.minecraftEnum`` in an installed ``mc-netease-sdk``: its values are real."""
    found = importlib.machinery.PathFinder.find_spec("mod", sys.path)
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder) / "common" / "minecraftEnum.py"
        if path.is_file():
            return path
    return None
