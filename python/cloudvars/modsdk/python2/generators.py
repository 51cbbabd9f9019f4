"""``StopIteration`` that comes out of a generator ends it; in Python 3 it is an error."""

import ast

__all__ = ["end_with_stop_iteration"]


def end_with_stop_iteration(node: ast.FunctionDef) -> None:
    """Have a function that is a generator catch it, in place."""
    first = 1 if ast.get_docstring(node, clean=False) is not None else 0
    rest = node.body[first:]
    if not rest or not _yields(node):
        return
    ended = ast.ExceptHandler(ast.Name("StopIteration", ast.Load()), None, [ast.Return(None)])
    for part in ast.walk(ended):
        ast.copy_location(part, rest[0])
    node.body[first:] = [ast.copy_location(ast.Try(rest, [ended], [], []), rest[0])]


def _yields(function: ast.AST) -> bool:
    """Whether a function has a ``yield`` of its own."""
    inner = (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.GeneratorExp)
    children = list(ast.iter_child_nodes(function))
    return any(
        isinstance(child, ast.Yield) or (not isinstance(child, inner) and _yields(child))
        for child in children
    )
