"""A store that is held up after a commit, while others recover the index of its log: `gates.py PATH` (fixtures/gate.c)."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import cloudvars

GATE = Path(os.environ.get("GATE", ""))
COMMIT = "UPDATE cloud SET i_value = i_value + 1000, ver = ver + 1 WHERE kind = 2"
HEADER_BYTES = 48  # the index of the log begins with two headers, which are equal
COMMITS_AT = 8  # where a header counts the commits


def commits(path):
    """How many commits the index of the log counts."""
    return int.from_bytes(Path(f"{path}-shm").read_bytes()[COMMITS_AT : COMMITS_AT + 4], sys.byteorder)


def recover(path):
    """A process dies between the two headers; another one recovers, and commits until the count is what it was."""
    before = commits(path)
    with open(f"{path}-shm", "r+b") as index:
        index.seek(HEADER_BYTES + COMMITS_AT)
        index.write(b"\xff" * 4)
    other = sqlite3.connect(path, isolation_level=None, timeout=120)
    other.execute(COMMIT)
    assert commits(path) == 1, "the count did not begin anew"
    while commits(path) < before:
        other.execute(COMMIT)


def balance(path, cache):
    """The balance that a store of its own reads."""
    with cloudvars.open(path, cache=cache) as store:
        return store.room("room", limits=False).score.money_get(user_id=7, key="gold").unwrap()


def main(path):
    """Plays: the commit is held up, the others come, the commit goes on."""
    with cloudvars.open(path) as store:
        score = store.room("room", limits=False).score

        def add():
            with score.get_commit() as c:
                c.money_add(user_id=7, key="gold", value=1)

        add()
        add()
        # Another process: a second SQLite in this one may drop locks that the first one relies on.
        run = f"import gates; input(); gates.recover({path!r})"
        environment = {**os.environ, "GATE": "", "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen([sys.executable, "-c", run], env=environment, stdin=subprocess.PIPE) as other:
            GATE.touch()
            thread = threading.Thread(target=add)
            thread.start()
            while not Path(f"{GATE}.here").exists():
                time.sleep(0.001)
            other.communicate(b"\n")
        GATE.unlink()
        thread.join()
        assert other.returncode == 0
        assert score.money_get(user_id=7, key="gold").unwrap() == balance(path, 0)
        add()
        assert score.money_get(user_id=7, key="gold").unwrap() == balance(path, 0)


if __name__ == "__main__":
    main(sys.argv[1])
