"""``print``, the statement and the function of Python 2."""

import sys
from typing import Any

from .octets import octets
from .text import str_of

__all__ = ["Printer", "print_function"]


class Printer:
    """``print``: a call writes a value, with a blank before it if one is due; one without a value ends the line."""

    __slots__ = ("_file",)

    def __init__(self, file: Any = None) -> None:
        """Write to ``file``, or to what ``sys.stdout`` is."""
        self._file = sys.stdout if file is None else file

    def __call__(self, *values: Any) -> "Printer":
        """Write the values."""
        file = self._file
        for value in values:
            if getattr(file, "softspace", 0):
                file.write(" ")
            text = str_of(value)
            _write(file, text)
            # A text that ends with white space other than a blank needs no blank after it.
            _soften(file, soft=not (text[-1:].isspace() and text[-1:] != " "))
        if not values:
            file.write("\n")
            _soften(file, soft=False)
        return self


def _soften(file: Any, *, soft: bool) -> None:
    try:
        file.softspace = int(soft)
    except (AttributeError, TypeError):
        return


def _write(file: Any, text: str) -> None:
    try:
        file.write(text)
    except UnicodeEncodeError:  # bytes that are no text
        file.write(octets(text).decode("utf-8", "backslashreplace"))


def print_function(*values: Any, sep: Any = None, end: Any = None, file: Any = None) -> None:
    """``print`` of ``from __future__ import print_function``."""
    file = sys.stdout if file is None else file
    if getattr(file, "softspace", 0):
        _soften(file, soft=False)
        file.write(" ")
    _write(file, (" " if sep is None else sep).join(map(str_of, values)) + ("\n" if end is None else end))
