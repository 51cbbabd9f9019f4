"""One host's modules: those of the mod, and those of the game's API. Each host has its own (E-1)."""

import builtins
import importlib
import os
import sys
import threading
from collections.abc import Mapping
from functools import cached_property
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, cast

from . import shadow
from .python2 import MOVED, Language, Library, compile_source, python2_builtins
from .source import Source
from .thread import server_thread

if TYPE_CHECKING:
    from importlib.abc import Loader

__all__ = ["Importer"]


class Absent(Protocol):
    """Makes the modules of the API that are not there from the start."""

    def __contains__(self, name: str) -> bool:
        """Whether the API has a module of this name."""

    def module(self, name: str) -> ModuleType:
        """Return the module, or what stands for one that the API does not have; or raise."""


_STANDARD_IMPORT = builtins.__import__
_is_file = os.path.isfile  # a host asks for dozens of files at its start: pathlib takes longer than the disk


class Importer:
    """Finds, runs and keeps the modules under some top-level names; ``sys.modules`` has no part in it.

    A module's own ``import`` statements come here, so code of two hosts never mixes, whoever calls it.
    """

    def __init__(
        self,
        roots: list[Path],
        api: Mapping[str, ModuleType],
        language: Language,
        files: Mapping[str, Path],
        absent: Absent,
    ) -> None:
        self.roots = roots
        self.files = files
        """The modules of the API that come from a file."""
        self.api = dict(api)
        self.modules: dict[str, ModuleType] = dict(api)
        self.language = language
        self._absent = absent
        self._lock = threading.RLock()
        self._library = Library({"import_module": self.import_module, "__import__": self._import})
        self._python3 = {**vars(builtins), "__import__": self._import, "open": self._open}
        self._python2 = python2_builtins(self._import_python2, self.reload, self.located)
        self._python2_implicit = python2_builtins(self._import_implicit, self.reload, self.located)
        self._library.builtins = (self._python2, self._python2_implicit)

    def owns(self, name: str) -> bool:
        """Whether a module of this name is the host's to give."""
        top = name.partition(".")[0]
        return top in self.api or self._file(top) is not None

    def source(self, name: str) -> Path | None:
        """Return the file of a module of the mod; None if the mod has no such module."""
        return None if name in self.api or name in self.files else self._file(name)

    @cached_property
    def _packages(self) -> set[str]:
        """The top-level packages of the mod. Nobody adds one while it runs."""
        return {path.parent.name for root in self.roots for path in root.glob("*/__init__.py")}

    def tops(self) -> set[str]:
        """Return the top-level names that can be imported."""
        found = {name.partition(".")[0] for name in self.modules}
        return found | self._packages

    def _file(self, name: str) -> Path | None:
        """Find the source of a module: a package's ``__init__.py``, or ``name.py``."""
        if name in self.files:
            return self.files[name]
        parts = name.split(".")
        if not all(part.isidentifier() for part in parts):
            return None
        for root in self.roots:
            folder = str(root)
            for part in parts[:-1]:
                folder = f"{folder}/{part}"
                if not _is_file(f"{folder}/__init__.py"):
                    break
            else:
                # A folder of data beside the scripts is not a package, and a single file at the root is not a mod.
                ends = ("/__init__.py", ".py") if len(parts) > 1 else ("/__init__.py",)
                for found in (f"{folder}/{parts[-1]}{end}" for end in ends):
                    if _is_file(found):
                        return Path(found)
        return None

    # --- import statements ---

    def _import(
        self, name: str, globals_: Any = None, _locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        """``__import__`` of a mod's Python 3 module."""
        if level > 0:
            return self._from(self._absolute(name, globals_, level), fromlist, name)
        if not self.owns(name):
            return self._standard(name, fromlist, globals_)
        return self._from(name, fromlist, name)

    def _import_python2(
        self, name: str, globals_: Any = None, locals_: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        """``__import__`` of a Python 2 module: the library has its old names."""
        if level > 0 or self.owns(name):
            return self._import(name, globals_, locals_, fromlist, max(level, 0))
        top, dot, rest = name.partition(".")
        moved = MOVED.get(top, top) + dot + rest
        module = self._standard(moved, fromlist or ("",), globals_)
        if fromlist or not dot:
            return self._library.view(module, name)
        return self._library.view(sys.modules[MOVED.get(top, top).partition(".")[0]], top)

    def _import_implicit(
        self, name: str, globals_: Any = None, locals_: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        """As above, but a module beside the importing one comes first."""
        package = globals_.get("__package__") if level <= 0 and globals_ else None
        if package:
            top = name.partition(".")[0]
            if self._file(f"{package}.{top}") is not None:
                return self._from(f"{package}.{name}", fromlist, name, package)
        return self._import_python2(name, globals_, locals_, fromlist, level)

    def _standard(self, name: str, fromlist: Any, globals_: Any) -> Any:
        """Import what is not the host's. A folder of this name that is no package may be what was meant."""
        try:
            return _STANDARD_IMPORT(name, globals_, None, fromlist, 0)
        except ModuleNotFoundError as error:
            package = (globals_ or {}).get("__package__") or ""
            top = name.partition(".")[0]
            inside = package and self._unpackaged(f"{package}.{top}")
            folder = (inside or self._unpackaged(top)) if error.name == top else None
            if folder:
                raise _not_a_package(name, folder) from None
            raise

    def _absolute(self, name: str, globals_: Any, level: int) -> str:
        package = (globals_ or {}).get("__package__") or ""
        parts = package.split(".") if package else []
        if level > len(parts):
            message = f"relative import of {'.' * level}{name} beyond the top-level package of {package!r}"
            raise ImportError(message)
        base = ".".join(parts[: len(parts) - level + 1])
        return f"{base}.{name}" if name else base

    def _from(self, name: str, fromlist: Any, written: str, package: str = "") -> ModuleType:
        """Return what ``import name`` or ``from name import …`` binds."""
        module = self.load(name)
        if not fromlist:
            top = written.partition(".")[0]
            return self.load(f"{package}.{top}" if package else top)
        wanted = list(fromlist)
        if "*" in wanted:
            wanted = list(getattr(module, "__all__", ()))
        for attribute in wanted:
            child = f"{name}.{attribute}"
            if attribute not in vars(module) and (child in self._absent or child in self.files):
                self.load(child)  # a recorder would stand for it
            elif not hasattr(module, attribute):
                if child in self.modules or self._file(child) is not None:
                    self.load(child)
                elif folder := self._unpackaged(child):
                    raise _not_a_package(child, folder)
                elif self._is_api(name):
                    getattr(module, attribute)  # raises that it is not simulated
        return module

    # --- loading ---

    def import_module(self, name: str, package: str | None = None) -> ModuleType:
        """``importlib.import_module`` for the mod, and ``serverApi.ImportModule``."""
        if name.startswith("."):
            bare = name.lstrip(".")
            name = self._absolute(bare, {"__package__": package}, len(name) - len(bare))
        return self.load(name) if self.owns(name) else importlib.import_module(name)

    def load(self, name: str) -> ModuleType:
        """Return the module of this name, run first if need be. Raises ``ModuleNotFoundError``."""
        with self._lock:
            module = self.modules.get(name)
            if module is not None:
                return module
            parent, _, child = name.rpartition(".")
            if parent:
                self.load(parent)
                if name in self.modules:
                    return self.modules[name]
            module = self._run(name)
            if parent:
                setattr(self.modules[parent], child, module)
            return module

    def reload(self, module: ModuleType) -> ModuleType:
        """``reload`` of Python 2: run a module of the mod again. Any other stays as it is (``reload(sys)``)."""
        name = module.__name__
        if self.modules.get(name) is module and name not in self.api and module.__spec__:
            path = str(module.__spec__.origin)
            compiled = compile_source(Path(path).read_bytes(), path, self.language)
            with self._lock:
                exec(compiled.code, module.__dict__)  # noqa: S102 - the mod's own file
        return module

    def _run(self, name: str) -> ModuleType:
        path = self._file(name)
        if path is None:
            if not self._is_api(name):
                raise ModuleNotFoundError(self._missing(name), name=name)
            self.modules[name] = self._absent.module(name)
            shadow.note(self, name)
            return self.modules[name]
        is_package = path.name == "__init__.py"
        compiled = compile_source(path.read_bytes(), str(path), self.language)
        module = ModuleType(name)
        module.__loader__ = loader = cast("Loader", Source(path))
        spec = ModuleSpec(name, loader, origin=str(path), is_package=is_package)
        module.__spec__, module.__file__ = spec, self._shown(path)
        module.__package__ = name if is_package else name.rpartition(".")[0]
        if is_package:
            spec.submodule_search_locations = [str(path.parent)]
            module.__path__ = [str(path.parent)]
        python2 = self._python2_implicit if compiled.implicit else self._python2
        module.__dict__["__builtins__"] = python2 if compiled.python2 else self._python3
        self.modules[name] = module
        shadow.note(self, name)
        try:
            with server_thread():
                exec(compiled.code, module.__dict__)  # noqa: S102 - the mod's own file
        except BaseException:
            del self.modules[name]
            shadow.note(self, name)
            raise
        return module

    def _is_api(self, name: str) -> bool:
        return name.partition(".")[0] in self.api

    def api_module(self, name: str) -> ModuleType | None:
        """Return a module of the API that does not come from a file; None: there is none of this name."""
        if name in self.files:
            return None
        return self._absent.module(name) if name in self._absent else self.api.get(name)

    def _missing(self, name: str) -> str:
        folder = self._unpackaged(name)
        if folder:
            return str(_not_a_package(name, folder))
        return f"No module named {name!r} in {', '.join(map(str, self.roots)) or 'the mod'}"

    def _unpackaged(self, name: str) -> Path | None:
        """Return the first folder on the way to a module that is there and is not a package."""
        for root in self.roots:
            folder = root
            for part in name.split("."):
                folder = folder / part
                if folder.is_dir() and not (folder / "__init__.py").is_file():
                    return folder
        return None

    def located(self, name: Any) -> Any:
        """Return where a file is that the mod names: as ``__file__`` does, a name may begin with the scripts folder."""
        top, inside, _ = name.replace("\\", "/").partition("/") if isinstance(name, str) else ("", "", "")
        root = next((root for root in self.roots if inside and top and (root / top).is_dir()), None)
        return name if root is None else str(root / name)

    def _open(self, file: Any, *arguments: Any, **keywords: Any) -> Any:
        """``open`` of a mod's Python 3 module."""
        return open(self.located(file), *arguments, **keywords)  # noqa: PTH123 - it is the mod's

    def _shown(self, path: Path) -> str:
        """Return the ``__file__`` of a module: from its pack on, as in the game. Tracebacks have the whole path."""
        root = next((root for root in self.roots if path.is_relative_to(root)), None)
        return str(path) if root is None else path.relative_to(root).as_posix()


def _not_a_package(name: str, folder: Path) -> ModuleNotFoundError:
    message = f"No module named {name!r}: {folder} has no __init__.py, which a package needs"
    return ModuleNotFoundError(message, name=name)
