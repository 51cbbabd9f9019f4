"""Tables as charts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudValueError

from .cells import iso
from .frames import needed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudvars import Table

ROWS = 5000
"""A chart holds its rows: more would make a notebook slow."""
MARKS = {"int64": "quantitative", "float64": "quantitative", "timestamp": "temporal"}
HOURLY = timedelta(days=4)
"""Times within this span are counted by hours."""
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
    if x is None or y is None:
        return spread(altair, table, x or y or "")
    rows = [{name: row[name] for name in (x, y)} for row in table.limit(ROWS + 1)]
    title = f"the first {ROWS:,} rows" if len(rows) > ROWS else ""
    values = altair.Data(values=[{name: plain(value) for name, value in row.items()} for row in rows[:ROWS]])
    of_time = columns[x] == "timestamp"
    drawn = altair.Chart(values, title=title)
    drawn = drawn.mark_line() if of_time else drawn.mark_bar()
    if MARKS.get(columns[x]) and MARKS.get(columns[y]) and not of_time:
        drawn = altair.Chart(values, title=title).mark_point()
    return drawn.encode(x=axis(altair.X, x, columns), y=axis(altair.Y, y, columns))


def spread(altair: Any, table: Table, name: str) -> Any:
    """Return how the values of a column are spread, over all rows: the chart holds each value once, with its count."""
    kind = MARKS.get(table.columns[name], "nominal")
    counts = Counter(row[name] if kind == "temporal" else plain(row[name]) for row in table)
    title = ""
    options: dict[str, Any] = {}
    if kind == "nominal":
        title = f"the {ROWS:,} most frequent values" if len(counts) > ROWS else ""
        counts = Counter(dict(counts.most_common(ROWS)))
    else:
        counts.pop(None, None)
    if kind == "quantitative":
        options["bin"] = True
        counts = binned(counts) if len(counts) > ROWS else counts
    if kind == "temporal":
        counts, options["timeUnit"] = by_day_or_hour(counts)
    values = [{name: plain(value), "rows": rows} for value, rows in counts.items()]
    across = altair.X(field=escaped(name), type=kind, title=name, **options)
    up = altair.Y(field="rows", type="quantitative", aggregate="sum", title="rows")
    return altair.Chart(altair.Data(values=values), title=title).mark_bar().encode(x=across, y=up)


def binned(counts: Mapping[Any, int]) -> Counter[Any]:
    """Count numbers that are too many, each as the middle of a small range."""
    least, most = min(counts), max(counts)
    width = (most - least) / ROWS or 1
    held: Counter[Any] = Counter()
    for value, rows in counts.items():
        held[least + (min(int((value - least) / width), ROWS - 1) + 0.5) * width] += rows
    return held


def by_day_or_hour(counts: Mapping[Any, int]) -> tuple[Counter[Any], str]:
    """Count times by days, or by hours if they are within a few days; in UTC."""
    few = not counts or max(counts) - min(counts) < HOURLY
    part = (
        {"minute": 0, "second": 0, "microsecond": 0}
        if few
        else {"hour": 0, "minute": 0, "second": 0, "microsecond": 0}
    )
    held: Counter[Any] = Counter()
    for value, rows in counts.items():
        held[value.replace(**part)] += rows
    return held, "utcyearmonthdatehours" if few else "utcyearmonthdate"


def plain(value: object) -> object:
    """Return what a chart can hold."""
    if isinstance(value, datetime):
        return iso(value)
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
