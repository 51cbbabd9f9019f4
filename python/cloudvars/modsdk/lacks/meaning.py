"""What a name in a mod's script stands for: a part of the game's API, or something of the mod."""

import ast
from dataclasses import dataclass
from typing import TypeAlias

from .sources import Source

__all__ = ["Api", "Class", "Function", "Instance", "Meaning", "Module", "Scope", "Text"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: in a module, and in classes and functions of it, the innermost last."""

    source: Source
    inside: tuple[ast.ClassDef | ast.FunctionDef, ...] = ()

    def within(self, node: ast.ClassDef | ast.FunctionDef) -> "Scope":
        """Return the scope of a body."""
        return Scope(self.source, (*self.inside, node))


@dataclass(frozen=True, slots=True)
class Api:
    """A module, function, class or object of the game's API, by the name that a fake has."""

    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text that the script spells out."""

    text: str


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the mod."""

    source: Source


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the mod."""

    node: ast.ClassDef
    scope: Scope
    """Where it is defined."""


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the mod."""

    cls: Class


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the mod."""

    node: ast.FunctionDef
    scope: Scope
    """Where it is defined."""


Meaning: TypeAlias = Api | Text | Module | Class | Instance | Function
