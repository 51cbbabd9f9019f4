"""The command line ``cloudvars``: check and pack an achievement package; copy a store."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _native, _output, _package
from ._copy import Steps
from ._native import _write_file
from .errors import CloudError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from _typeshed import SupportsWrite

__all__ = ["main", "parser"]

FINE, DEFECTS, FAILED, STOPPED, UNREAD = 0, 1, 2, 130, 141
"""The exit codes: nothing is wrong; the folder has defects; the command itself failed; Ctrl-C; nobody reads
the output any more (the shell's code for SIGPIPE)."""


class _Parser(argparse.ArgumentParser):
    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Print help to stdout; ``argparse`` itself ignores that it cannot be written."""
        if file is not None and file is sys.stdout:
            _output.print_lines(message.splitlines())
        else:
            super()._print_message(message, file)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = _Parser(prog="cloudvars", description="Tools for cloud variables and achievements.")
    top.add_argument("--version", action="version", version=f"cloudvars {_native.__version__}")
    nouns = top.add_subparsers(required=True, metavar="COMMAND")
    achievements = nouns.add_parser("achievements", help="achievement packages")
    verbs = achievements.add_subparsers(required=True, metavar="COMMAND")
    check = verbs.add_parser("check", help="list all that is wrong with a package's folder")
    check.set_defaults(run=_achievements, output=None)
    pack = verbs.add_parser("pack", help="check a folder, and zip it for the upload")
    pack.set_defaults(run=_achievements)
    pack.add_argument("-o", "--output", required=True, type=Path, metavar="ZIP", help="the zip to be written")
    for verb in (check, pack):
        verb.add_argument("folder", type=Path, metavar="DIR", help="the folder that holds NodeSetting.csv")
        verb.add_argument(
            "--layout",
            choices=_package.LAYOUTS,
            default=_package.LAYOUTS[0],
            help="nested: the zip holds a new folder with DIR in it; folder: it holds DIR; "
            "flat: NodeSetting.csv lies at its top",
        )
        verb.add_argument("--json", action="store_true", help="print one JSON object")
    copy = nouns.add_parser(
        "copy",
        help="copy a store to another place",
        description="Copy a store to an empty one. STORE is a path, a mysql:// URL, or env:NAME: what the environment "
        "variable NAME holds, so that the list of processes does not show the URL's password.",
    )
    copy.set_defaults(run=_copy)
    copy.add_argument("source", metavar="STORE", help="where the rows are")
    copy.add_argument(
        "target", metavar="STORE", help="an empty store, or what a copy that was stopped left there"
    )
    copy.add_argument(
        "--durability",
        choices=["full", "normal", "off"],
        default="full",
        help="what the target survives: as in open()",
    )
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: see ``docs/cli.md``."""
    try:
        try:
            return _run(arguments)
        finally:
            _output.flush()
    except _output.UnwritableError as error:
        _output.waste(sys.stdout)
        return UNREAD if error.unread else _failed(f"stdout cannot be written: {error}")
    except KeyboardInterrupt:
        _output.complain("stopped")
        return STOPPED


def _run(arguments: Sequence[str] | None) -> int:
    given = parser().parse_args(arguments)
    if _output.is_closed():
        return _failed("stdout cannot be written: it is closed")
    try:
        code: int = given.run(given)
    except OSError as error:
        where = "" if error.filename is None else f": {error.filename}"
        return _failed(f"{error.strerror or error}{where}")
    except CloudError as error:
        return _failed(error.message)
    return code


def _failed(why: str) -> int:
    _output.complain(_one_line(why))
    return FAILED


def _achievements(given: argparse.Namespace) -> int:
    output: Path | None = None
    package = _package.examine(given.folder, given.layout)
    zipped = package.zipped(given.layout)
    if given.output and not package.defects:
        output = given.output
        _write_file(given.output, zipped)
    _output.print_lines(
        _report(package, len(zipped), output) if given.json else _lines(package, len(zipped), output)
    )
    return DEFECTS if package.defects else FINE


def _copy(given: argparse.Namespace) -> int:
    targets = []
    for store in (given.source, given.target):
        target = os.environ.get(store[4:]) if store.startswith("env:") else store
        if target is None:
            return _failed(f"the environment variable {store[4:]} is not set")
        targets.append(target)
    try:
        with Steps(targets[0], targets[1], given.durability) as steps:
            for phase, done, total in steps:
                _output.show_progress(f"{phase} {done}/{total} rows" if total else f"{phase} {done} rows")
    except KeyboardInterrupt:
        _output.show_progress("")
        _output.complain("stopped; the same command goes on from there")
        return STOPPED
    finally:
        _output.show_progress("")
    _output.print_lines([f"{steps.copied.rows} rows, SHA-256 {steps.copied.checksum}"])
    return FINE


def _report(package: _package.Package, zip_bytes: int, output: Path | None) -> list[str]:
    report: dict[str, Any] = {
        "ok": not package.defects,
        "folder": str(package.folder),
        "nodes": package.nodes,
        "files": sorted(package.files),
        "left_out": package.left_out,
        "zip_bytes": zip_bytes,
        "zip": str(output) if output else None,
        "defects": [defect._asdict() for defect in package.defects],
    }
    return [json.dumps(report, ensure_ascii=False, indent=2)]


def _lines(package: _package.Package, zip_bytes: int, output: Path | None) -> list[str]:
    lines = []
    for file, line, message in package.defects:
        place = f"{package.folder / file}:{line}" if line else f"{package.folder / file}"
        lines.append(_one_line(f"{place}: {message}"))
    if not package.defects:
        lines += [_one_line(f"left out: {package.folder / name}") for name in package.left_out]
        pictures = len(package.files) - 1
        what = f"{package.nodes} nodes, {pictures} pictures, {zip_bytes} bytes as a zip"
        lines.append(_one_line(f"{output or package.folder}: {what}"))
    return lines


def _one_line(text: str) -> str:
    """Escape what a cell or a file's name may hold: line breaks, and control sequences of the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
