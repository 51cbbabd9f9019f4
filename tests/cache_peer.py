"""Another process on a store: answers each line of its input with one line. `cache_peer.py PATH CACHE`; `Peer` starts it."""

import json
import os
import sqlite3
import sys
from pathlib import Path

import cloudvars
from achievement_calls import achieve, achieved

PEER = Path(__file__)


class Peer:
    """A process on the store, which does what it is asked."""

    def __init__(self, start, path, cache):
        self.child = start(PEER, path, cache)

    def ask(self, name, given=None):
        """Asks it, and waits for the answer."""
        self.tell(name, given)
        return json.loads(self.child.stdout.readline())

    def tell(self, name, given=None):
        """Asks it; `hear()` has the answer."""
        self.child.stdin.write(json.dumps([name, given]) + "\n")
        self.child.stdin.flush()

    def die(self):
        """Ends it as a crash would."""
        self.tell("die")
        self.child.wait()


def serve(path, cache):
    """Does what is asked: [name, arguments]."""
    store = cloudvars.open(path, cache=cache, durability="normal")
    room = store.room("peer", limits=False)
    for line in sys.stdin:
        name, given = json.loads(line)
        if name == "commit":
            with room.score.get_commit() as c:
                for verb, fields in given:
                    getattr(c, verb)(**fields)
            answer = None
        elif name == "get":
            answer = getattr(room.score, given.pop("call"))(**given).unwrap()
        elif name == "achieve":
            answer = len(achieve(room, **given))
        elif name == "achieved":
            answer = achieved(room, **given)
        elif name == "checkpoint":
            # This process ends itself afterwards: a second SQLite in it may drop locks that the first one relies on.
            store.close()
            with sqlite3.connect(path) as other:
                answer = other.execute(f"PRAGMA wal_checkpoint({given})").fetchone()
            other.close()
            store = cloudvars.open(path, cache=cache, durability="normal")
            room = store.room("peer", limits=False)
        elif name == "die":
            os.kill(os.getpid(), 9)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
