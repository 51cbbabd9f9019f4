"""``buffer`` of Python 2."""

from typing import Any

__all__ = ["Buffer"]


class Buffer:
    """A part of a str that is read like one."""

    def __init__(self, object: Any, offset: int = 0, size: int = -1) -> None:  # noqa: A002 - Python 2's name
        """Show ``size`` characters of ``object`` from ``offset`` on; all of them if ``size`` is -1."""
        text = str(object)
        self._text = text[offset:] if size == -1 else text[offset : offset + size]

    def __str__(self) -> str:
        return self._text

    def __len__(self) -> int:
        return len(self._text)

    def __getitem__(self, index: Any) -> str:
        return self._text[index]

    def __add__(self, other: Any) -> str:
        return self._text + str(other)

    def __mul__(self, times: int) -> str:
        return self._text * times

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Buffer) and self._text == other._text

    def __lt__(self, other: "Buffer") -> bool:
        return self._text < other._text

    def __hash__(self) -> int:
        return hash(self._text)


Buffer.__name__ = Buffer.__qualname__ = "buffer"
