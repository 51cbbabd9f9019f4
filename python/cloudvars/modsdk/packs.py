"""Which folders a mod consists of."""

from collections.abc import Iterable
from os import PathLike, fspath
from pathlib import Path
from typing import NamedTuple, TypeAlias

from cloudvars.errors import CloudValueError

__all__ = ["Mods", "Pack", "packs"]

Mods: TypeAlias = str | PathLike[str] | Iterable[str | PathLike[str]] | None
_MAIN = "modMain.py"


class Pack(NamedTuple):
    """A behavior pack: where its scripts are imported from, and the modules that start it."""

    folder: Path
    mains: list[str]


def packs(mod: Mods) -> list[Pack]:
    """Find the packs that ``mod`` names. Raises ``CloudValueError``."""
    if mod is None:
        return []
    given: Iterable[object] = (
        [mod] if isinstance(mod, str | PathLike) else mod if isinstance(mod, Iterable) else [mod]
    )
    return [_pack(_path(one)) for one in given]


def _path(mod: object) -> Path:
    if not isinstance(mod, str | PathLike) or not fspath(mod):
        message = f"mod: {mod!r}; the path of a behavior pack, or a list of such paths, is accepted"
        raise CloudValueError(message)
    return Path(fspath(mod)).resolve()


def _pack(path: Path) -> Pack:
    if (path / _MAIN).is_file():  # the scripts folder itself
        return Pack(path.parent, [_main(path)])
    scripts = sorted(main.parent for main in path.glob(f"*/{_MAIN}"))
    if not scripts:
        message = f"mod: {str(path)!r}; a behavior pack, a folder with <scripts>/{_MAIN}, is accepted"
        raise CloudValueError(message)
    return Pack(path, [_main(folder) for folder in scripts])


def _main(folder: Path) -> str:
    if not (folder / "__init__.py").is_file():
        message = f"mod: {folder} has no __init__.py, which a package needs"
        raise CloudValueError(message)
    return f"{folder.name}.modMain"
