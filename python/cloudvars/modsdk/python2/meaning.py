"""Python 2's meaning of code that Python 3 would run with another meaning, without any error."""

import ast
from typing import Any

from .attributes import ATTRIBUTES
from .leaks import with_leaking_lists
from .ordering import OPERATORS

__all__ = ["futures", "with_python2_meaning"]


def with_python2_meaning(
    tree: ast.Module | ast.Expression, *, leaks: bool = True
) -> ast.Module | ast.Expression:
    """Rewrite a tree: ``/`` of ints, lists from ``keys()``, ``__metaclass__``, and so on. See ``runtime``.

    ``leaks``: whether list comprehensions leave their variables behind.
    """
    imported = futures(tree)
    meaning = _Meaning(floors="division" not in imported, bytes_="unicode_literals" not in imported)
    meaning.visit(with_leaking_lists(tree) if leaks else tree)  # in place: the root stays
    return ast.fix_missing_locations(tree)


def futures(tree: ast.AST) -> set[str]:
    """Return the names that a module imports from ``__future__``."""
    body = tree.body if isinstance(tree, ast.Module) else []
    imports = [node for node in body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    return {alias.name for node in imports for alias in node.names}


def _call(name: str, at: ast.AST, *arguments: ast.expr) -> ast.Call:
    call = ast.Call(ast.Name(name, ast.Load()), list(arguments), [])
    for node in (call, call.func):
        ast.copy_location(node, at)
    for argument in arguments:
        if not hasattr(argument, "lineno"):
            ast.copy_location(argument, at)
    return call


class _Meaning(ast.NodeTransformer):
    def __init__(self, *, floors: bool, bytes_: bool) -> None:
        self.floors = floors
        self.bytes = bytes_

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        if not any(type(op).__name__ in OPERATORS for op in node.ops):
            return node
        between = node.comparators[:-1]
        if not all(isinstance(value, ast.Name | ast.Constant) for value in between):
            return node  # they would be evaluated twice
        pairs = zip([node.left, *between], node.ops, node.comparators, strict=True)
        compared = [_compared(left, op, right, node) for left, op, right in pairs]
        return compared[0] if len(compared) == 1 else ast.copy_location(ast.BoolOp(ast.And(), compared), node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "unicode":
            node.args.insert(0, node.func)
            node.func = ast.copy_location(ast.Name("__py2_unicode__", ast.Load()), node.func)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        if _yields(node):
            _end_with_stop_iteration(node)
        return node

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
        if self.bytes and isinstance(node.value, str) and node.kind is None and not node.value.isascii():
            return ast.copy_location(ast.Constant(_joined(node.value)), node)
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


def _joined(text: str) -> str:
    r"""Return the text whose UTF-8 bytes are written as ``"\xe4\xb8\xad"``; any other text stays as it is."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr, at: ast.Compare) -> ast.expr:
    if type(op).__name__ in OPERATORS:
        return _call(OPERATORS[type(op).__name__][0], at, left, right)
    return ast.copy_location(ast.Compare(left, [op], [right]), at)


def _yields(function: ast.AST) -> bool:
    """Whether a function is a generator: a ``yield`` of its own."""
    inner = (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.GeneratorExp)
    children = list(ast.iter_child_nodes(function))
    return any(
        isinstance(child, ast.Yield) or (not isinstance(child, inner) and _yields(child))
        for child in children
    )


def _end_with_stop_iteration(node: ast.FunctionDef) -> None:
    """``StopIteration`` that comes out of a generator ends it; in Python 3 it is an error."""
    first = 1 if ast.get_docstring(node, clean=False) is not None else 0
    rest = node.body[first:]
    if not rest:
        return
    ended = ast.ExceptHandler(ast.Name("StopIteration", ast.Load()), None, [ast.Return(None)])
    for part in ast.walk(ended):
        ast.copy_location(part, rest[0])
    node.body[first:] = [ast.copy_location(ast.Try(rest, [ended], [], []), rest[0])]
