"""Forks: what a child must not take over from its parent. The core has hooks of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable


def in_child(renew: Callable[[], object]) -> None:
    """Have ``renew`` called in every forked child, where locks may be held by threads that are not there."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=renew)


def hold(lock: threading.Lock | threading.RLock) -> None:
    """Have nobody hold this lock when the process forks. For locks that are held for a moment."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)
