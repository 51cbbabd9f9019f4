"""``cloudvars achievements``.

Check and pack an achievement package: the folder that holds NodeSetting.csv and its pictures.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloudvars import _package
from cloudvars._native import _write_file

from . import output
from .codes import DEFECTS, FINE
from .parser import Parser, add_json
from .shown import one_line

if TYPE_CHECKING:
    import argparse

EXAMPLES = """
cloudvars achievements check package
cloudvars achievements pack package -o upload.zip
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes: two commands of its own."""
    verbs = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    check = verbs.add_parser(
        "check",
        help="list all that is wrong with a package's folder",
        examples="cloudvars achievements check package",
    )
    check.set_defaults(output=None)
    pack = verbs.add_parser(
        "pack",
        help="check a folder, and zip it for the upload",
        examples="cloudvars achievements pack package -o upload.zip",
    )
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
        add_json(verb, "one object: ok, folder, nodes, files, left_out, zip_bytes, zip, defects")


def run(given: argparse.Namespace) -> int:
    """Check the folder; if nothing is wrong, and that was asked for, write the zip."""
    written: Path | None = None
    package = _package.examine(given.folder, given.layout)
    zipped = package.zipped(given.layout)
    if given.output and not package.defects:
        written = given.output
        _write_file(given.output, zipped)
    output.print_lines(
        _report(package, len(zipped), written) if given.json else _lines(package, len(zipped), written)
    )
    return DEFECTS if package.defects else FINE


def _report(package: _package.Package, zip_bytes: int, written: Path | None) -> list[str]:
    report: dict[str, Any] = {
        "ok": not package.defects,
        "folder": str(package.folder),
        "nodes": package.nodes,
        "files": sorted(package.files),
        "left_out": package.left_out,
        "zip_bytes": zip_bytes,
        "zip": str(written) if written else None,
        "defects": [defect._asdict() for defect in package.defects],
    }
    return [json.dumps(report, ensure_ascii=False, indent=2)]


def _lines(package: _package.Package, zip_bytes: int, written: Path | None) -> list[str]:
    lines = []
    for file, line, message in package.defects:
        place = f"{package.folder / file}:{line}" if line else f"{package.folder / file}"
        lines.append(one_line(f"{place}: {message}"))
    if not package.defects:
        lines += [one_line(f"left out: {package.folder / name}") for name in package.left_out]
        pictures = len(package.files) - 1
        what = f"{package.nodes} nodes, {pictures} pictures, {zip_bytes} bytes as a zip"
        lines.append(one_line(f"{written or package.folder}: {what}"))
    return lines
