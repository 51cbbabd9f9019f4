"""An achievement package: its folder, what is wrong with it, and the zip that is uploaded."""

from __future__ import annotations

import io
import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, NamedTuple

from . import _picture
from ._native import _examine_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = "NodeSetting.csv"
PICTURES = "textures"
"""The folder of the pictures."""
LAYOUTS = ("nested", "folder", "flat")
"""How many folders the zip holds the table in: two (the default), one, none."""
ICON = (120, 120)
"""Pixels; the platform refuses other icons."""
ZIP_BYTES_MAX = 3 * 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""
_ANYBODY_READS = 0o100644 << 16


class Defect(NamedTuple):
    """One thing that is wrong."""

    file: str
    """The path within the folder."""
    line: int | None
    """From 1; None if the defect has no line."""
    message: str


@dataclass
class Package:
    """A folder as it was examined."""

    folder: Path
    nodes: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    """The table and the pictures that it names: path within the zip's root, content."""
    left_out: list[str] = field(default_factory=list)
    """Files of the folder that the table does not name."""
    defects: list[Defect] = field(default_factory=list)

    def zipped(self, layout: str) -> bytes:
        """Return the zip: the same bytes for the same files, whenever and wherever it is made."""
        folder = f"{self.folder.resolve().name or 'achievement'}/"
        # Nested: the folder is inside another folder of the same name.
        root = folder * {"nested": 2, "folder": 1, "flat": 0}[layout]
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            # The table first, then the pictures by name.
            for name in sorted(self.files, key=lambda name: (name != TABLE, name)):
                info = zipfile.ZipInfo(root + name, _EPOCH)
                info.create_system = 3  # Unix, on any machine: the same bytes
                info.external_attr = _ANYBODY_READS
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, self.files[name], compresslevel=9)
        return out.getvalue()


def examine(folder: Path, layout: str = LAYOUTS[0]) -> Package:
    """Read a folder and list all that is wrong with it. Raises ``OSError`` when the folder cannot be read."""
    package = Package(folder)
    names = [entry.name for entry in folder.iterdir()]
    if TABLE not in names:
        package.defects.append(Defect(TABLE, None, _missing(TABLE, names)))
        return package
    table = (folder / TABLE).read_bytes()
    package.files[TABLE] = table
    rows, defects = _examine_nodes(table)
    package.nodes = len(rows)
    package.defects += [Defect(TABLE, line, message) for line, message in defects]
    for line, *pictures in rows:
        for column, cell in zip(("PrePic", "FinPic"), pictures, strict=True):
            if cell.strip():  # a blank one was reported
                wrong = _add(package, cell.strip())
                package.defects += [Defect(TABLE, line, f"{column}: {message}") for message in wrong]
    package.defects.sort(key=lambda defect: defect.line or 0)
    package.left_out = sorted(set(_files(folder)) - package.files.keys())
    zip_bytes = len(package.zipped(layout))
    if zip_bytes > ZIP_BYTES_MAX:
        message = f"the zip has {zip_bytes} bytes; at most {ZIP_BYTES_MAX} (3 MiB) are accepted"
        package.defects.append(Defect(".", None, message))
    return package


def _add(package: Package, cell: str) -> Iterator[str]:
    """Take a picture into the package; yields what is wrong with it."""
    try:
        content = _content(package, cell)
    except ValueError as wrong:
        yield str(wrong)
        return
    if PurePosixPath(cell).parts[0] != PICTURES:
        yield f"'{cell}' does not lie in the folder '{PICTURES}'"
    try:
        size = _picture.size(content)
    except ValueError as wrong:
        yield f"'{cell}' {wrong}; a PNG or JPEG of 120x120 pixels is accepted"
        return
    if size != ICON:
        yield f"'{cell}' has {size[0]}x{size[1]} pixels; 120x120 is accepted"


def _content(package: Package, cell: str) -> bytes:
    """Read a picture into the package. Raises ``ValueError`` that says why it cannot be."""
    path = PurePosixPath(cell)
    if "\\" in cell:
        raise ValueError(f"'{cell}' has a backslash; '/' is accepted")
    if path.is_absolute() or PureWindowsPath(cell).drive:
        raise ValueError(f"'{cell}' is not a path within the folder")
    if ".." in path.parts:
        raise ValueError(f"'{cell}' leaves the folder")
    name = str(path)
    if name not in package.files:
        package.files[name] = _found(package.folder, path).read_bytes()
    return package.files[name]


def _found(folder: Path, path: PurePosixPath) -> Path:
    here = folder
    for part in path.parts:
        names = [entry.name for entry in here.iterdir()] if here.is_dir() else []
        # Not `exists()`: some file systems do not distinguish 'A' from 'a', and the platform's may.
        if part not in names:
            raise ValueError(f"'{path}': {_missing(part, names)}")
        here /= part
    if not here.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"'{path}' leads out of the folder through a link")
    if not here.is_file():
        raise ValueError(f"'{path}' is not a file")
    return here


def _missing(name: str, names: list[str]) -> str:
    alike = [other for other in names if other.casefold() == name.casefold()]
    hint = f" (it is called '{alike[0]}')" if alike else ""
    return f"'{name}' does not exist{hint}"


def _files(folder: Path) -> Iterator[str]:
    for root, _, names in os.walk(folder):
        for name in names:
            yield (Path(root) / name).relative_to(folder).as_posix()
