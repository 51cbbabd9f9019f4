"""All rows of a table or a statement as a file: CSV, JSON or Parquet."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from cloudvars.errors import CloudValueError

from .answers import noun_of
from .game import seen_by
from .jsonable import row
from .params import number
from .statement import result
from .table import narrowed

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from cloudvars import Store

__all__ = ["export"]

NUMBER_MAX = 2**53
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}


def export(store: Store, path: str, params: QueryParams) -> FileResponse:
    """Return the file that ``format`` names: all rows, where no limit is given, of a table or a statement."""
    noun, name = noun_of(path, params)
    kind = params["format"]
    if kind not in _TYPES:
        raise CloudValueError(f"format: {kind!r}; csv, json or parquet is accepted")
    seen = seen_by(store, params)
    name, rows = (
        (name, narrowed(seen, name, params)) if noun == "tables" else ("result", result(seen, params))
    )
    if params.get("limit") or params.get("offset"):
        limit = number(params, "limit", NUMBER_MAX, NUMBER_MAX)
        rows = rows.limit(limit, number(params, "offset", 0, NUMBER_MAX))
    with tempfile.NamedTemporaryFile(prefix="cloudvars-", suffix=f".{kind}", delete=False) as made:
        written = Path(made.name)
    try:
        _write(rows, kind, written)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
    name = re.sub(r"[^A-Za-z0-9_-]", "_", name)
    return FileResponse(
        written,
        media_type=_TYPES[kind],
        filename=f"{name}.{kind}",
        background=BackgroundTask(written.unlink, missing_ok=True),
    )


def _write(rows: Any, kind: str, path: Path) -> None:
    if kind == "csv":
        rows.to_csv(path)
    elif kind == "parquet":
        rows.to_parquet(path)
    else:
        with path.open("w", encoding="utf-8") as file:
            separator = "[\n"
            for one in rows:
                file.write(separator + json.dumps(row(one), ensure_ascii=False, allow_nan=False))
                separator = ",\n"
            file.write("[]\n" if separator == "[\n" else "\n]\n")
