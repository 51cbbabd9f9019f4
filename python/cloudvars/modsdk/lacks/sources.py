"""The scripts of a mod as syntax trees, by the names under which they import each other."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cloudvars.modsdk.python2 import Language, parse_source

__all__ = ["Source", "Sources"]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A module of the mod."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def package(self) -> str:
        """The name from which its relative imports count."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]


class Sources:
    """Reads the modules of a mod when they are asked for. ``find`` gives the file of a module, or None."""

    def __init__(self, find: Callable[[str], Path | None], language: Language) -> None:
        self._find = find
        self._language = language
        self._read: dict[str, Source | None] = {}
        self.unread: list[str] = []
        """Files that are neither Python 2 nor Python 3, as ``path:line: why``."""

    def get(self, name: str) -> Source | None:
        """Return a module of the mod; None for one that it does not have, or that cannot be read."""
        if name not in self._read:
            path = self._find(name)
            self._read[name] = None if path is None else self._parsed(name, path)
        return self._read[name]

    def _parsed(self, name: str, path: Path) -> Source | None:
        try:
            return Source(name, path, parse_source(path.read_bytes(), str(path), self._language))
        except SyntaxError as error:
            self.unread.append(f"{path}:{error.lineno or 1}: {error.msg}")
            return None

    def absolute(self, source: Source, name: str, level: int) -> str:
        """Return the full name of what a module imports; a module beside it comes first, as in Python 2."""
        if level > 0:
            parts = source.package.split(".")
            base = ".".join(parts[: len(parts) - level + 1])
            return f"{base}.{name}" if name and base else base or name
        if source.package:
            top = name.partition(".")[0]
            beside = f"{source.package}.{top}"
            if beside != source.name and self._find(beside) is not None:
                return f"{source.package}.{name}"
        return name
