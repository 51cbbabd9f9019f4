"""A server that a test run starts: its own folder and port on loopback, kept by a process that ends with the test run."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PORTS = range(
    15000, 32000
)  # below those that outgoing connections get: a stopped server finds its port free again
START_SECONDS = 300
STOP_SECONDS = 300


def program(name):
    """The path of a server program; it may stand where only root's PATH leads."""
    return shutil.which(
        name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    )


def is_stopped(task):
    """Whether a thread, a folder of /proc, stands still or has ended."""
    try:
        return (task / "stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()[0] in "TtZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def free_port():
    """A port of loopback on which nobody listens."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Server:
    """One server. `start()` it, `close()` it; also a context manager.

    A kind of server says its `command()`, and whether it `answers()`.
    """

    def __init__(self, user):
        self.folder = Path(tempfile.mkdtemp(prefix="cloudvars-"))
        self.keeper = subprocess.Popen(
            [sys.executable, "-S", Path(__file__).with_name("keeper.py"), self.folder, user],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the test run; the keeper ends in good order after it
        )
        self.port = free_port()
        self.pid = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *error):
        self.close()

    def __repr__(self):
        return f"<{type(self).__name__} 127.0.0.1:{self.port}>"

    def ask(self, *request):
        """Asks the keeper, and answers what it says."""
        self.keeper.stdin.write(json.dumps(request).encode() + b"\n")
        self.keeper.stdin.flush()
        return json.loads(self.keeper.stdout.readline())

    @property
    def log(self):
        """What the server has written since the folder was made."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def launch(self, *options):
        """Starts the server; does not wait for it."""
        self.pid = self.ask("start", self.command(*options), f"{self.folder}/log")

    def start(self, *options):
        """Starts the server, and waits until it answers."""
        self.launch(*options)
        return self.await_ready()

    def await_ready(self):
        """Waits until the server answers."""
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            code = self.ask("poll")
            assert code is None, f"{self!r} ended with {code}\n{self.log[-4000:]}"
            assert time.monotonic() < deadline, f"{self!r} does not answer\n{self.log[-4000:]}"
            time.sleep(0.01)
        return self

    def stop(self):
        """Shuts the server down in good order; it can be started again."""
        self.ask("signal", signal.SIGTERM)
        assert self.ask("wait", STOP_SECONDS) is not None, f"{self!r} does not stop\n{self.log[-4000:]}"

    def kill(self):
        """Ends the server as a crash would; it can be started again."""
        self.ask("signal", signal.SIGKILL)
        self.ask("wait", STOP_SECONDS)

    def pause(self):
        """The server stands still; its connections stay open."""
        self.ask("signal", signal.SIGSTOP)
        # The threads stop one by one after the signal was sent: until then one of them may still answer.
        deadline = time.monotonic() + STOP_SECONDS
        while not all(is_stopped(task) for task in Path(f"/proc/{self.pid}/task").iterdir()):
            assert time.monotonic() < deadline, f"{self!r} does not stop"
            time.sleep(0.001)

    def resume(self):
        """The server goes on after `pause()`."""
        self.ask("signal", signal.SIGCONT)

    def close(self):
        """Kills the server and removes its folder."""
        self.keeper.stdin.close()
        self.keeper.stdout.close()
        self.keeper.wait()
