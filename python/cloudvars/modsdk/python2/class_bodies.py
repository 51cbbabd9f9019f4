"""In Python 2 a list comprehension right in a class sees the names of the class."""

import ast
from typing import Any

__all__ = ["with_seeing_lists"]


def with_seeing_lists(node: ast.ClassDef) -> None:
    """Write ``[n + x for n in y]`` as ``(lambda x, y: […])(x, y)``, in place, if the class has an ``x`` and a ``y``."""
    known: set[str] = set()
    for index, statement in enumerate(node.body):
        node.body[index] = _Lists(known).visit(statement)
        known |= _bound(statement)


def _bound(statement: ast.stmt) -> set[str]:
    """Return the names that a statement of a class sets there."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    names = [part for part in ast.walk(statement) if isinstance(part, ast.Name)]
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


_SCOPES = (ast.Lambda, ast.GeneratorExp, ast.SetComp, ast.DictComp, ast.ClassDef)


class _Lists(ast.NodeTransformer):
    def __init__(self, known: set[str]) -> None:
        self.known = known

    def visit(self, node: ast.AST) -> Any:
        """Visit a node, unless it is a scope of its own."""
        return node if isinstance(node, _SCOPES) else super().visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.args = self.visit(node.args)  # its defaults are the class's
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        names = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
        own = {name.id for name in names if isinstance(name.ctx, ast.Store)}
        seen = sorted({name.id for name in names} & self.known - own)
        if not seen:
            return node
        given = ast.arguments([], [ast.arg(name) for name in seen], None, [], [], None, [])
        call = ast.Call(ast.Lambda(given, node), [ast.Name(name, ast.Load()) for name in seen], [])
        for part in (call, call.func, *call.args, *given.args):
            ast.copy_location(part, node)
        return call
