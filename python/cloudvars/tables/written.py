"""What people write to choose rows and columns: on the command line, and in the address of a page."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final

from cloudvars.errors import CloudValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cloudvars import Table

__all__ = ["NULL", "TYPES", "chosen", "is_int64", "read_fields", "read_value"]

NULL: Final = "null"
"""A cell that holds nothing. The text itself is written ``"null"``, in quotes."""
TYPES: Final[dict[str, type]] = {"int": int, "float": float, "str": str, "bool": bool}
"""What a field out of the JSON value may be."""
_BOOLS = {"true": True, "1": True, "false": False, "0": False}
_INT = re.compile(r"-?[0-9]{1,19}")
_FLOAT = re.compile(r"-?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")
_PLAIN = re.compile(r"[\w$.-]+")
"""A path whose end cannot be taken for a type."""
_TYPED = re.compile(rf"=({'|'.join(TYPES)})\b")
"""In a path: two fields with something else than a comma between them."""


def chosen(table: Table, where: Mapping[str, Sequence[str]], fields: Mapping[str, type]) -> Table:
    """Return the rows whose columns, or fields, have one of the written values, with the fields as columns.

    Raises ``CloudValueError``.
    """
    own = table.columns
    # The engine compares its own columns; a field is compared after its row was read.
    table = _where(table, {name: texts for name, texts in where.items() if name in own})
    table = table.fields(fields) if fields else table
    return _where(table, {name: texts for name, texts in where.items() if name not in own})


def _where(table: Table, where: Mapping[str, Sequence[str]]) -> Table:
    columns: Mapping[str, str] = table.columns if where else {}
    values = {
        name: [read_value(name, columns.get(name, ""), text) for text in texts]
        for name, texts in where.items()
    }
    # ``None`` alone means every game; in a list it would be the name of one.
    return table.where(**{name: one[0] if len(one) == 1 else one for name, one in values.items()})


def read_value(column: str, kind: str, text: str) -> Any:
    """Return what the text stands for in a column of this type (``Table.columns``).

    A text that begins and ends with ``"`` is read as JSON reads it. Raises ``CloudValueError``.
    """
    if text == NULL:
        return None
    read, accepted = _KINDS.get(kind, (str, ""))
    try:
        return read(text)
    except (ValueError, KeyError):
        raise CloudValueError(f"{column}: {text!r} is refused; {accepted}, or {NULL}") from None


def read_fields(given: str, *, typeless: bool = False) -> dict[str, type]:
    """Return the fields of ``"stats.level=int,class=str"``, as ``Table.fields`` takes them.

    ``typeless``: a path without a type is one of a str. Raises ``CloudValueError``.
    """
    fields: dict[str, type] = {}
    for part in given.split(","):
        text = part.strip()
        path, equal, name = text.rpartition("=")
        if not equal and typeless and _PLAIN.fullmatch(text):
            path, name = text, "str"
        if not path or name not in TYPES or _TYPED.search(path):
            where = "" if text == given else f" in {given!r}"
            raise CloudValueError(
                f"fields: {text!r}{where} is refused; path=type is accepted; a type is {', '.join(TYPES)}"
            )
        fields[path] = TYPES[name]
    return fields


def is_int64(text: str) -> bool:
    """Whether the text is an int64 in digits, as ids are written."""
    return _INT.fullmatch(text) is not None and -(2**63) <= int(text) < 2**63


def _int(text: str) -> int:
    if not is_int64(text):
        raise ValueError
    return int(text)


def _float(text: str) -> float:
    if not _FLOAT.fullmatch(text) or not math.isfinite(float(text)):
        raise ValueError
    return float(text)


def _text(text: str) -> str:
    is_quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return str(json.loads(text)) if is_quoted else text


def _nothing(_text: str) -> None:
    raise ValueError


_KINDS: dict[str, tuple[Callable[[str], Any], str]] = {
    "int64": (_int, "an int is accepted"),
    "float64": (_float, "a number is accepted"),
    "bool": (lambda text: _BOOLS[text.lower()], "true or false is accepted"),
    "string": (_text, 'a text is accepted, in double quotes as JSON writes it, such as "null"'),
    "json": (_nothing, "JSON is compared through its fields; a field is accepted"),
}
"""How a type is read, and what is accepted. A time is read by the table."""
