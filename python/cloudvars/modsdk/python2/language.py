"""Which Python a file is written in, and its code object."""

import ast
import codecs
import re
import threading
import tokenize
import warnings
from io import BytesIO
from types import CodeType
from typing import Any, Literal, NamedTuple, cast

from cloudvars import _fork

from .grammar import to_python3
from .literals import with_python3_literals
from .meaning import futures, with_python2_meaning

__all__ = ["Compiled", "Language", "compile_source", "compile_text", "parse_source"]

Language = Literal["auto", 2, 3]


class Compiled(NamedTuple):
    """A file's code, and how its imports are meant."""

    code: CodeType
    python2: bool
    implicit: bool
    """``import x`` may mean the package's own ``x`` (Python 2 without ``absolute_import``)."""


_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=]")
_cache: dict[tuple[bytes, str, Language], Compiled] = {}
_lock = threading.Lock()
_fork.hold(_lock)


def compile_source(source: bytes, filename: str, language: Language) -> Compiled:
    """Return the code of a file; kept in memory, so that many hosts of one mod translate it once.

    Raises ``SyntaxError`` with the file and line, ``ModuleNotFoundError`` if ``fissix`` is needed and missing.
    """
    key = (source, filename, language)
    with _lock:
        known = _cache.get(key)
    if known is None:
        known = _compiled(_decoded(source, filename, language), filename, language)
        with _lock:
            _cache[key] = known
    return known


def parse_source(source: bytes, filename: str, language: Language) -> ast.Module:
    """Return the tree of a file as Python 3's ``ast``, with the lines of the original. Raises ``SyntaxError``."""
    text = _decoded(source, filename, language)
    return _python2(text, filename, language) or ast.parse(text, filename)


def compile_text(text: str, filename: str, mode: Literal["exec", "eval"]) -> CodeType:
    """Return the code of what a Python 2 mod gives to ``exec`` or ``eval``."""
    text = with_python3_literals(text)
    tree = _parsed(text, filename, mode)
    if isinstance(tree, SyntaxError) or _print_is_unclear(tree):
        tree = _as(mode, to_python3(text, filename))
    # Without leaks: these variables would be the module's, not those of the caller of exec.
    return _code(with_python2_meaning(tree, leaks=False), filename, mode)


def _as(mode: str, tree: ast.Module) -> ast.Module | ast.Expression:
    """Return what ``eval`` runs, if that is asked for: one expression."""
    if mode == "exec":
        return tree
    match tree.body:
        case [ast.Expr(value=value)]:
            return ast.Expression(value)
    message = "invalid syntax: eval takes one expression"
    raise SyntaxError(message)


def _decoded(source: bytes, filename: str, language: Language) -> str:
    try:
        encoding, lines = tokenize.detect_encoding(BytesIO(source).readline)
        # Behind a cookie 2.7 takes bytes that are not UTF-8 as they are.
        errors = "backslashreplace" if language != 3 and any(map(_COOKIE.match, lines)) else "strict"  # noqa: PLR2004 - the version
        text = codecs.decode(source, encoding, errors if encoding.startswith("utf-8") else "strict")
    except (SyntaxError, UnicodeDecodeError) as error:
        message = (
            f"{error}; a first line such as '# -*- coding: gbk -*-' names the encoding (utf-8 without one)"
        )
        raise SyntaxError(message, (filename, 1, 1, None)) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _compiled(text: str, filename: str, language: Language) -> Compiled:
    tree = _python2(text, filename, language)
    if tree is None:
        # Compiled anew: here the file's own warnings and errors are wanted.
        return Compiled(compile(text, filename, "exec", dont_inherit=True), python2=False, implicit=False)
    implicit = "absolute_import" not in futures(tree)
    return Compiled(_code(with_python2_meaning(tree), filename, "exec"), python2=True, implicit=implicit)


def _python2(text: str, filename: str, language: Language) -> ast.Module | None:
    """Return the tree of a Python 2 file, in which nothing has its meaning of Python 2 yet; None: it is Python 3."""
    tree = _parsed(text, filename, "exec")
    if language == 3 or (language == "auto" and _is_python3(tree)):  # noqa: PLR2004 - the version
        return None
    written = with_python3_literals(text)
    if written != text:
        tree = _without_columns(_parsed(written, filename, "exec"), text, written)
        text = written
    if isinstance(tree, SyntaxError) or _print_is_unclear(tree):
        tree = to_python3(text, filename, tree if isinstance(tree, SyntaxError) else None)
    return cast("ast.Module", tree)


def _without_columns(tree: Any, text: str, written: str) -> Any:
    """Return the tree without the columns of the lines that were rewritten: they would mislead."""
    pairs = zip(text.split("\n"), written.split("\n"), strict=True)
    lines = {number for number, (one, other) in enumerate(pairs, 1) if one != other}
    for node in ast.walk(tree) if isinstance(tree, ast.AST) else ():
        if lines.intersection((getattr(node, "lineno", 0), getattr(node, "end_lineno", 0))):
            vars(node).update(col_offset=-1, end_col_offset=-1)
    return tree


def _code(tree: ast.Module | ast.Expression, filename: str, mode: str) -> CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 2 does not warn of "\d" and `x is 1`
        return compile(tree, filename, mode, dont_inherit=True)


def _parsed(text: str, filename: str, mode: str) -> ast.Module | ast.Expression | SyntaxError:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return cast("ast.Module | ast.Expression", ast.parse(text, filename, mode))
    except SyntaxError as error:
        return error
    except ValueError as error:  # a null byte, in older versions
        return SyntaxError(str(error), (filename, 1, 1, None))


def _print_is_unclear(tree: ast.AST) -> bool:
    """Whether ``print`` is used in a way that both grammars accept with different meanings: ``print (a, b)``."""
    if "print_function" in futures(tree):
        return False
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    clear = {id(node.func) for node in calls if len(node.args) == 1 and not node.keywords}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "print"]
    # `print (a) + b` is one call to Python 3 and prints the sum in Python 2, so the call must be the statement.
    statements = {
        id(node.value.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    }
    return any(id(name) not in clear & statements for name in names)


_NEW_NODES = (
    ast.JoinedStr, ast.AnnAssign, ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await, ast.Nonlocal,
    ast.NamedExpr, ast.YieldFrom, ast.MatMult, ast.Match,
)  # fmt: skip


def _is_python3(tree: ast.AST | SyntaxError) -> bool:
    """Whether the file parses as Python 3 and has syntax that Python 2.7 does not have."""
    return not isinstance(tree, SyntaxError) and any(_is_new(node) for node in ast.walk(tree))


def _is_new(node: ast.AST) -> bool:  # noqa: PLR0911 - one line for each novelty
    match node:
        case (
            ast.FunctionDef(returns=ast.expr()) | ast.arg(annotation=ast.expr()) | ast.Raise(cause=ast.expr())
        ):
            return True
        case ast.arguments():
            return bool(node.kwonlyargs or node.posonlyargs)
        case ast.ClassDef():
            return bool(node.keywords)
        case ast.Call(func=ast.Name(id="super")):
            return not node.args
        case ast.Call():
            return sum(isinstance(argument, ast.Starred) for argument in node.args) > 1
        case ast.Assign():
            return any(isinstance(part, ast.Starred) for target in node.targets for part in ast.walk(target))
        case ast.Dict():
            return None in node.keys
        case ast.List() | ast.Tuple() | ast.Set():
            return any(isinstance(element, ast.Starred) for element in node.elts)
    return isinstance(node, _NEW_NODES)
