"""Finds what a mod uses of the API that the host does not simulate (E-18)."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cloudvars.modsdk.api.system import ServerSystem
from cloudvars.modsdk.components import COMPONENTS
from cloudvars.modsdk.unknown.stubs import FACTORY
from cloudvars.modsdk.unknown.uses import Lacks

from .meaning import Api, Scope
from .resolving import SYSTEM, Resolver, system_methods
from .server import scopes, server_sources
from .sources import Source, Sources

if TYPE_CHECKING:
    from cloudvars.modsdk.fakes import Fakes
    from cloudvars.modsdk.importer import Importer
    from cloudvars.modsdk.packs import Pack

__all__ = ["lacks"]


def lacks(packs: Iterable["Pack"], importer: "Importer", fakes: "Fakes") -> Lacks:
    """Return what packs use that is neither simulated nor a fake. Nothing of them is run."""
    sources = Sources(importer.source, importer.language)
    resolver = Resolver(sources)
    simulated = _Simulated(importer, fakes)
    found: dict[str, Counter[str]] = {}
    for source in server_sources(packs, sources, resolver):
        for node, scope in scopes(source):
            missing = [
                name for name in _modules(node, source, sources, resolver) if simulated.lacks_module(name)
            ]
            missing += [
                name for name in _members(node, scope, source, sources, resolver) if simulated.lacks(name)
            ]
            for name in missing:
                found.setdefault(name, Counter())[f"{source.path}:{node.lineno}"] += 1  # type: ignore[attr-defined] # it has a line
    return Lacks(found, sources.unread)


def _modules(node: ast.AST, source: Source, sources: Sources, resolver: Resolver) -> Iterator[str]:
    """Give the modules of the API that a statement imports."""
    wanted: list[tuple[str, int]] = []
    if isinstance(node, ast.Import):
        wanted = [(alias.name, 0) for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        wanted = [(node.module or "", node.level)]
    for name, level in wanted:
        module = resolver.module(sources.absolute(source, name, level))
        if isinstance(module, Api):
            yield module.name


def _members(
    node: ast.AST, scope: Scope, source: Source, sources: Sources, resolver: Resolver
) -> Iterator[str]:
    """Give the names of the API that one node uses."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        meaning = resolver.of(node, scope)
        if isinstance(meaning, Api):
            yield meaning.name
    elif isinstance(node, ast.ImportFrom):
        module = resolver.module(sources.absolute(source, node.module or "", node.level))
        if isinstance(module, Api):
            yield from (f"{module.name}.{alias.name}" for alias in node.names if alias.name != "*")


class _Simulated:
    """Knows which names of the API the host has."""

    def __init__(self, importer: "Importer", fakes: "Fakes") -> None:
        self._importer = importer
        self._fakes = fakes
        self._components = {made.__name__: made for made in COMPONENTS.values()}

    def lacks_module(self, name: str) -> bool:
        """Whether there is no module of this name."""
        known = name in self._importer.files or self._importer.api_module(name) is not None
        return not known and not _is_clients(name)

    def lacks(self, name: str) -> bool:
        """Whether a member is neither simulated nor a fake; of an owner that is lacking itself nothing is said."""
        owner, _, last = name.rpartition(".")
        if _is_clients(name) or last in self._fakes.of(owner):
            return False
        if owner == FACTORY:
            return last not in COMPONENTS
        if owner == SYSTEM:
            return last in system_methods() and not hasattr(ServerSystem, last)
        if owner.endswith(("CompServer", "ComponentServer")) and "." not in owner:
            return last[:1].isupper() and not hasattr(self._components.get(owner), last)
        module = self._importer.api_module(owner)
        if module is not None:
            return self._importer.api_module(name) is None and last not in dir(module)
        around, _, cls = owner.rpartition(".")
        of = getattr(self._importer.api_module(around), "__dict__", {}).get(cls)
        return isinstance(of, type) and last not in dir(of)


def _is_clients(name: str) -> bool:
    return name == "mod.client" or name.startswith("mod.client.")
