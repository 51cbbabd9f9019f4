"""The commands that a mod gives the game: recorded, and answered by the test (E-11)."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

__all__ = ["Answer", "Command", "Commands", "Notice"]

Answer: TypeAlias = Callable[[str, str | None], bool | str | None]
"""Called with a command and the id of who gives it. False: it failed; a str: what it says; anything else: done."""


class Command(NamedTuple):
    """A command that a mod gave with ``SetCommand``."""

    text: str
    entity: str | None
    """Who gave it; None: a player that the engine chose."""
    done: bool


class Notice(NamedTuple):
    """What a player saw above the item bar."""

    player: str
    kind: str
    """``tip`` or ``popup``."""
    text: str
    subtitle: str = ""


class Commands:
    """The commands of one host, and who answers them."""

    def __init__(self) -> None:
        self.given: list[Command] = []
        self.answer: Answer | None = None

    def give(self, text: str, entity: str | None, *, anybody: bool) -> tuple[bool, str]:
        """Record a command; returns whether it is done, and what it says. ``anybody``: whether someone can give it."""
        said = self.answer(text, entity) if self.answer and anybody else anybody
        done = said is not False
        self.given.append(Command(text, entity, done))
        return done, said if isinstance(said, str) else ""
