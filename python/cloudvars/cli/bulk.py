"""What ``import`` and ``grant`` print of a ``BulkReport``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import output
from .codes import DEFECTS, FINE
from .shown import json_lines, one_line

if TYPE_CHECKING:
    import argparse

__all__ = ["print_report"]


def print_report(report: Any, given: argparse.Namespace) -> int:
    """Print how many rows are done, and each that failed; returns the exit code."""
    failed = [
        {"row": index, "error_code": int(reply.error_code), "err_msg": reply.err_msg}
        for index, reply in report.failed
    ]
    if given.json:
        output.print_lines(json_lines({"done": report.done, "failed": failed}))
    else:
        lines = [one_line(f"row {row['row']}: {row['error_code']}, {row['err_msg']}") for row in failed]
        output.print_lines([*lines, f"{report.done} done, {len(failed)} failed"])
    return DEFECTS if failed else FINE
