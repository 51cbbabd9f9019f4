"""Python 2's grammar: ``fissix`` turns it into Python 3's, and the original line numbers are kept."""

import ast
import threading
import warnings
from bisect import bisect_right
from functools import lru_cache
from typing import Any

from cloudvars import _fork

from .lambdas import spread_lambdas
from .statements import with_calls

__all__ = ["to_python3"]

_FIXERS = ("except", "exec", "ne", "paren", "repr", "tuple_params")
_TAB = 8
_lock = threading.Lock()  # fissix keeps state in its tool
_fork.hold(_lock)


@lru_cache(maxsize=1)
def _tool() -> Any:
    try:
        from fissix import refactor  # type: ignore[import-untyped] # noqa: PLC0415 - an optional dependency
    except ImportError:
        message = 'Python 2 sources need fissix: pip install "cloudvars[modsdk]" (or: pip install fissix)'
        raise ModuleNotFoundError(message, name="fissix") from None
    return refactor.RefactoringTool([f"fissix.fixes.fix_{name}" for name in _FIXERS])


def to_python3(text: str, filename: str, other: SyntaxError | None = None) -> ast.Module:
    """Return the tree of a Python 2 source, at the lines of the original; columns are unknown.

    Raises ``SyntaxError``; ``other`` is what Python 3 said of the file.
    """
    tool = _tool()
    from fissix.pgen2.parse import ParseError  # type: ignore[import-untyped] # noqa: PLC0415 - an optional dependency
    from fissix.pgen2.tokenize import TokenError  # type: ignore[import-untyped] # noqa: PLC0415 - ditto

    if not text.endswith("\n"):
        text += "\n"
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = tool.refactor_string(_without_tabs(text), filename)
            spread_lambdas(tree)
            with_calls(tree)
        except (ParseError, TokenError, IndentationError) as error:
            raise _syntax_error(error, filename, text, other) from None
        written, lines = str(tree), _line_map(tree)
        try:
            parsed = ast.parse(written, filename)
        except SyntaxError as error:
            line = _original(lines, error.lineno or 1)
            shown = text.splitlines()[line - 1 : line]
            raise SyntaxError(error.msg, (filename, line, None, shown[0] if shown else None)) from None
    for node in ast.walk(parsed):
        if hasattr(node, "lineno"):
            _move(node, lines)
    return parsed


def _move(node: Any, lines: tuple[list[int], list[int]]) -> None:
    """Give a node its line in the original, and no column, because rewriting moved it."""
    node.lineno = _original(lines, node.lineno)
    node.end_lineno = max(node.lineno, _original(lines, node.end_lineno or 1))
    node.col_offset = node.end_col_offset = -1


def _without_tabs(text: str) -> str:
    """Return the text with tabs in indentation replaced as Python 2 counts them; Python 3 refuses a mixture."""
    if "\t" not in text:
        return text
    from fissix.pgen2 import token, tokenize  # type: ignore[import-untyped] # noqa: PLC0415 - an optional dependency

    inside: set[int] = set()
    lines = text.splitlines(keepends=True)
    for kind, _, (first, _), (last, _), _ in tokenize.generate_tokens(iter(lines).__next__):
        if kind == token.STRING:
            inside.update(range(first + 1, last + 1))
    for index, line in enumerate(lines):
        body = line.lstrip(" \t")
        if index + 1 not in inside:
            lines[index] = line[: len(line) - len(body)].expandtabs(_TAB) + body
    return "".join(lines)


def _line_map(tree: Any) -> tuple[list[int], list[int]]:
    """Lines of the rewritten text, and the original line of each; tokens that fissix kept remember theirs."""
    written, original, line = [1], [1], 1
    for leaf in tree.leaves():
        line += leaf.prefix.count("\n")
        if leaf.lineno and line > written[-1]:
            written.append(line)
            original.append(leaf.lineno)
        line += leaf.value.count("\n")
    return written, original


def _original(lines: tuple[list[int], list[int]], line: int) -> int:
    written, original = lines
    at = bisect_right(written, line) - 1
    found = original[at] + line - written[at]
    # An inserted line has none of its own: it belongs to the statement before it.
    return min(found, original[at + 1]) if at + 1 < len(original) else found


def _syntax_error(error: Exception, filename: str, text: str, other: SyntaxError | None) -> SyntaxError:
    context = getattr(error, "context", None)
    line = context[1][0] if context else getattr(error, "lineno", None) or 1
    shown = text.splitlines()[line - 1 : line]
    reason = f"not Python 2: {getattr(error, 'msg', error)}"
    if other is not None:
        reason += f"; not Python 3: {other.msg} (line {other.lineno})"
    return SyntaxError(reason, (filename, line, None, shown[0] if shown else None))
