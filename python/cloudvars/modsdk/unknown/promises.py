"""What an API that is not simulated answers: a value of the type that the SDK promises (E-17)."""

import ast
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from .stubs import Stubs, installed

__all__ = ["Promises", "known"]

_Part = Callable[[str], Any]
_QUESTIONS: Final = ("Is", "Has", "Can", "Get", "Check", "Are", "May")
_PLAIN: Final[dict[str, Callable[[], Any]]] = {
    "int": int,
    "float": float,
    "str": str,
    "tuple": tuple,
    "set": set,
}


class OpenDict(dict[Any, Any]):
    """An empty dict whose missing items are recorders."""

    def __init__(self, item: Any) -> None:
        super().__init__()
        self._item = item

    def __missing__(self, key: Any) -> Any:
        return self._item


class OpenList(list[Any]):
    """An empty list whose missing items are recorders."""

    def __init__(self, item: Any) -> None:
        super().__init__()
        self._item = item

    def __getitem__(self, index: Any) -> Any:
        try:
            return super().__getitem__(index)
        except IndexError:
            return self._item


@lru_cache(maxsize=1)
def known() -> dict[str, str]:
    """Return the names of the SDK's server API and the types that they answer, of the table in this package."""
    lines = Path(__file__).with_name("promises.txt").read_text("utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))


class Promises:
    """The answers of one host; those of installed stubs come before those of the table."""

    def __init__(self) -> None:
        self._installed: dict[str, dict[str, str]] = {}
        self._stubs: Stubs | None = None
        self._looked = False

    def type(self, name: str) -> str:
        """Return the type that a call of this name answers, as a stub writes it; "Any" if nobody knows."""
        owner, _, last = name.rpartition(".")
        if owner not in self._installed:
            if not self._looked:
                self._stubs, self._looked = installed(), True
            self._installed[owner] = self._stubs.of(owner) if self._stubs else {}
        return self._installed[owner].get(last) or known().get(name, "Any")

    def answer(self, name: str, part: _Part) -> Any:
        """Return what a call answers; ``part`` makes a recorder by name."""
        return _value(_parsed(self.type(name)), name, part)


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return ast.Name("Any")


def _value(node: ast.expr, name: str, part: _Part) -> Any:
    """Return a value of a type: of several, of the first that is not None."""
    match node:
        case ast.Constant(value=None):
            return None
        case ast.Constant(value=str() as text):
            return _value(_parsed(text), name, part)
        case ast.BinOp(left=left, right=right):
            nothing = isinstance(left, ast.Constant) and left.value is None
            return _value(right if nothing else left, name, part)
        case ast.Subscript(value=kind, slice=inside):
            return _generic(_last(kind), inside, name, part)
    return _named(_last(node), name, part)


def _generic(kind: str, inside: ast.expr, name: str, part: _Part) -> Any:
    items = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    if kind in {"Tuple", "tuple"}:
        if any(isinstance(item, ast.Constant) and item.value is ... for item in items):
            return ()
        return tuple(_value(item, name, part) for item in items)
    if kind in {"Optional", "Union"}:
        real = [item for item in items if not (isinstance(item, ast.Constant) and item.value is None)]
        return _value(real[0], name, part) if real else None
    if kind == "Literal" and isinstance(items[0], ast.Constant):
        return items[0].value
    return _named(kind, name, part)


def _named(kind: str, name: str, part: _Part) -> Any:
    if kind == "bool":
        return not name.rpartition(".")[2].startswith(_QUESTIONS)
    if kind in {"dict", "Dict"}:
        return OpenDict(part(f"{name}()[]"))
    if kind in {"list", "List"}:
        return OpenList(part(f"{name}()[]"))
    if kind in _PLAIN:
        return _PLAIN[kind]()
    return part(
        f"{name}()" if kind in {"Any", "Type", "Callable", "Generator"} or not kind.isidentifier() else kind
    )


def _last(node: ast.expr) -> str:
    """Return the name of a type without its module."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
