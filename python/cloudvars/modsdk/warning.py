"""What is odd about a mod or its test, and stops neither (E-14)."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["ModWarning", "warn"]

_HERE = str(Path(__file__).parent)


class ModWarning(UserWarning):
    """A slip in a mod or in its test: a misspelt event, a pack that starts nothing on the server.

    It names the line that made it. ``-W ignore::cloudvars.modsdk.ModWarning`` silences it.
    """


def warn(message: str) -> None:
    """Warn at the line of the mod or the test that runs: the first one outside this package."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - only the frames say whose line it is
    while frame is not None and frame.f_code.co_filename.startswith((_HERE, "<frozen ")):
        frame = frame.f_back
    if frame is None:
        warnings.warn(message, ModWarning, stacklevel=2)
        return
    name = frame.f_globals.get("__name__", "<mod>")
    registry = frame.f_globals.setdefault("__warningregistry__", {})
    warnings.warn_explicit(
        message, ModWarning, frame.f_code.co_filename, frame.f_lineno, module=name, registry=registry
    )
