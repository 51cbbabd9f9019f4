"""Which commands there are. The module of a command is imported when that command is used, or its help is asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from cloudvars import _native

from .parser import Parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

__all__ = ["parser"]

COMMANDS = {
    "info": ("info", "what a store holds: games, rows, bytes"),
    "player": ("player", "everything of one user"),
    "table": ("table", "the rows of a table"),
    "sql": ("sql", "the rows that a SELECT gives"),
    "watch": ("watch", "changes, as they are made"),
    "explore": ("explore", "a page to look at a store, in the browser"),
    "export": ("export", "tables as Parquet or CSV files, or the whole store as JSON"),
    "import": ("import_", "rows of a file, through a verb; or a whole store from JSON"),
    "grant": ("grant", "the same amount for many users"),
    "backup": ("backup", "a copy of a store in one file, while others write"),
    "copy": ("copy", "a store to another place"),
    "check": ("check", "whether a store is sound, and what to do if not"),
    "achievements": ("achievements", "achievement packages"),
    "mod": ("mod", "what a mod uses that is not simulated"),
}
"""Each command's module, and what it is about."""


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of all commands; ``only``: the others can be told apart, but take no arguments."""
    top = Parser(
        prog="cloudvars",
        description="Look at a store of cloud variables and achievements, change it, copy it, check it.",
        examples="cloudvars info save.db\ncloudvars table save.db money --where key=gold --sort -value --limit 10",
    )
    top.add_argument("--version", action="version", version=f"cloudvars {_native.__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    for name, (module_name, about) in COMMANDS.items():
        if only not in (None, name):
            commands.add_parser(name, help=about)
            continue
        module: Any = importlib.import_module(f".{module_name}", __package__)
        command = commands.add_parser(
            name,
            help=about,
            description=(module.__doc__ or "").partition("\n\n")[2] or about,
            examples=module.EXAMPLES,
        )
        module.add_arguments(command)
        options = [option for action in command._actions for option in action.option_strings]  # noqa: SLF001 - argparse has no other way to ask
        command.set_defaults(run=module.run, options=options)
    return top


def named(arguments: Sequence[str]) -> str | None:
    """Return the command that the arguments name: the first one that is no option."""
    first = next((one for one in arguments if not one.startswith("-")), None)
    return first if first in COMMANDS else None
