"""Runs Python 2.7 sources, which is what the game runs, under Python 3: the grammar, the meaning, the built-ins.

Nothing is written to disk; tracebacks show the mod's own lines.
"""

from .builtins import python2_builtins
from .language import Language, compile_source, parse_source
from .stdlib import MOVED, Library

__all__ = ["MOVED", "Language", "Library", "compile_source", "parse_source", "python2_builtins"]
