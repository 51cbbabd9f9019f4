"""Rows as the output of a command: columns, JSON, CSV or a Parquet file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import output
from .shown import json_rows, print_rows

if TYPE_CHECKING:
    import argparse

__all__ = ["add_formats", "print_table"]


def add_formats(parser: argparse.ArgumentParser) -> None:
    """Add the ways in which rows can be printed."""
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--json", action="store_true", help="print a JSON array, a line for each row")
    ways.add_argument("--csv", action="store_true", help="print CSV")
    ways.add_argument("--parquet", metavar="FILE", type=Path, help="write a Parquet file, and print nothing")


def print_table(table: Any, given: argparse.Namespace) -> int:
    """Print the rows of a table or of a query; returns how many were printed for people."""
    if given.parquet:
        with output.progress(table.name) as told:
            table.to_parquet(given.parquet, progress=told)
    elif given.csv:
        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder, "rows.csv")
            table.to_csv(written)
            with written.open(encoding="utf-8", newline="") as text:
                output.print_text(text)
    elif given.json:
        output.print_lines(json_rows(table))
    else:
        return print_rows(list(table.columns), table)
    return 0
