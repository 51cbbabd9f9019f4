"""How far long work is, without the packages that draw bars. The fixture is there for every test."""

import sys

import pytest


@pytest.fixture
def plain_bar(monkeypatch):
    """As if somebody watched stderr, and neither rich nor tqdm were installed."""

    def plain_bar():
        for name in ("rich", "tqdm"):
            monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
        monkeypatch.setenv("TERM", "xterm")

    return plain_bar
