"""Which scripts of a mod run on the server (E-18)."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from cloudvars.modsdk.packs import Pack
from cloudvars.modsdk.stubs import SERVER_API

from .meaning import Api, Module, Scope, Text
from .resolving import Resolver
from .sources import Source, Sources

__all__ = ["scopes", "server_sources"]

_CLIENT = ("InitClient", "DestroyClient")
_CLIENT_FOLDERS = ("client", "ui")


def scopes(source: Source) -> Iterator[tuple[ast.AST, Scope]]:
    """Give every node of a module that the server may run, and the scope in which it stands."""
    waiting: list[tuple[ast.AST, Scope]] = [(source.tree, Scope(source))]
    while waiting:
        node, scope = waiting.pop()
        yield node, scope
        if isinstance(node, ast.FunctionDef) and _is_for_clients(node):
            continue
        body = set(map(id, node.body)) if isinstance(node, ast.FunctionDef | ast.ClassDef) else set()
        for child in ast.iter_child_nodes(node):
            # Decorators, bases and defaults stand outside of what they belong to.
            inner = scope.within(node) if id(child) in body else scope  # type: ignore[arg-type] # such a node has a body
            waiting.append((child, inner))


def _is_for_clients(function: ast.FunctionDef) -> bool:
    """Whether ``@Mod.InitClient()`` or ``@Mod.DestroyClient()`` marks a function: a server does not call it."""
    marks = [one.func if isinstance(one, ast.Call) else one for one in function.decorator_list]
    return any(isinstance(mark, ast.Attribute) and mark.attr in _CLIENT for mark in marks)


def server_sources(packs: Iterable[Pack], sources: Sources, resolver: Resolver) -> list[Source]:
    """Return the modules that the entry modules lead to: by imports, and by the systems that they register.

    Of a pack whose systems cannot be seen, because it computes their names: all that no client's folder holds.
    """
    found: dict[str, Source] = {}
    for pack in packs:
        for main in pack.mains:
            if not _follow(main, found, sources, resolver):
                scripts = pack.folder / main.partition(".")[0]
                for name in _modules(scripts):
                    _follow(name, found, sources, resolver)
    return list(found.values())


def _follow(name: str, found: dict[str, Source], sources: Sources, resolver: Resolver) -> bool:
    """Add a module and what it leads to; returns whether a system was registered on the way."""
    registered = False
    waiting = [name]
    while waiting:
        name = waiting.pop()
        source = sources.get(name)
        if source is None or name in found:
            continue
        found[name] = source
        parent = name.rpartition(".")[0]
        if parent:
            waiting.append(parent)
        for node, scope in scopes(source):
            waiting += _imported(node, source, sources)
            system = _registered(node, scope, resolver)
            if system:
                registered = True
                waiting.append(system)
    return registered


def _imported(node: ast.AST, source: Source, sources: Sources) -> Iterator[str]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield sources.absolute(source, alias.name, 0)
    elif isinstance(node, ast.ImportFrom):
        full = sources.absolute(source, node.module or "", node.level)
        yield full
        for alias in node.names:
            yield f"{full}.{alias.name}"


def _registered(node: ast.AST, scope: Scope, resolver: Resolver) -> str | None:
    """Return the module of the class that a call registers or imports on the server, if it is spelled out."""
    if not isinstance(node, ast.Call):
        return None
    called = resolver.of(node.func, scope)
    given = [*node.args, *(one.value for one in node.keywords)]
    if called == Api(f"{SERVER_API}.RegisterSystem") and given:
        path = resolver.of(given[-1], scope)
        return path.text.rpartition(".")[0] if isinstance(path, Text) else None
    if called == Api(f"{SERVER_API}.ImportModule") and given:
        path = resolver.of(given[0], scope)
        return path.text if isinstance(path, Text) else None
    return None


def _modules(scripts: Path) -> Iterator[str]:
    """Give the modules in a folder that is not the client's by its name."""
    for path in sorted(scripts.rglob("*.py")):
        parts = path.relative_to(scripts.parent).with_suffix("").parts
        if not any(_is_clients(part) for part in parts[1:]):
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _is_clients(part: str) -> bool:
    return "client" in part.lower() or part.lower() in _CLIENT_FOLDERS
