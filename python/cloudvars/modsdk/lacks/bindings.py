"""What the statements of a body bind to names."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Binding", "bindings", "statements"]

_BODIES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_Body = ast.Module | ast.ClassDef | ast.FunctionDef


class Binding(NamedTuple):
    """One way in which a name gets its value."""

    name: str
    node: ast.expr | ast.stmt
    """The value, or the statement: an import, a class, a function."""
    owner: str = ""
    """``self`` of ``self.x = value``; empty for a plain name."""


def statements(body: _Body) -> Iterator[ast.stmt]:
    """Return the statements of a body, also those inside ``if``, ``try`` and loops, and no body of its own."""
    waiting: list[ast.AST] = list(reversed(body.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, _BODIES):
            inner = [
                one for one in ast.iter_child_nodes(node) if isinstance(one, ast.stmt | ast.ExceptHandler)
            ]
            waiting += reversed(inner)


def bindings(body: _Body) -> list[Binding]:
    """Return what the body's statements bind, in their order."""
    found: list[Binding] = []
    for node in statements(body):
        match node:
            case ast.Assign():
                for target in node.targets:
                    found += _assigned(target, node.value)
            case ast.AnnAssign(value=ast.expr()) if node.value is not None:
                found += _assigned(node.target, node.value)
            case ast.FunctionDef() | ast.ClassDef():
                found.append(Binding(node.name, node))
            case ast.Import() | ast.ImportFrom():
                found += [Binding(_bound(alias, node), node) for alias in node.names]
    return found


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[Binding]:
    match target, value:
        case ast.Name(id=name), _:
            yield Binding(name, value)
        case ast.Attribute(value=ast.Name(id=owner), attr=name), _:
            yield Binding(name, value, owner)
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            for one, of in zip(targets, values, strict=True):
                yield from _assigned(one, of)


def _bound(alias: ast.alias, node: ast.Import | ast.ImportFrom) -> str:
    """Return the name that an import binds: ``import a.b`` binds ``a``."""
    return alias.asname or (alias.name.partition(".")[0] if isinstance(node, ast.Import) else alias.name)
