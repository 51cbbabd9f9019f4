"""The command line ``cloudvars``: what is in a store, how it is changed, copied and checked; achievement packages."""

from .commands import parser
from .run import main

__all__ = ["main", "parser"]
