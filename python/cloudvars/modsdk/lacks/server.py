"""Which scripts of a mod run on the server (E-18)."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from cloudvars.modsdk.packs import Pack
from cloudvars.modsdk.unknown.stubs import SERVER_API

from .meaning import Api, Scope, Text
from .resolving import Resolver
from .sources import Source, Sources

__all__ = ["scopes", "server_sources"]

_CLIENT = ("InitClient", "DestroyClient")
_CLIENT_FOLDERS = ("client", "ui")
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
_REGISTER = Api(f"{SERVER_API}.RegisterSystem")


def scopes(source: Source) -> Iterator[tuple[ast.AST, Scope]]:
    """Give every node of a module that the server may run, and the scope in which it stands."""
    waiting: list[tuple[ast.AST, Scope]] = [(source.tree, Scope(source))]
    while waiting:
        node, scope = waiting.pop()
        yield node, scope
        if isinstance(node, ast.FunctionDef) and _is_for_clients(node):
            continue
        body = set(map(id, node.body)) if isinstance(node, ast.FunctionDef | ast.ClassDef) else set()
        # Decorators, bases and defaults stand outside of what they belong to.
        inner = scope.within(node) if isinstance(node, ast.FunctionDef | ast.ClassDef) else scope
        children = [(child, inner if id(child) in body else scope) for child in ast.iter_child_nodes(node)]
        waiting += reversed(children)  # so that the first one is the next


def _is_for_clients(function: ast.FunctionDef) -> bool:
    """Whether ``@Mod.InitClient()`` or ``@Mod.DestroyClient()`` marks a function: a server does not call it."""
    marks = [one.func if isinstance(one, ast.Call) else one for one in function.decorator_list]
    return any(isinstance(mark, ast.Attribute) and mark.attr in _CLIENT for mark in marks)


def server_sources(packs: Iterable[Pack], sources: Sources, resolver: Resolver) -> list[Source]:
    """Return the modules that the entry modules lead to: by imports, and by names of modules in texts.

    A text names a module if the mod has it, and no part of its name says that it is a client's. Of a pack that names no
    module in a text, because it computes the names of its systems: all modules whose name does not say so.
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
    """Add a module and what it leads to; returns whether a text named a module."""
    named = False
    top = name.partition(".")[0]
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
            for module in _named(node, scope, top, resolver):
                if sources.get(module) is not None:
                    named = True
                    waiting.append(module)
    return named


def _imported(node: ast.AST, source: Source, sources: Sources) -> Iterator[str]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield sources.absolute(source, alias.name, 0)
    elif isinstance(node, ast.ImportFrom):
        full = sources.absolute(source, node.module or "", node.level)
        yield full
        for alias in node.names:
            yield f"{full}.{alias.name}"


def _named(node: ast.AST, scope: Scope, top: str, resolver: Resolver) -> Iterator[str]:
    """Give the modules that a text may name: a path of a class or of a module, from the scripts' folder or in it."""
    path: object = None
    if isinstance(node, ast.Constant):
        path = node.value
    elif isinstance(node, ast.Call) and node.args and resolver.of(node.func, scope) == _REGISTER:
        text = resolver.of(node.args[-1], scope)
        if isinstance(text, Text):
            yield text.text.rpartition(".")[0]
    if isinstance(path, str) and _DOTTED.fullmatch(path) and not any(map(_is_clients, path.split("."))):
        for name in (path, f"{top}.{path}"):
            yield name
            yield name.rpartition(".")[0]


def _modules(scripts: Path) -> Iterator[str]:
    """Give the modules in a folder that is not the client's by its name."""
    for path in sorted(scripts.rglob("*.py")):
        parts = path.relative_to(scripts.parent).with_suffix("").parts
        if not any(_is_clients(part) for part in parts[1:]):
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _is_clients(part: str) -> bool:
    return "client" in part.lower() or part.lower() in _CLIENT_FOLDERS
