"""In Python 2 the variables of a list comprehension remain after it, as those of a loop do."""

import ast
from typing import Any, TypeVar

__all__ = ["with_leaking_lists"]

_Node = TypeVar("_Node", bound=ast.AST)


def with_leaking_lists(tree: _Node) -> _Node:
    """Write ``[f(x) for x in y]`` as ``[f(x) for t in y if [x := t]]``, in place.

    Not where Python 3 allows no assignment: right in a class, in what a comprehension walks through, in a generator.
    """
    _Leaks().visit(tree)
    return tree


class _Leaks(ast.NodeTransformer):
    def __init__(self) -> None:
        self.allowed = True

    def _visit(self, nodes: Any, *, allowed: bool) -> Any:
        """Visit a node or a list of nodes, with leaks or without."""
        before, self.allowed = self.allowed, allowed
        try:
            return [self.visit(node) for node in nodes] if isinstance(nodes, list) else self.visit(nodes)
        finally:
            self.allowed = before

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        node.body = self._visit(node.body, allowed=False)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.args = self.visit(node.args)  # defaults are the outer scope's
        node.decorator_list = self._visit(node.decorator_list, allowed=self.allowed)
        node.body = self._visit(node.body, allowed=True)
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        closed = isinstance(node, ast.GeneratorExp | ast.SetComp | ast.DictComp)
        before, self.allowed = self.allowed, self.allowed and not closed
        try:
            return super().generic_visit(node)
        finally:
            self.allowed = before

    def visit_ListComp(self, node: ast.ListComp) -> ast.ListComp:
        node.elt = self.visit(node.elt)
        for part in node.generators:
            part.iter = self._visit(part.iter, allowed=False)
            part.ifs = self._visit(part.ifs, allowed=self.allowed)
            if self.allowed:
                names = [node for node in ast.walk(part.target) if isinstance(node, ast.Name)]
                kept = [_renamed(name) for name in names if isinstance(name.ctx, ast.Store)]
                test = ast.copy_location(ast.List([*kept], ast.Load()), part.target)
                part.ifs[:0] = [test] if kept else []
        return node


def _renamed(name: ast.Name) -> ast.NamedExpr:
    """Give a loop's variable another name; returns the assignment to the old one."""
    old, name.id = name.id, f"__py2_{name.id}__"
    assigned = ast.NamedExpr(ast.Name(old, ast.Store()), ast.Name(name.id, ast.Load()))
    for part in ast.walk(assigned):
        ast.copy_location(part, name)
    return assigned
