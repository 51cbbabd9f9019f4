"""One process of the load: threads that commit until told to stop, and write down every answer.

Arguments: URL, folder, name, threads, stores (1: the threads share it; 0: each has its own), users. It says "ready", and
stops when its input ends. A line of a thread's file: time, id of the commit, code (-1: StoreError).
"""

import random
import sys
import threading
import time
from pathlib import Path

import cloudvars

STORE_ERROR = -1
PAUSE_SECONDS = 0.02  # after an error: a cluster that is down is not asked all the time


def commit(score, entry):
    """One commit of several kinds; its entry in the list tells what the other parts must add up to."""
    c = score.get_commit()
    c.list_add(user_id=entry["user"], key="log", value=entry)
    c.money_add(user_id=entry["user"], key="gold", value=entry["gold"])
    c.addi(user_id=entry["user"], key="count", value=1)
    if entry["cost"]:
        c.money_cost(user_id=entry["payer"], key="gold", value=entry["cost"])
    try:
        return int(c.commit().error_code)
    except cloudvars.StoreError:
        return STORE_ERROR


class Worker(threading.Thread):
    """Commits until `stop` is set."""

    def __init__(self, store, file, name, users, stop):
        super().__init__(name=name)
        self.score = store.room(limits=False).score
        self.file, self.users, self.stop = file, users, stop
        self.chance = random.Random(name)

    def run(self):
        number = 0
        with self.file.open("w", encoding="ascii", buffering=1) as answers:
            while not self.stop.is_set():
                number += 1
                chance, users = self.chance, range(self.users)
                entry = {
                    "id": f"{self.name}-{number}",
                    "user": chance.choice(users),
                    "gold": chance.randint(1, 9),
                    "payer": chance.choice(users),
                    "cost": chance.choice([0, 0, chance.randint(1, 12)]),
                }
                code = commit(self.score, entry)
                answers.write(f"{time.monotonic():.4f} {entry['id']} {code}\n")
                if code == STORE_ERROR:
                    self.stop.wait(PAUSE_SECONDS)


def main(url, folder, name, threads, stores, users):
    stop = threading.Event()
    shared = cloudvars.open(url) if int(stores) else None
    opened = [shared or cloudvars.open(url) for _ in range(int(threads))]
    names = [f"{name}.{index}" for index in range(int(threads))]
    workers = [
        Worker(store, Path(folder, worker), worker, int(users), stop)
        for store, worker in zip(opened, names, strict=True)
    ]
    for worker in workers:
        worker.start()
    print("ready", flush=True)
    sys.stdin.read()
    stop.set()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
