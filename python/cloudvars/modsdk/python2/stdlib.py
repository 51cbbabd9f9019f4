"""Modules of Python 2's library under their old names, with what has been removed from them since."""

import importlib
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

__all__ = ["MOVED", "Library", "View"]

MOVED = {
    "BaseHTTPServer": "http.server",
    "ConfigParser": "configparser",
    "Cookie": "http.cookies",
    "HTMLParser": "html.parser",
    "Queue": "queue",
    "SimpleHTTPServer": "http.server",
    "SocketServer": "socketserver",
    "StringIO": "io",
    "UserDict": "collections",
    "UserList": "collections",
    "UserString": "collections",
    "__builtin__": "builtins",
    "anydbm": "dbm",
    "cPickle": "pickle",
    "cStringIO": "io",
    "commands": "subprocess",
    "cookielib": "http.cookiejar",
    "copy_reg": "copyreg",
    "dummy_thread": "_thread",
    "dummy_threading": "threading",
    "exceptions": "builtins",
    "htmlentitydefs": "html.entities",
    "httplib": "http.client",
    "md5": "hashlib",
    "new": "types",
    "repr": "reprlib",
    "sets": "builtins",
    "sha": "hashlib",
    "thread": "_thread",
    "urllib2": "urllib.request",
    "urlparse": "urllib.parse",
    "xmlrpclib": "xmlrpc.client",
}
"""Old name -> where it is now."""
_CHANGED = {
    "base64": "binary", "binascii": "binary", "bisect": "queues", "cPickle": "binary", "collections": "additions",
    "exceptions": "additions", "functools": "additions", "hashlib": "binary", "heapq": "queues", "hmac": "binary",
    "inspect": "introspection", "itertools": "additions", "json": "additions", "math": "additions", "md5": "binary",
    "new": "introspection", "operator": "additions", "os": "additions", "pickle": "binary", "platform": "system",
    "random": "additions", "re": "patterns", "sets": "additions", "sha": "binary", "string": "strings",
    "struct": "binary", "sys": "system", "threading": "additions", "time": "additions", "types": "introspection",
    "urllib": "network", "urllib2": "network", "Queue": "additions", "UserDict": "additions",
    "zlib": "binary",
}  # fmt: skip
"""Name in Python 2 -> the file here that has the names to add, in a function ``<name>_names``."""


class View(ModuleType):
    """A module with a few more names; the module itself stays as it is."""

    def __init__(self, module: ModuleType, added: Mapping[str, Any], name: str) -> None:
        super().__init__(name, module.__doc__)
        self.__dict__.update(added)
        self.__dict__["_module"] = module
        public = getattr(module, "__all__", None) or [name for name in vars(module) if name[0] != "_"]
        self.__dict__["__all__"] = [*public, *added]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_module"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a name of the module itself, unless it is one of those that were added."""
        if name in self.__dict__:
            self.__dict__[name] = value
        else:
            setattr(self.__dict__["_module"], name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self.__dict__["_module"], name)


class _Builtins(View):
    """``__builtin__``: what is set there is a built-in name of the host's mod."""

    def __init__(self, module: ModuleType, names: tuple[dict[str, Any], ...]) -> None:
        super().__init__(module, {}, "__builtin__")
        self.__dict__["_names"] = names
        self.__dict__["__all__"] = [name for name in names[0] if name[0] != "_"]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_names"][0][name]
        except KeyError:
            message = f"'module' object has no attribute {name!r}"
            raise AttributeError(message) from None

    def __setattr__(self, name: str, value: Any) -> None:
        for names in self.__dict__["_names"]:
            names[name] = value

    def __delattr__(self, name: str) -> None:
        for names in self.__dict__["_names"]:
            names.pop(name, None)


class Library:
    """One host's view of the library."""

    def __init__(self, imports: Mapping[str, Callable[..., Any]]) -> None:
        """Take what replaces names of ``importlib``."""
        self.builtins: tuple[dict[str, Any], ...] = ()
        """The dicts that are the built-in names of the mod's modules."""
        self._imports = imports
        self._views: dict[str, ModuleType] = {}

    def view(self, module: ModuleType, name: str) -> ModuleType:
        """Return ``module`` as a Python 2 mod expects it under this name; the same one each time."""
        if name not in self._views:
            self._views[name] = self._made(module, name)
        return self._views[name]

    def _made(self, module: ModuleType, name: str) -> ModuleType:
        if name == "__builtin__":
            return _Builtins(module, self.builtins)
        if module is importlib:
            return View(module, self._imports, name)
        if name not in _CHANGED:
            return module
        additions = importlib.import_module(f".{_CHANGED[name]}", __package__)
        return View(module, getattr(additions, f"{name.lower()}_names")(), name)
