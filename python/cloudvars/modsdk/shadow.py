"""Lets the test's own ``import mod.server.extraServerApi`` find an open host before any stubs, and undoes it (E-1)."""

from __future__ import annotations

import sys
import threading
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, cast

from cloudvars import _fork

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.abc import Loader
    from types import ModuleType

    from .importer import Importer

__all__ = ["hide", "note", "show"]

_lock = threading.RLock()
_fork.hold(_lock)
_open: list[Importer] = []
"""The hosts whose ``with`` block runs; the test's imports find the last one."""
_outside: dict[str, ModuleType] = {}
"""What was in ``sys.modules`` under the hosts' names before the first host was opened."""


def show(importer: Importer) -> None:
    """Make the test's imports find this host, until ``hide``."""
    with _lock:
        _take_out()
        if not _open:
            sys.meta_path.insert(0, _finder)
        _open.append(importer)
        _outside.update(_named(importer.tops()))
        _put_in()


def hide(importer: Importer) -> None:
    """End the host's latest ``show``, in whatever order hosts are left."""
    with _lock:
        _take_out()
        index = len(_open) - 1 - _open[::-1].index(importer)
        del _open[index]
        if _open:
            _put_in()
            return
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not _finder]
        sys.modules.update(_outside)
        _outside.clear()


def note(importer: Importer, name: str) -> None:
    """Show that the host loaded a module or dropped it, if the host is the one shown."""
    with _lock:
        if not _open or _open[-1] is not importer:
            return
        if name in importer.modules:
            sys.modules[name] = importer.modules[name]
        else:
            sys.modules.pop(name, None)


def _named(tops: set[str]) -> dict[str, ModuleType]:
    return {name: module for name, module in sys.modules.items() if name.partition(".")[0] in tops}


def _take_out() -> None:
    """Remove from ``sys.modules`` what has a name of any open host."""
    if _open:
        for name in _named(set().union(*(importer.tops() for importer in _open))):
            del sys.modules[name]


def _put_in() -> None:
    tops = set().union(*(importer.tops() for importer in _open))
    for name in _named(tops):
        del sys.modules[name]
    sys.modules.update(_open[-1].modules)


class _Finder:
    """Gives the module that the host has; importing it twice is the same module.

    It is a finder and a loader by its methods: importing ``importlib.abc`` for their base classes takes 6 ms.
    """

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not _open or not _open[-1].owns(fullname):
            return None
        module = _open[-1].load(fullname)  # raises what is not simulated
        spec = ModuleSpec(fullname, cast("Loader", self), origin=getattr(module, "__file__", None))
        spec.submodule_search_locations = getattr(module, "__path__", None)
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _open[-1].load(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: the host ran the module."""


_finder = _Finder()
