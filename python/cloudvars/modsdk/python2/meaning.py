"""Python 2's meaning of code that Python 3 would run with another meaning, without any error."""

import ast

from .attributes import ATTRIBUTES, RENAMED
from .class_bodies import with_seeing_lists
from .generators import end_with_stop_iteration
from .leaks import with_leaking_lists
from .octets import as_text, joined
from .ordering import OPERATORS
from .scopes import hoist_globals

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
        if not isinstance(node.func, ast.Name):
            return node
        name, first = node.func.id, next(iter(node.args), None)
        if name in _REPLACED and (name != "type" or _is_of_type(node)):
            node.args.insert(0, node.func)
            node.func = ast.copy_location(ast.Name(_REPLACED[name], ast.Load()), node.func)
        elif name in {"list", "tuple"} and isinstance(first, ast.Name | ast.Call):
            node.args[0] = _call("__py2_items__", node, first)
        elif name in _CONVERTED and first is not None and not isinstance(first, ast.Starred):
            base = [_again(part) for part in node.args[1:2] if isinstance(part, ast.Constant | ast.Name)]
            if name != "str" or len(node.args) == 1:
                kind = ast.copy_location(ast.Name(name, ast.Load()), node.func)
                node.args[0] = _call(_CONVERTED[name], node, kind, first, *base)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        end_with_stop_iteration(node)
        hoist_globals(node)
        return node

    def visit_Module(self, node: ast.Module) -> ast.Module:
        self.generic_visit(node)
        hoist_globals(node)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self.generic_visit(node)
        unpacked = any(isinstance(part, ast.Tuple | ast.List) for part in node.targets)
        if unpacked and isinstance(node.value, _MAY_BE_EXCEPTIONS):
            node.value = _call("__py2_items__", node.value, node.value)
        return node

    def visit_For(self, node: ast.For) -> ast.stmt:
        self.generic_visit(node)
        if isinstance(node.iter, ast.Name):
            node.iter = _call("__py2_items__", node.iter, node.iter)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        named = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
        if isinstance(node.ctx, ast.Load) and not named and not isinstance(node.value, ast.Constant):
            node.value = _call("__py2_items__", node.value, node.value)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if self.floors and isinstance(node.op, ast.Div):
            return _call("__py2_div__", node, node.left, node.right)
        if isinstance(node.op, ast.Mod):
            return self._modulo(node)
        return node

    def _is_unicode(self, literal: ast.Constant) -> bool:
        return literal.kind == "u" or not self.bytes

    def _modulo(self, node: ast.BinOp) -> ast.expr:
        """``left % right``; what is formatted is prepared, and an error is raised on the mod's own line."""
        left = node.left
        if isinstance(left, ast.Constant) and isinstance(left.value, str):
            unicode_ = self._is_unicode(left)
            form: ast.expr = ast.Constant("")
            node.right = _call(
                "__py2_unicode_values__" if unicode_ else "__py2_values__", node, form, node.right
            )
        elif isinstance(left, ast.Name):
            node.right = _call("__py2_values__", node, ast.Name(left.id, ast.Load()), node.right)
        elif not isinstance(left, ast.Constant):
            return _call("__py2_mod__", node, left, node.right)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        self.generic_visit(node)
        target = node.target
        if isinstance(node.op, ast.Mod) and isinstance(target, ast.Name):
            left: ast.expr = ast.copy_location(ast.Name(target.id, ast.Load()), target)
            rest = ast.copy_location(ast.BinOp(left, node.op, node.value), node)
            return ast.copy_location(ast.Assign([target], self._modulo(rest)), node)
        if not self.floors or not isinstance(node.op, ast.Div):
            return node
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
        if node.attr.startswith("func_") and not isinstance(node.ctx, ast.Load):
            node.attr = RENAMED.get(node.attr, node.attr)
        if node.attr in ATTRIBUTES and isinstance(node.ctx, ast.Load):
            name = node.attr
            if name == "format" and isinstance(node.value, ast.Constant) and self._is_unicode(node.value):
                name = "__unicode_format__"
            return _call("__py2_attribute__", node, node.value, ast.Constant(name))
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, bytes):  # b"x" is a str there
            return ast.copy_location(ast.Constant(as_text(node.value)), node)
        if isinstance(node.value, str) and node.kind is None and not node.value.isascii():
            return ast.copy_location(ast.Constant(joined(node.value)), node)
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
        with_seeing_lists(node)
        self.generic_visit(node)
        making = ast.copy_location(ast.Name("__py2_class__", ast.Load()), node)
        node.keywords.append(ast.keyword("metaclass", making))
        return node


_MAY_BE_EXCEPTIONS = (ast.Attribute, ast.Call, ast.Name, ast.Subscript)
_REPLACED = {"bytearray": "__py2_bytearray__", "type": "__py2_type__", "unicode": "__py2_unicode__"}
"""A function -> the helper that is called in its place, with the function first."""
_CONVERTED = {
    "float": "__py2_digits__",
    "int": "__py2_digits__",
    "long": "__py2_long_digits__",
    "str": "__py2_str__",
}
"""A function -> the helper whose answer it gets in place of its first argument."""


def _again(part: ast.Constant | ast.Name) -> ast.expr:
    """Return the same constant or name once more."""
    return ast.Constant(part.value) if isinstance(part, ast.Constant) else ast.Name(part.id, ast.Load())


def _is_of_type(call: ast.Call) -> bool:
    """Whether a call of ``type`` has one argument or three, all of them plain."""
    plain = not call.keywords and not any(isinstance(argument, ast.Starred) for argument in call.args)
    return plain and len(call.args) in {1, 3}


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr, at: ast.Compare) -> ast.expr:
    if type(op).__name__ in OPERATORS:
        return _call(OPERATORS[type(op).__name__][0], at, left, right)
    return ast.copy_location(ast.Compare(left, [op], [right]), at)
