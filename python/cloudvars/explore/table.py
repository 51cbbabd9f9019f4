"""``/api/tables``: the tables, and the rows of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudvars.tables.written import chosen, read_fields

from .jsonable import row
from .params import moment, number, yes
from .unknown import UnknownAddressError

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from cloudvars import Store

__all__ = ["answer", "narrowed"]

ROWS_MAX = 1000
"""How many rows an answer has at most; an export has all."""
_OFFSET_MAX = 2**53


def answer(store: Store, name: str, params: QueryParams) -> Any:
    """Return the names and columns of all tables; of the one with that name its columns and rows.

    ``where.COLUMN`` (again for another value), ``since``, ``until``, ``sort``, ``fields``, ``limit``, ``offset``: as
    the methods of a Table; ``count=1`` also counts the rows that fit.
    """
    if not name:
        return {name: table.columns for name, table in store.tables.items()}
    table = narrowed(store, name, params)
    limit, offset = number(params, "limit", 100, ROWS_MAX), number(params, "offset", 0, _OFFSET_MAX)
    is_counted = yes(params, "count")
    found: dict[str, Any] = {"table": name, "columns": table.columns}
    found["rows"] = [row(one) for one in table.limit(limit, offset=offset).rows()] if limit else []
    if is_counted:
        found["count"] = table.count()
    return found


def narrowed(store: Store, name: str, params: QueryParams) -> Any:
    """Return the table as the parameters narrow and sort it, without a limit."""
    if name not in store.tables:
        raise UnknownAddressError(f"{name!r} is no table; there are {', '.join(store.tables)}")
    where = {one.removeprefix("where."): params.getlist(one) for one in params if one.startswith("where.")}
    fields = read_fields(params["fields"], typeless=True) if params.get("fields") else {}
    table = chosen(store.tables[name], where, fields)
    if times := {one: moment(one, params[one]) for one in ("since", "until") if params.get(one)}:
        table = table.where(**times)
    if order := [one.strip() for one in params.get("sort", "").split(",") if one.strip()]:
        table = table.sort(*order)
    return table
