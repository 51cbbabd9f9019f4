"""Opens the STORE of a command: a path, a URL, or what an environment variable holds."""

from __future__ import annotations

import os
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cloudvars._native import open as open_store

from . import output
from .parser import meant

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from cloudvars._native import Store

__all__ = ["CommandError", "target_of", "to_read", "to_write"]


class CommandError(Exception):
    """The command cannot be carried out: why, for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def target_of(store: str) -> str:
    """Return what ``open`` takes."""
    if not store.startswith("env:"):
        return store
    target = os.environ.get(store[4:])
    if target is None:
        raise CommandError(f"the environment variable {store[4:]} is not set")
    return target


@contextmanager
def to_read(given: argparse.Namespace, *, of_one_game: bool = False) -> Iterator[Store]:
    """Open it for reading, as seen by the game that was named, which must be there.

    ``of_one_game``: without a name the command looks at the game 'default', and a warning says that it is not there.
    """
    game = getattr(given, "game", None)
    target = target_of(given.store)
    with _told(), _read(target, "default" if of_one_game and game is None else None) as store:
        if game is None:
            yield store
            return
        games = store.games
        if game not in games:
            raise CommandError(f"the store has no game '{game}'{meant(game, games)}")
        yield store.game(game)


def _read(target: str, game: str | None) -> Store:
    """Open it; a game that is named, and is not there, is warned of."""
    return open_store(target, readonly=True) if game is None else open_store(target, readonly=True, game=game)


@contextmanager
def to_write(given: argparse.Namespace, *, new: bool) -> Iterator[Store]:
    """Open it for writing; ``new``: a file that does not exist is made."""
    target = target_of(given.store)
    if not new and "://" not in target and not os.path.exists(target):  # noqa: PTH110 - ':memory:' is no path
        raise CommandError(f"there is no store at '{target}'")
    with _told(), open_store(target, game=given.game or "default") as store:
        yield store


@contextmanager
def _told() -> Iterator[None]:
    """Print warnings as other messages of the command: without a line of code."""
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_rest: output.complain(f"warning: {message}")
        warnings.simplefilter("always", UserWarning)
        yield
