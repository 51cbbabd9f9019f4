"""Folders with nothing else in them, and what is in a folder. The fixtures are there for every test."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest


@pytest.fixture
def only_folder(tmp_path):
    """Holds nothing but what the test puts there, so that it can be copied or compared as a whole."""
    folder = tmp_path / "only"
    folder.mkdir()
    return folder


@pytest.fixture
def file(only_folder):
    """The path of a store that is alone in its folder."""
    return only_folder / "save.db"


def names(folder):
    """The names of the files of a folder."""
    return sorted(entry.name for entry in Path(folder).iterdir())


def state(folder):
    """All there is in a folder: content, size and time of each file."""
    found = {}
    for entry in sorted(Path(folder).iterdir()):
        if entry.is_file():
            status = entry.stat()
            found[entry.name] = (entry.read_bytes(), status.st_mtime_ns, status.st_ino, status.st_mode)
    return found


def sound(path):
    with closing(sqlite3.connect(path)) as db:
        return db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
