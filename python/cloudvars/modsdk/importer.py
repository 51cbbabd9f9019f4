"""One host's modules: those of the mod, and those of the game's API. Each host has its own (E-1)."""

import builtins
import importlib
import sys
import threading
from collections.abc import Mapping
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from . import shadow
from .python2 import MOVED, Language, Library, compile_source, python2_builtins

__all__ = ["Importer"]

_STANDARD_IMPORT = builtins.__import__


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
    ) -> None:
        self.roots = roots
        self.files = files
        """The modules of the API that come from a file."""
        self.api = dict(api)
        self.modules: dict[str, ModuleType] = dict(api)
        self.language = language
        self._lock = threading.RLock()
        self._library = Library({"import_module": self.import_module, "__import__": self._import})
        self._python3 = {**vars(builtins), "__import__": self._import}
        self._python2 = python2_builtins(self._import_python2, self.reload)
        self._python2_implicit = python2_builtins(self._import_implicit, self.reload)
        self._library.builtins = (self._python2, self._python2_implicit)

    def owns(self, name: str) -> bool:
        """Whether a module of this name is the host's to give."""
        top = name.partition(".")[0]
        return top in self.api or self._file(top) is not None

    def tops(self) -> set[str]:
        """Return the top-level names that can be imported."""
        found = {name.partition(".")[0] for name in self.modules}
        for root in self.roots:
            found |= {path.parent.name for path in root.glob("*/__init__.py")}
        return found

    def _file(self, name: str) -> Path | None:
        """Find the source of a module: a package's ``__init__.py``, or ``name.py``."""
        if name in self.files:
            return self.files[name]
        parts = name.split(".")
        if not all(part.isidentifier() for part in parts):
            return None
        for root in self.roots:
            folder = root
            for part in parts[:-1]:
                folder = folder / part
                if not (folder / "__init__.py").is_file():
                    break
            else:
                for path in (folder / parts[-1] / "__init__.py", folder / f"{parts[-1]}.py"):
                    # A folder of data beside the scripts is not a package, and a single file at the root is not a mod.
                    if path.is_file() and (len(parts) > 1 or path.name == "__init__.py"):
                        return path
        return None

    # --- import statements ---

    def _import(
        self, name: str, globals_: Any = None, locals_: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        """``__import__`` of a mod's Python 3 module."""
        if level > 0:
            return self._from(self._absolute(name, globals_, level), fromlist, name)
        if not self.owns(name):
            return _STANDARD_IMPORT(name, globals_, locals_, fromlist, 0)
        return self._from(name, fromlist, name)

    def _import_python2(
        self, name: str, globals_: Any = None, locals_: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        """``__import__`` of a Python 2 module: the library has its old names."""
        if level > 0 or self.owns(name):
            return self._import(name, globals_, locals_, fromlist, max(level, 0))
        top, dot, rest = name.partition(".")
        moved = MOVED.get(top, top) + dot + rest
        module = _STANDARD_IMPORT(moved, globals_, locals_, fromlist or ("",), 0)
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
            if not hasattr(module, attribute):
                child = f"{name}.{attribute}"
                if child in self.modules or self._file(child) is not None:
                    self.load(child)
                elif name in self.api:
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
        if self.modules.get(name) is module and name not in self.api:
            path = str(module.__file__)
            compiled = compile_source(Path(path).read_bytes(), path, self.language)
            with self._lock:
                exec(compiled.code, module.__dict__)  # noqa: S102 - the mod's own file
        return module

    def _run(self, name: str) -> ModuleType:
        path = self._file(name)
        if path is None:
            error = ModuleNotFoundError(self._missing(name), name=name)
            if name.partition(".")[0] in self.api:
                full = name if name.startswith("mod.") else f"mod.{name}"
                error.add_note(f"To put one there: modsdk.host(room, mod=..., fakes={{{full!r}: ...}})")
            raise error
        is_package = path.name == "__init__.py"
        compiled = compile_source(path.read_bytes(), str(path), self.language)
        module = ModuleType(name)
        spec = ModuleSpec(name, None, origin=str(path), is_package=is_package)
        module.__spec__, module.__file__ = spec, str(path)
        module.__package__ = name if is_package else name.rpartition(".")[0]
        if is_package:
            spec.submodule_search_locations = [str(path.parent)]
            module.__path__ = [str(path.parent)]
        python2 = self._python2_implicit if compiled.implicit else self._python2
        module.__dict__["__builtins__"] = python2 if compiled.python2 else self._python3
        self.modules[name] = module
        shadow.note(self, name)
        try:
            exec(compiled.code, module.__dict__)  # noqa: S102 - the mod's own file
        except BaseException:
            del self.modules[name]
            shadow.note(self, name)
            raise
        return module

    def _missing(self, name: str) -> str:
        top = name.partition(".")[0]
        if top in self.api:
            return f"No module named {name!r}: not simulated by cloudvars.modsdk"
        for root in self.roots:
            folder = root
            for part in name.split("."):
                folder = folder / part
                if folder.is_dir() and not (folder / "__init__.py").is_file():
                    return f"No module named {name!r}: {folder} has no __init__.py, which a package needs"
        return f"No module named {name!r} in {', '.join(map(str, self.roots)) or 'the mod'}"
