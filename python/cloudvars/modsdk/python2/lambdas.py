"""``lambda x, (a, b): …``: Python 3 takes no tuples there, and ``fissix`` only undoes one that is alone."""

import itertools
from collections.abc import Iterator
from typing import Any

__all__ = ["spread_lambdas"]


def spread_lambdas(tree: Any) -> None:
    """Write ``lambda x, t: (lambda a, b: …)(*t)`` instead, in place and on the same lines."""
    from fissix.pgen2 import token  # type: ignore[import-untyped] # noqa: PLC0415 - an optional dependency
    from fissix.pygram import python_symbols as symbols  # type: ignore[import-untyped] # noqa: PLC0415 - ditto
    from fissix.pytree import Leaf  # type: ignore[import-untyped] # noqa: PLC0415 - ditto

    names = (f"__py2_{number}__" for number in itertools.count())
    for node in list(tree.post_order()):  # those inside come first
        if node.type not in {symbols.lambdef, symbols.old_lambdef} or len(node.children) != 4:  # noqa: PLR2004
            continue
        _, parameters, _, body = node.children
        of_one = _is_tuple(parameters)
        # A default is behind its "=", and stays as it is.
        children = [parameters] if of_one else parameters.children
        named = [
            child
            for child, before in zip(children, [None, *children], strict=False)
            if str(before).strip() != "="
        ]
        spread = [(child, next(names)) for child in named if _is_tuple(child)]
        text = str(body)
        line = next(body.leaves()).lineno
        for child, name in spread:
            text = _spread(child, name, text, names)
            child.replace(Leaf(token.NAME, name, prefix=child.prefix))
        if spread:
            leaf = Leaf(token.NAME, text.lstrip(" "), prefix=" ")
            leaf.lineno = line
            body.replace(leaf)


def _is_tuple(node: Any) -> bool:
    return bool(node.children) and str(node.children[0]).strip() == "("


def _spread(node: Any, name: str, body: str, names: Iterator[str]) -> str:
    """Write the body as it is when the tuple called ``name`` is taken apart."""
    inner = node.children[1]
    parts = [part for part in (inner.children or [inner]) if str(part).strip() != ","]
    if _is_tuple(inner):
        parts = [inner]
    written = []
    for part in parts:
        if _is_tuple(part):
            written.append(next(names))
            body = _spread(part, written[-1], body, names)
        else:
            written.append(str(part).strip())
    return f"(lambda {', '.join(written)}: {body.strip(' ')})(*{name})"
