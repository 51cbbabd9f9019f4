"""The load on a cluster: 24 stores, each with its own connections, in 9 processes with 36 threads; two subscribers."""

import subprocess
import sys
import time
from pathlib import Path

import cloudvars
from children import child_environment

OWN, SHARED = (
    (5, 4),
    (4, 4),
)  # processes, threads: each thread has a store; the threads of a process share one
WATCHERS = 2
PATIENCE_SECONDS = 300  # against hanging


class Load:
    """Commits until `stop()`; what was answered stands in the files of `folder`.

    Every client goes to the first node that lives, in the same order; `through_all`: their orders differ, so that all
    nodes are written to at once. The second subscriber always begins with the second node.
    """

    def __init__(self, cluster, folder, users, through_all=False):
        self.cluster, self.folder, self.users = cluster, folder, users
        self.database = cluster.new_database()
        self.workers, self.watchers = [], []
        with cloudvars.open(cluster.url(self.database)) as store:
            store.achievements.define("node", total=1_000_000)
        for index in range(WATCHERS):
            url = cluster.url(self.database, index + 1)
            self.watchers.append(begin("watcher", url, folder / f"{index}.seen"))
        self.await_ready(self.watchers)
        for is_shared, (processes, threads) in enumerate((OWN, SHARED)):
            for index in range(processes):
                url = cluster.url(self.database, index % len(cluster.nodes) + 1 if through_all else 1)
                self.workers.append(
                    begin("worker", url, folder, len(self.workers), threads, is_shared, users)
                )
        self.await_ready(self.workers)

    def await_ready(self, children):
        for child in children:
            assert child.stdout.readline() == b"ready\n"

    def acknowledged(self):
        """How many commits were acknowledged so far."""
        return sum(file.read_bytes().count(b" 0\n") for file in self.folder.glob("*.commits"))

    def go_on(self, seconds, commits=200):
        """Waits until the load has gone on for so long, and has made so many commits."""
        began, before = time.monotonic(), self.acknowledged()
        while time.monotonic() < began + seconds or self.acknowledged() < before + commits:
            assert time.monotonic() < began + PATIENCE_SECONDS, "commits do not go on"
            assert all(child.poll() is None for child in self.workers + self.watchers), "a process has ended"
            time.sleep(0.05)

    def stop(self):
        """Ends the load in good order: every commit has its answer, then every message has come."""
        for children in (self.workers, self.watchers):
            for child in children:
                child.stdin.close()
            for child in children:
                assert child.wait(PATIENCE_SECONDS) == 0

    def close(self):
        """Kills what is left of the load."""
        for child in self.workers + self.watchers:
            child.kill()
            child.wait()
            child.stdin.close()
            child.stdout.close()


def begin(program, *arguments):
    """Starts one process."""
    path = Path(__file__).with_name(f"{program}.py")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    environment = child_environment(PYTHONPATH=str(path.parents[1]))
    return subprocess.Popen([sys.executable, path, *map(str, arguments)], env=environment, **pipes)
