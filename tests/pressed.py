"""Ctrl-C in the middle of a call, however busy the machine is."""

import os
import signal
import threading

import pytest

ROUNDS = 20


class Pressed(KeyboardInterrupt):
    """What the handler raises."""


@pytest.fixture
def press():
    """`press(seconds)`: somebody presses Ctrl-C then."""
    timers = []

    def handler(*_):
        raise Pressed

    def press(seconds):
        timers.append(threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)))
        timers[-1].start()

    before = signal.signal(signal.SIGINT, handler)
    yield press
    for timer in timers:
        timer.cancel()
        timer.join()
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def heard(press):
    """`heard(call)`: somebody presses Ctrl-C while the call waits; answers the notes of what that raised.

    Where every core is busy the press may come before the call has begun. Then there is no note, nothing was called, and
    all is done again; a call that does not hear it never has a note.
    """

    def heard(call, seconds=0.3):
        for _ in range(ROUNDS):
            with pytest.raises(Pressed) as caught:
                press(seconds)
                # A call at the heels of another that a server answered at once is not interrupted.
                threading.Event().wait(0.01)
                call()
            if notes := getattr(caught.value, "__notes__", None):
                return notes
        pytest.fail("no call was interrupted")

    return heard
