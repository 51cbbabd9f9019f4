"""``file`` and ``open`` of Python 2: what is written and read is a str, in every mode."""

from collections.abc import Iterable, Iterator
from typing import Any, Self

from .octets import as_text, octets

__all__ = ["File"]


class File:
    """An open file of Python 2. Positions and sizes are in bytes."""

    @staticmethod
    def _located(name: Any) -> Any:
        """Return where a file of this name is; a host's files have their own."""
        return name

    def __init__(self, name: Any, mode: str = "r", buffering: int = -1) -> None:
        """Open it. ``mode``: as in Python 2; "U" reads all line ends as a newline."""
        bare = mode.replace("U", "").replace("b", "").replace("t", "") or "r"
        self._universal = "U" in mode
        self._file: Any = open(self._located(name), f"{bare}b", -1 if buffering in {0, 1} else buffering)  # noqa: SIM115, PTH123 - it is a file
        self.name, self.mode, self.encoding, self.errors, self.newlines = name, mode, None, None, None
        self.softspace = 0

    @property
    def closed(self) -> bool:
        """Whether it is closed."""
        return bool(self._file.closed)

    def _text(self, data: bytes) -> str:
        if self._universal:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return as_text(data)

    def read(self, size: int = -1) -> str:
        """Return up to ``size`` bytes, or all that are left, as a str."""
        return self._text(self._file.read(size))

    def readline(self, size: int = -1) -> str:
        """Return a line with its end; "" at the end of the file."""
        return self._text(self._file.readline(size))

    def readlines(self, hint: int = -1) -> list[str]:
        """Return the lines that are left."""
        lines = self._file.readlines(hint)
        if self._universal:
            return self._text(b"".join(lines)).splitlines(keepends=True)
        return [as_text(line) for line in lines]

    def __iter__(self) -> Iterator[str]:
        return iter(self.readlines()) if self._universal else self

    def __next__(self) -> str:
        return self._text(next(self._file))

    next = __next__

    def xreadlines(self) -> Iterator[str]:
        """Return the lines, one after the other."""
        return iter(self)

    def write(self, text: Any) -> None:
        """Write a str."""
        self.softspace = 0
        data = octets(text)
        if isinstance(data, int) or not hasattr(data, "__len__"):
            message = f"expected a character buffer object, got {type(text).__name__}"
            raise TypeError(message)
        self._file.write(data)

    def writelines(self, lines: Iterable[Any]) -> None:
        """Write them, one after the other."""
        for line in lines:
            self.write(line)

    def seek(self, offset: int, whence: int = 0) -> None:
        """Go to a position, in bytes."""
        self._file.seek(offset, whence)

    def truncate(self, size: int | None = None) -> None:
        """End the file here, or after ``size`` bytes."""
        self._file.truncate(size)

    def close(self) -> None:
        """Close it."""
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        if name in {"tell", "flush", "fileno", "isatty"}:
            return getattr(self._file, name)
        message = f"'file' object has no attribute {name!r}"
        raise AttributeError(message)

    def __del__(self) -> None:
        file = vars(self).get("_file")
        if file is not None:
            file.close()  # Python 2 closes it without a warning

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return (
            f"<{'closed' if self.closed else 'open'} file {self.name!r}, mode {self.mode!r} at {id(self):#x}>"
        )


File.__name__ = File.__qualname__ = "file"
