"""Keeps one server for a test run, and ends with it: nothing outlives a killed test run, not even the server's folder.

A program of its own: `python keeper.py FOLDER USER`. Each line of its input is a request, each line of its output the
answer, both JSON. When the input ends, or whoever started it is gone, it kills the server and removes the folder.
"""

import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
PARENT_CHECK_SECONDS = 1.0
LIBC = ctypes.CDLL(None, use_errno=True)


class Keeper:
    """The server, seen from its parent process."""

    def __init__(self, user):
        self.user = user
        self.server = None

    def start(self, command, log):
        """Starts the server and answers its process id."""
        other = {"user": self.user, "group": self.user, "extra_groups": []} if os.geteuid() == 0 else {}
        with open(log, "ab") as output:
            self.server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL),
                **other,
            )
        return self.server.pid

    def signal(self, number):
        """Sends a signal, unless the server has ended."""
        if self.poll() is None:
            self.server.send_signal(number)

    def wait(self, seconds):
        """The exit code; None when the server still runs after so long."""
        try:
            return self.server.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def poll(self):
        """The exit code; None while the server runs."""
        return self.server.poll()


def descendants():
    """Children of this process. What the server leaves behind (a state transfer) becomes one of them."""
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def end_all(folder):
    """Kills the server and what it started, then removes the folder."""
    deadline = time.monotonic() + 120
    while (children := descendants()) and time.monotonic() < deadline:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
        for pid in children:
            os.waitpid(pid, 0)
    shutil.rmtree(folder, ignore_errors=True)


def main(folder, user):
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)
    parent, keeper, pending = os.getppid(), Keeper(user), b""
    try:
        while os.getppid() == parent:
            if not select.select([0], [], [], PARENT_CHECK_SECONDS)[0]:
                continue
            received = os.read(0, 65536)
            if not received:
                break
            *lines, pending = (pending + received).split(b"\n")
            for line in lines:
                verb, *arguments = json.loads(line)
                print(json.dumps(getattr(keeper, verb)(*arguments)), flush=True)
    finally:
        end_all(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
