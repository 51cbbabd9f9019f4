"""The arguments that choose rows of a table, and the values in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudvars.tables import NAMES as TABLES

from .parser import meant
from .stores import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["TABLES", "fields_of", "narrowed", "where_of"]

TYPES = {"int": int, "float": float, "str": str, "bool": bool}
BOOLS = {"true": True, "1": True, "false": False, "0": False}


def where_of(given: Iterable[str], columns: Mapping[str, str]) -> dict[str, Any]:
    """Read ``column=value``; a column that is given several times may have any of its values."""
    found: dict[str, list[Any]] = {}
    for text in given:
        name, equal, value = text.partition("=")
        if not equal:
            raise CommandError(
                f"--where {text}: column=value is accepted; `cloudvars sql` knows more than equality"
            )
        if name not in columns:
            raise CommandError(
                f"--where {text}: the table has no column '{name}'{meant(name, columns)} "
                f"(its columns are {', '.join(columns)})"
            )
        found.setdefault(name, []).append(_value(text, value, columns[name]))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _value(text: str, value: str, kind: str) -> Any:
    try:
        if kind == "int64":
            return int(value)
        if kind == "float64":
            return float(value)
        if kind == "bool":
            return BOOLS[value.lower()]
    except (ValueError, KeyError):
        accepted = {"int64": "an int", "float64": "a number", "bool": "true or false"}[kind]
        raise CommandError(f"--where {text}: '{value}' is refused; {accepted} is accepted") from None
    return value


def fields_of(given: str | None) -> dict[str, type] | None:
    """Read ``path=type,path=type``."""
    if given is None:
        return None
    fields = {}
    for text in given.split(","):
        path, equal, name = text.strip().rpartition("=")
        if not equal or not path or name not in TYPES:
            raise CommandError(f"--fields {text}: path=type is accepted; a type is {', '.join(TYPES)}")
        fields[path] = TYPES[name]
    return fields


def narrowed(table: Any, given: Any) -> Any:
    """Return what the arguments leave of a table."""
    columns: dict[str, str] = table.columns
    chosen: dict[str, Any] = where_of(given.where, columns)
    chosen |= {name: value for name in ("since", "until") if (value := getattr(given, name)) is not None}
    table = table.where(**chosen) if chosen else table
    fields = fields_of(given.fields)
    table = table if fields is None else table.fields(fields)
    names = [name for one in given.sort for name in one.split(",")]
    columns = table.columns
    for name in names:
        if name.lstrip("-") not in columns:
            near = meant(name.lstrip("-"), columns)
            raise CommandError(
                f"--sort {name}: the table has no such column{near} (its columns are {', '.join(columns)})"
            )
    return table.sort(*names) if names else table
