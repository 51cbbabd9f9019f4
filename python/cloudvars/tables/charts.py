"""Tables as charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudValueError

from .frames import needed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudvars import Table

ROWS = 5000
"""A chart holds its rows: more would make a notebook slow."""
MARKS = {"int64": "quantitative", "float64": "quantitative", "timestamp": "temporal"}
IDS = ("user_id", "player_id", "uuid", "object_id", "order_id", "world_id", "version")


def chart(table: Table, x: str | None, y: str | None) -> Any:
    """Return an Altair chart."""
    columns = table.columns
    for field, name in (("x", x), ("y", y)):
        if name is not None and name not in columns:
            raise CloudValueError(f"{field}: there is no column '{name}'; accepted are {', '.join(columns)}")
    if x is None and y is None:
        x = first_number(columns)
    altair = needed("altair", "chart()")
    rows = [{name: row[name] for name in (x, y) if name is not None} for row in table.limit(ROWS)]
    values = altair.Data(values=[{name: plain(value) for name, value in row.items()} for row in rows])
    if x is not None and y is not None:
        of_time = columns[x] == "timestamp"
        drawn = altair.Chart(values).mark_line() if of_time else altair.Chart(values).mark_bar()
        if MARKS.get(columns[x]) and MARKS.get(columns[y]) and not of_time:
            drawn = altair.Chart(values).mark_point()
        return drawn.encode(x=axis(altair.X, x, columns), y=axis(altair.Y, y, columns))
    name = x if x is not None else y or ""
    kind = MARKS.get(columns[name], "nominal")
    counted = altair.X(field=escaped(name), type=kind, bin=kind == "quantitative", title=name)
    return altair.Chart(values).mark_bar().encode(x=counted, y="count()")


def plain(value: object) -> object:
    """Return what a chart can hold."""
    return value if isinstance(value, int | float | str | None) else str(value)


def axis(side: Any, name: str, columns: Mapping[str, str]) -> Any:
    """Return an axis of a column, whose name may hold any character."""
    return side(field=escaped(name), type=MARKS.get(columns[name], "nominal"), title=name)


def escaped(name: str) -> str:
    """Return the name as a field, where a dot would mean a member."""
    return name.replace("\\", "\\\\").replace(".", "\\.").replace("[", "\\[").replace("]", "\\]")


def first_number(columns: Mapping[str, str]) -> str:
    """Return the first column with numbers that are not ids."""
    for name, kind in columns.items():
        if kind in ("int64", "float64") and name not in IDS:
            return name
    raise CloudValueError(f"x: no column has numbers; accepted are {', '.join(columns)}")
