"""The arguments that choose rows of a table, and the values in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudValueError
from cloudvars.tables import NAMES as TABLES
from cloudvars.tables.written import chosen, read_fields

from .parser import meant
from .stores import CommandError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["TABLES", "narrowed", "where_of"]


def where_of(given: Iterable[str], columns: Collection[str]) -> dict[str, list[str]]:
    """Read ``column=value``; a column that is given several times may have any of its values."""
    found: dict[str, list[str]] = {}
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
        found.setdefault(name, []).append(value)
    return found


def narrowed(table: Any, given: Any) -> Any:
    """Return what the arguments leave of a table."""
    try:
        fields = {} if given.fields is None else read_fields(given.fields)
    except CloudValueError as error:
        raise CommandError(f"--{error.message}") from None
    where = where_of(given.where, [*table.columns, *fields])
    try:
        table = chosen(table, where, fields)
    except CloudValueError as error:
        raise CommandError(f"--where {error.message}") from None
    times = {name: value for name in ("since", "until") if (value := getattr(given, name)) is not None}
    table = table.where(**times) if times else table
    names = [name for one in given.sort for name in one.split(",")]
    columns: dict[str, str] = table.columns
    for name in names:
        if name.lstrip("-") not in columns:
            near = meant(name.lstrip("-"), columns)
            raise CommandError(
                f"--sort {name}: the table has no such column{near} (its columns are {', '.join(columns)})"
            )
    return table.sort(*names) if names else table
