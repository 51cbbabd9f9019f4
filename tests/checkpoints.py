"""A process without a store, beside one: answers each line of its input. `checkpoints.py PATH`; `Checkpoints` starts it."""

import fcntl
import json
import os
import sqlite3
import struct
import sys
from pathlib import Path

READ_MARKS = (124, 127)  # SQLite's locks in -shm of those who read the log
FLOCK = "hhqqi0q"


class Checkpoints:
    """A process that looks who reads the log, and empties it."""

    def __init__(self, start, path):
        self.child = start(Path(__file__), path)

    def ask(self, name):
        """`held`, or a kind of checkpoint; the answer."""
        self.child.stdin.write(name + "\n")
        self.child.stdin.flush()
        return json.loads(self.child.stdout.readline())


def is_held(path):
    """Whether anybody reads the log at this moment."""
    first, last = READ_MARKS
    with open(f"{path}-shm", "r+b") as file:
        ask = struct.pack(FLOCK, fcntl.F_WRLCK, os.SEEK_SET, first, last - first + 1, 0)
        return struct.unpack(FLOCK, fcntl.fcntl(file, fcntl.F_GETLK, ask))[0] != fcntl.F_UNLCK


def serve(path):
    """Does what is asked."""
    for line in sys.stdin:
        name = line.strip()
        if name == "held":
            answer = is_held(path)
        else:
            other = sqlite3.connect(path, isolation_level=None, timeout=60)
            answer = other.execute(f"PRAGMA wal_checkpoint({name})").fetchone()
            other.close()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
