"""Another process on a store: answers each line of its input with one line. `cache_peer.py PATH CACHE`."""

import json
import os
import sqlite3
import sys

import cloudvars


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
