"""The name of the thread on which a mod runs: server frameworks look at it (E-15)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["SERVER_THREAD", "server_thread"]

SERVER_THREAD = "ServerThread"
"""Any name tells the halves apart but that of Python's main thread, which is the client's in the game."""


@contextmanager
def server_thread() -> Iterator[None]:
    """Give the current thread the server's name while the mod runs on it."""
    thread = threading.current_thread()
    before = thread.name
    thread.name = SERVER_THREAD
    try:
        yield
    finally:
        thread.name = before
