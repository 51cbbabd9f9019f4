"""Threads of this process and another process commit, while threads read: `cache_race.py PATH CACHE ROUNDS`.

Each commit changes the same key of all users at once: so all rows of one answer are equal, no answer is older than one
that the thread saw before, and none is older than what the other process said of its own commits.
"""

import mmap
import subprocess
import sys
import threading

import cloudvars

USERS = list(range(1, 9))
FOREIGN = """
import mmap, sqlite3, sys
path, shared = sys.argv[1:]
file = open(shared, "r+b")
seen = mmap.mmap(file.fileno(), 16)
with sqlite3.connect(path, isolation_level=None, timeout=0) as other:
    other.execute("PRAGMA synchronous = OFF")
    count = 0
    while not seen[8]:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            continue  # at once again: so that it comes directly after a commit of the others
        count += 1
        other.execute("UPDATE cloud SET i_value = ?, ver = ver + 1 WHERE kind = 1 AND key = 'foreign'", (count,))
        other.execute("COMMIT")
        seen[:8] = count.to_bytes(8, "little")
"""


def main(path, cache, rounds):
    """Plays, and says what was wrong."""
    shared = f"{path}.shared"
    with open(shared, "wb") as file:
        file.write(bytes(16))
    store = cloudvars.open(path, cache=cache, durability="normal")
    score = store.room("room", limits=False).score
    with score.get_commit() as c:
        for user in USERS:
            for key in ("own", "foreign"):
                c.set(user_id=user, key=key, i_value=0)
    done, wrong = threading.Event(), []
    with open(shared, "r+b") as file, mmap.mmap(file.fileno(), 16) as seen:

        def write():
            for _ in range(rounds):
                with score.get_commit() as c:
                    for user in USERS:
                        c.addi(user_id=user, key="own", value=1)

        def check(key, values, before):
            if len(set(values)) != 1 or values[0] < before:
                wrong.append((key, values, before))
            return values[0]

        def read():
            own = foreign = 0
            while not done.is_set() and not wrong:
                stored = max(foreign, int.from_bytes(seen[:8], "little"))
                rows = score.get(user_id=USERS, key=["own", "foreign"]).unwrap()
                own = check("own", [row["i_value"] for row in rows if row["key"] == "own"], own)
                foreign = check(
                    "foreign", [row["i_value"] for row in rows if row["key"] == "foreign"], stored
                )
                for user in USERS:
                    stored = max(foreign, int.from_bytes(seen[:8], "little"))
                    [row] = score.get(user_id=user, key="foreign").unwrap()
                    foreign = check("foreign, alone", [row["i_value"]], stored)
                    [row] = score.get(user_id=user, key="own").unwrap()
                    own = check("own, alone", [row["i_value"]], own)

        foreign = subprocess.Popen([sys.executable, "-c", FOREIGN, path, shared])
        writers = [threading.Thread(target=write) for _ in range(2)]
        readers = [threading.Thread(target=read) for _ in range(3)]
        for thread in [*writers, *readers]:
            thread.start()
        for thread in writers:
            thread.join()
        done.set()
        for thread in readers:
            thread.join()
        seen[8] = 1
        assert foreign.wait() == 0
    assert not wrong, wrong[:3]
    rows = score.get(user_id=USERS, key="own").unwrap()
    assert [row["i_value"] for row in rows] == [2 * rounds] * len(USERS)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
