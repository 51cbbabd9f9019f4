"""``/api/tables``: the tables, and the rows of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudValueError

from .jsonable import row
from .params import fields, moment, number, typed
from .unknown import UnknownAddressError

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from cloudvars import Store

__all__ = ["answer", "narrowed"]

ROWS_MAX = 1000
"""How many rows an answer has at most; an export has all."""
_OFFSET_MAX = 2**53
_OWN = {"sort", "limit", "offset", "count", "fields", "since", "until", "format", "game"}


def answer(store: Store, name: str, params: QueryParams) -> Any:
    """Return the names and columns of all tables; of the one with that name its columns and rows.

    ``where.COLUMN`` (again for another value), ``since``, ``until``, ``sort``, ``fields``, ``limit``, ``offset``: as
    the methods of a Table; ``count=1`` also counts the rows that fit.
    """
    if not name:
        return {name: table.columns for name, table in store.tables.items()}
    table = narrowed(store, name, params)
    limit, offset = number(params, "limit", 100, ROWS_MAX), number(params, "offset", 0, _OFFSET_MAX)
    found: dict[str, Any] = {"table": name, "columns": table.columns}
    found["rows"] = [row(one) for one in table.limit(limit, offset=offset).rows()] if limit else []
    if params.get("count") == "1":
        found["count"] = table.count()
    return found


def narrowed(store: Store, name: str, params: QueryParams) -> Any:
    """Return the table as the parameters narrow and sort it, without a limit."""
    if name not in store.tables:
        raise UnknownAddressError(f"{name!r} is no table; there are {', '.join(store.tables)}")
    table = store.tables[name]
    unknown = [one for one in params if one not in _OWN and not one.startswith("where.")]
    if unknown:
        raise CloudValueError(
            f"{unknown[0]!r} is not known; accepted are where.COLUMN, {', '.join(sorted(_OWN))}"
        )
    if chosen := params.get("fields"):
        table = table.fields(fields(chosen))
    where: dict[str, Any] = {}
    for one in params:
        if one.startswith("where."):
            column = one.removeprefix("where.")
            values = [typed(table.columns, column, text) for text in params.getlist(one)]
            where[column] = values[0] if len(values) == 1 else values
    times = {one: moment(one, params[one]) for one in ("since", "until") if params.get(one)}
    if where or times:
        table = table.where(**where, **times)
    if order := [one.strip() for one in params.get("sort", "").split(",") if one.strip()]:
        table = table.sort(*order)
    return table
