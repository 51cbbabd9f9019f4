"""``global`` in Python 2 may come after the name was used, and at the top of a module."""

import ast
from collections.abc import Iterator

__all__ = ["hoist_globals"]


def hoist_globals(scope: ast.FunctionDef | ast.Module) -> None:
    """Put the ``global`` statements of a function, without those of functions in it, at its beginning."""
    found = list(_blocks(scope))
    names: dict[str, ast.Global] = {}
    for block in found:
        for index, statement in enumerate(block):
            if isinstance(statement, ast.Global):
                names |= {name: statement for name in statement.names if name not in names}
                block[index] = ast.copy_location(ast.Pass(), statement)
    if names and isinstance(scope, ast.FunctionDef):
        first = 1 if ast.get_docstring(scope, clean=False) is not None else 0
        scope.body.insert(first, ast.copy_location(ast.Global(list(names)), scope.body[first]))


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for _, value in ast.iter_fields(node):
        if not isinstance(value, list) or not value:
            continue
        if isinstance(value[0], ast.stmt):
            yield value
        for child in value:
            if isinstance(child, ast.stmt | ast.ExceptHandler) and not isinstance(
                child, ast.FunctionDef | ast.ClassDef
            ):
                yield from _blocks(child)
