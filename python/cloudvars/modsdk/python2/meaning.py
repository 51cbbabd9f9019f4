"""Python 2's meaning, where the same words mean something else in Python 3 and nothing would say so."""

import ast
from typing import Any

from .runtime import ATTRIBUTES

__all__ = ["with_python2_meaning"]


def with_python2_meaning(tree: ast.Module | ast.Expression) -> ast.Module | ast.Expression:
    """Rewrite a tree: ``/`` of ints, lists from ``keys()``, ``__metaclass__``, and so on. See ``runtime``."""
    body: list[ast.stmt] = tree.body if isinstance(tree, ast.Module) else []
    division = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "division" for alias in node.names)
        for node in body
    )
    _Meaning(floors=not division).visit(tree)  # in place: the root stays
    return ast.fix_missing_locations(tree)


def _call(name: str, at: ast.AST, *arguments: ast.expr) -> ast.Call:
    call = ast.Call(ast.Name(name, ast.Load()), list(arguments), [])
    for node in (call, call.func):
        ast.copy_location(node, at)
    for argument in arguments:
        if not hasattr(argument, "lineno"):
            ast.copy_location(argument, at)
    return call


class _Meaning(ast.NodeTransformer):
    def __init__(self, *, floors: bool) -> None:
        self.floors = floors

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if self.floors and isinstance(node.op, ast.Div):
            return _call("__py2_div__", node, node.left, node.right)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        self.generic_visit(node)
        if not self.floors or not isinstance(node.op, ast.Div):
            return node
        target = node.target
        if isinstance(target, ast.Name):
            left = ast.copy_location(ast.Name(target.id, ast.Load()), target)
            divided = ast.Assign([target], _call("__py2_div__", node, left, node.value))
            return ast.copy_location(divided, node)
        # The parts of the target are evaluated once.
        if isinstance(target, ast.Attribute):
            call = _call("__py2_div_attribute__", node, target.value, ast.Constant(target.attr), node.value)
        else:
            index = target.slice
            if isinstance(index, ast.Slice):
                parts = [part or ast.Constant(None) for part in (index.lower, index.upper, index.step)]
                index = _call("slice", node, *parts)
            call = _call("__py2_div_item__", node, target.value, index, node.value)
        return ast.copy_location(ast.Expr(call), node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        if node.attr in ATTRIBUTES and isinstance(node.ctx, ast.Load):
            return _call("__py2_attribute__", node, node.value, ast.Constant(node.attr))
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, bytes):  # b"x" is a str there
            return ast.copy_location(ast.Constant(_text(node.value)), node)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        self.generic_visit(node)
        if node.name:  # the name outlives the block
            kept = ast.Assign([ast.Name(node.name, ast.Store())], ast.Name("__py2_caught__", ast.Load()))
            for part in ast.walk(kept):
                ast.copy_location(part, node)
            node.body.insert(0, kept)
            node.name = "__py2_caught__"
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        metaclasses = [
            statement.value
            for statement in node.body
            if isinstance(statement, ast.Assign)
            and any(
                isinstance(target, ast.Name) and target.id == "__metaclass__" for target in statement.targets
            )
        ]
        self.generic_visit(node)
        if metaclasses:
            node.keywords.append(ast.keyword("metaclass", metaclasses[-1]))
        node.decorator_list.append(ast.copy_location(ast.Name("__py2_class__", ast.Load()), node))
        return node


def _text(value: bytes) -> Any:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
