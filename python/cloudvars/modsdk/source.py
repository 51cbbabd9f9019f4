"""The source of a module, for ``inspect`` and tracebacks (E-15)."""

from importlib.util import decode_source
from pathlib import Path

__all__ = ["Source"]


class Source:
    """Finds the source of a module for ``inspect``, because ``__file__`` is not where it is."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get_source(self, fullname: str) -> str:  # noqa: ARG002 - one for each module
        """Return the text of the file."""
        source = self._path.read_bytes()
        try:
            return decode_source(source)
        except (SyntaxError, UnicodeDecodeError):  # Python 2 reads bytes that are not UTF-8
            return source.decode("utf-8", "replace")
