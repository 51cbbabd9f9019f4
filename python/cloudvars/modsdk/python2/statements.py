"""``print`` and ``raise`` of Python 2, written as calls of ``runtime``'s helpers in ``fissix``'s tree."""

import token
from typing import Any

__all__ = ["with_calls"]

_NAME, _NUMBER, _COMMA = token.NAME, token.NUMBER, token.COMMA
"""``fissix`` numbers them as the library does."""


def with_calls(tree: Any) -> None:
    """Write ``print a, b`` as ``__py2_print__(a)(b)()`` and ``raise E, x`` as ``raise __py2_raise__(E, x)``.

    Numbers lose their L, and ``0777`` becomes ``0o777``. Each value is printed before the next one is computed, as in
    Python 2.
    """
    from fissix.pygram import python_symbols as symbols  # type: ignore[import-untyped] # noqa: PLC0415 - an optional dependency

    statement = "print_function" not in tree.future_features
    for node in list(tree.post_order()):
        if node.type == symbols.raise_stmt and len(node.children) > 2:  # noqa: PLR2004 - raise and one value
            _enclose([node.children[1], node], "__py2_raise__(")
        elif node.type == getattr(symbols, "print_stmt", None):
            _print(node)
        elif node.type == _NUMBER:
            node.value = _number(node.value)
        elif (
            statement
            and node.type == _NAME
            and node.value == "print"
            and node.parent.type == symbols.simple_stmt
        ):
            node.value = "__py2_print__()"


def _number(text: str) -> str:
    """Write ``0777L`` as ``0o777``."""
    text = text.rstrip("lL")
    return f"0o{text[1:]}" if text.isdigit() and text.startswith("0") and text.strip("0") else text


def _print(node: Any) -> None:
    word, *given = node.children
    word.value = "__py2_print__"
    if str(given[0]).strip() == ">>":
        word.value = "__py2_print_to__"
        given[0].value = ""
        given = given[1:]
    for child in given:
        if str(child).strip() == ",":
            child.value = ""
        else:
            _enclose([child], "(")
    if given[-1].type != _COMMA:
        list(node.leaves())[-1].value += "()"


def _enclose(nodes: list[Any], opening: str) -> None:
    first, last = next(nodes[0].leaves()), list(nodes[-1].leaves())[-1]
    first.value = opening + first.value
    last.value += ")"
