"""Finds what a mod uses of the API that the host does not simulate (E-18)."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cloudvars.modsdk.api.system import ServerSystem
from cloudvars.modsdk.components import COMPONENTS
from cloudvars.modsdk.stubs import FACTORY
from cloudvars.modsdk.uses import Lacks

from .meaning import Api, Scope
from .resolving import SYSTEM, Resolver, system_methods
from .server import scopes, server_sources
from .sources import Source, Sources

if TYPE_CHECKING:
    from cloudvars.modsdk.fakes import Fakes
    from cloudvars.modsdk.importer import Importer
    from cloudvars.modsdk.packs import Pack

__all__ = ["lacks"]

_CLIENT = "mod.client"


def lacks(packs: Iterable["Pack"], importer: "Importer", fakes: "Fakes") -> Lacks:
    """Return what packs use that is neither simulated nor a fake. Nothing of them is run."""
    sources = Sources(importer.source, importer.language)
    resolver = Resolver(sources)
    simulated = _Simulated(importer, fakes)
    found: dict[str, Counter[str]] = {}
    for source in server_sources(packs, sources, resolver):
        for node, scope in scopes(source):
            for name in _used(node, scope, source, sources, resolver):
                if simulated.lacks(name):
                    found.setdefault(name, Counter())[f"{source.path}:{node.lineno}"] += 1  # type: ignore[attr-defined] # it has a line
    return Lacks(found, sources.unread)


def _used(node: ast.AST, scope: Scope, source: Source, sources: Sources, resolver: Resolver) -> Iterator[str]:
    """Give the names of the API that one node uses."""
    match node:
        case ast.Attribute(ctx=ast.Load()):
            meaning = resolver.of(node, scope)
            if isinstance(meaning, Api):
                yield meaning.name
        case ast.Import(names=names):
            for alias in names:
                module = resolver.module(sources.absolute(source, alias.name, 0))
                if isinstance(module, Api):
                    yield module.name
        case ast.ImportFrom(names=names):
            module = resolver.module(sources.absolute(source, node.module or "", node.level))
            if isinstance(module, Api):
                yield module.name
                yield from (f"{module.name}.{alias.name}" for alias in names if alias.name != "*")


class _Simulated:
    """Knows which names of the API the host has."""

    def __init__(self, importer: "Importer", fakes: "Fakes") -> None:
        self._importer = importer
        self._fakes = fakes
        self._components = {made.__name__: made for made in COMPONENTS.values()}

    def lacks(self, name: str) -> bool:
        """Whether a name of the API is neither simulated nor a fake."""
        owner, _, last = name.rpartition(".")
        if name == _CLIENT or name.startswith(f"{_CLIENT}.") or last in self._fakes.of(owner):
            return False
        if owner == FACTORY:
            return last not in COMPONENTS
        if owner == SYSTEM:
            return last in system_methods() and not hasattr(ServerSystem, last)
        if owner.endswith(("CompServer", "ComponentServer")) and "." not in owner:
            return last[:1].isupper() and not hasattr(self._components.get(owner), last)
        return name.startswith("mod.") and self._lacks_in_modules(name, owner, last)

    def _lacks_in_modules(self, name: str, owner: str, last: str) -> bool:
        if name in self._importer.files or self._importer.api_module(name):
            return False
        if owner in self._importer.files:
            return False  # its members are not known before it runs
        module = self._importer.api_module(owner)
        if module is None:
            # A member of a module that is lacking itself says nothing new; a package's module does.
            package = self._importer.api_module(owner.rpartition(".")[0])
            return package is not None and not last[:1].isupper()
        return last not in dir(module)
