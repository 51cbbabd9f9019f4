"""What ``time.time_ns()`` returns to the program, on whichever thread it is asked."""

import time

_FRAMES = 8
"""freezegun looks at the five innermost frames, and shows the real time where one of them is ``threading``'s, as at the
bottom of every helper thread. Frames of our own keep it from looking that far."""


def now_ns(frames: int = _FRAMES) -> int:
    """Ask by attribute each time, so that a replacement by a test is found."""
    return now_ns(frames - 1) if frames else time.time_ns()
