"""The load on a cluster: 24 stores, each with its own connections, in 9 processes with 36 threads."""

import subprocess
import sys
import time
from pathlib import Path

from conftest import child_environment

OWN, SHARED = (
    (5, 4),
    (4, 4),
)  # processes, threads: each thread has a store; the threads of a process share one
PATIENCE_SECONDS = 60


class Load:
    """Commits until `stop()`; what was answered stands in the files of `folder`.

    Every client goes to the first node that lives, in the same order; `through_all`: their orders differ, so that all
    nodes are written to at once.
    """

    def __init__(self, cluster, folder, users, through_all=False):
        self.cluster, self.folder, self.users = cluster, folder, users
        self.database = cluster.new_database()
        self.children = []
        for is_shared, (processes, threads) in enumerate((OWN, SHARED)):
            for index in range(processes):
                first = index % len(cluster.nodes) + 1 if through_all else 1
                name = f"{'shared' if is_shared else 'own'}{index}"
                self.begin(cluster.url(self.database, first), folder, name, threads, is_shared, users)
        for child in self.children:
            assert child.stdout.readline() == b"ready\n"

    def begin(self, *arguments):
        """Starts one process."""
        program = Path(__file__).with_name("worker.py")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        command = [sys.executable, program, *map(str, arguments)]
        self.children.append(subprocess.Popen(command, env=child_environment(), **pipes))

    def acknowledged(self):
        """How many commits were acknowledged so far."""
        return sum(file.read_bytes().count(b" 0\n") for file in self.folder.iterdir())

    def go_on(self, seconds, commits=200):
        """Waits until the load has gone on for so long, and has made so many commits."""
        began, before = time.monotonic(), self.acknowledged()
        while time.monotonic() < began + seconds or self.acknowledged() < before + commits:
            assert time.monotonic() < began + PATIENCE_SECONDS, "commits do not go on"
            assert all(child.poll() is None for child in self.children), "a process of the load has ended"
            time.sleep(0.05)

    def stop(self):
        """Ends the load in good order: every commit has its answer."""
        for child in self.children:
            child.stdin.close()
        for child in self.children:
            assert child.wait(PATIENCE_SECONDS) == 0

    def close(self):
        """Kills what is left of the load."""
        for child in self.children:
            child.kill()
            child.wait()
            child.stdin.close()
            child.stdout.close()
