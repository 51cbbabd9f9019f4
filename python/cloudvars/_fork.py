"""Forks: what a child must not take over from its parent. The core has hooks of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable


def in_child(renew: Callable[[], object]) -> None:
    """Call ``renew`` in every forked child, where locks may be held by threads that do not exist there."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=renew)


def hold(lock: threading.Lock | threading.RLock) -> None:
    """Hold this lock while the process forks, so that no other thread does. For locks that are held briefly."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)
