"""What people look for who know pandas, polars or a query builder, and how it is done here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from cloudvars import Table

__all__ = ["no_attribute", "no_item", "no_pickle"]

_SQL = 'store.sql("SELECT key, sum(value) FROM money GROUP BY key") groups and sums'
_WHERE = 'where(key="gold") chooses rows; store.sql knows more than equality'
_SORT = 'sort("-value", "user_id") puts the largest value first'
_LIMIT = "limit(5) gives the first rows, limit(5, offset) those after others"
_ROWS = "rows() gives all rows as dicts, and `for row in table` one after the other"
_COLUMNS = 'columns has the names and types; fields({"stats.level": int}) makes more of them out of the JSON'
_CELLS = '[row["value"] for row in table] gives the values of a column, and so does to_pandas()["value"]'
_FRAME = "to_pandas(), to_polars() and to_arrow() give a frame, which can do that"

_HINTS: Final = {
    _SQL: "group_by groupby agg sum mean min max median nunique value_counts unique distinct join merge having",
    _WHERE: "filter query loc isin",
    _SORT: "sort_values sort_by order_by nlargest nsmallest top_k",
    _LIMIT: "head tail slice iloc offset first last take fetch sample top",
    _ROWS: "to_dict to_dicts to_list tolist collect all fetchall iterrows itertuples iter_rows records items to_json",
    "len(table) is the number of rows; " + _COLUMNS: "shape height size width",
    _COLUMNS: "dtypes schema with_columns keys assign",
    'store.sql("SELECT user_id, value FROM money") reads some columns': "select drop rename",
    "describe() shows what each column holds": "info summary glimpse",
    "chart(x=…, y=…) draws": "plot hist bar line",
    "to_csv(path) and to_parquet(path) write a file": "write_csv write_parquet to_file save",
}
_HINT: Final = {name: hint for hint, names in _HINTS.items() for name in names.split()}


def no_attribute(table: Table, name: str) -> NoReturn:
    """Raise what an attribute that is not there raises, with what to use instead."""
    said = f"'cloudvars.Table' object has no attribute '{name}'"
    if not name.startswith("_"):
        hint = _HINT.get(name)
        if hint is None and name in table.columns:
            hint = _CELLS
        elif hint is None and name.startswith("to_"):
            hint = _FRAME
        said += f": {hint}" if hint else ""
    raise AttributeError(said, name=name, obj=table)


def no_item(_table: Table, key: object) -> NoReturn:
    """Raise what an object without items raises, with what to use instead."""
    hint = _CELLS if isinstance(key, str | list) else f"{_LIMIT}; {_ROWS}"
    raise TypeError(f"'cloudvars.Table' object is not subscriptable: {hint}")


def no_pickle(_table: Table) -> NoReturn:
    """Raise what an object raises that cannot be pickled or copied, with what to use instead."""
    raise TypeError(
        "cannot pickle 'cloudvars.Table' object: it reads an open store; "
        "to_arrow(), to_pandas(), to_polars() and rows() give what can be pickled"
    )
