"""``sys`` and ``platform``, which say that this is Python 2.7."""

import collections
import platform
import sys
from typing import Any, Final

__all__ = ["platform_names", "sys_names"]

_VERSION: Final = "2.7.18"
_Info = collections.namedtuple("_Info", "major minor micro releaselevel serial")  # noqa: PYI024 - as Python 2 made it


class _VersionInfo(_Info):
    __slots__ = ()

    def __repr__(self) -> str:
        return super().__repr__().replace("_VersionInfo", "sys.version_info", 1)


def sys_names() -> dict[str, Any]:
    """``sys``."""
    encoding = ["ascii"]

    def setdefaultencoding(name: str) -> None:
        encoding[0] = name

    return {
        "exc_clear": lambda: None,
        "getdefaultencoding": lambda: encoding[0],
        "hexversion": 0x020712F0,
        "maxint": sys.maxsize,
        "platform": "linux2" if sys.platform == "linux" else sys.platform,
        "py3kwarning": False,
        "setdefaultencoding": setdefaultencoding,
        "subversion": ("CPython", "", ""),
        "version": f"{_VERSION} (default, Apr 20 2020, 00:00:00) \n[cloudvars.modsdk]",
        "version_info": _VersionInfo(2, 7, 18, "final", 0),
    }


def platform_names() -> dict[str, Any]:
    """``platform``."""
    names = {"python_version": lambda: _VERSION, "python_version_tuple": lambda: tuple(_VERSION.split("."))}
    return {**names, "python_build": lambda: ("default", "Apr 20 2020 00:00:00"), "uname": platform.uname}
