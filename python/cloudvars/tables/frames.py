"""Tables as the frames of other packages."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudvars import Table


def needed(package: str, call: str) -> Any:
    """Import a package that a call needs, or say which."""
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        message = f"{call} needs {package}, which is not installed: pip install {package}"
        raise ModuleNotFoundError(message, name=package) from None


def to_arrow(table: Table) -> Any:
    """Return a ``pyarrow.Table``."""
    return needed("pyarrow", "to_arrow()").table(table)


def to_polars(table: Table) -> Any:
    """Return a ``polars.DataFrame``."""
    return needed("polars", "to_polars()").DataFrame(table)


def to_pandas(table: Table) -> Any:
    """Return a ``pandas.DataFrame``: through Arrow where pyarrow is there, else from the rows' columns."""
    pandas = needed("pandas", "to_pandas()")
    columns = table.columns
    try:
        arrow = import_module("pyarrow").table(table)
    except ModuleNotFoundError:
        return from_rows(pandas, table, columns)
    data = {}
    for at, (name, kind) in enumerate(columns.items()):
        column = arrow.column(at)
        data[name] = column.to_pandas(types_mapper=nullable(pandas).get if column.null_count else None)
        if kind == "timestamp":
            data[name] = data[name].dt.tz_convert("UTC")
    return pandas.DataFrame(data, columns=list(columns))


def nullable(pandas: Any) -> dict[Any, Any]:
    """Return the types of columns with cells that hold nothing."""
    arrow = import_module("pyarrow")
    return {arrow.int64(): pandas.Int64Dtype(), arrow.bool_(): pandas.BooleanDtype()}


def from_rows(pandas: Any, table: Table, columns: Mapping[str, str]) -> Any:
    """Return the frame without pyarrow."""
    cells: dict[str, list[Any]] = {name: [] for name in columns}
    texts = {name for name, kind in columns.items() if kind == "json"}
    json = import_module("json")
    for row in table:
        for name, held in cells.items():
            value = row[name]
            held.append(
                json.dumps(value, ensure_ascii=False) if name in texts and value is not None else value
            )
    data = {}
    for name, held in cells.items():
        missing = any(value is None for value in held)
        kind = columns[name]
        if kind == "int64":
            data[name] = pandas.array(held, dtype="Int64" if missing else "int64")
        elif kind == "bool":
            data[name] = pandas.array(held, dtype="boolean" if missing else "bool")
        elif kind == "timestamp":
            data[name] = pandas.to_datetime(pandas.Series(held, dtype=object), utc=True).dt.as_unit("ms")
        else:
            data[name] = held
    return pandas.DataFrame(data, columns=list(columns))


def needs_arrow(_: Table) -> None:
    """Say what is missing, before anything is read."""
    needed("pyarrow", "to_arrow()")


def needs_polars(_: Table) -> None:
    """Say what is missing, before anything is read."""
    needed("polars", "to_polars()")


def needs_pandas(_: Table) -> None:
    """Say what is missing, before anything is read."""
    needed("pandas", "to_pandas()")
