"""One process of the load: threads that commit until told to stop, and write down every answer.

Arguments: URL, folder, number of the process, threads, stores (1: the threads share it; 0: each has its own), users. It
says "ready", and stops when its input ends. Files of a thread, a line for each answer that ends with its code (-1:
StoreError): `commits` (time, id, uuid of the list item), `mail` (id, objectId), `live` (id), `sets` (player, version
before); and `odd`, `torn`: what it read and must not have read.
"""

import os
import random
import sys
import threading
import time
from pathlib import Path

import cloudvars

STORE_ERROR = -1
PAUSE_SECONDS = 0.02  # after an error: a cluster that is down is not asked all the time
BANK = range(2000, 2400)  # their money is only moved: its sum is 0, at every moment
SEATS = 1000  # the first user who belongs to one thread alone
MAILBOX, PLAYERS = 3000, range(4000, 4003)
LIMIT = 500


def commit(score, entry):
    """One commit of several kinds; its entry in the list tells what the other parts must add up to: code and uuid."""
    c = score.get_commit()
    try:
        uuid = c.list_add(user_id=entry["user"], key="log", value=entry)
    except cloudvars.CloudError as error:  # no uuids were to be had
        return int(error.code), 0
    c.money_add(user_id=entry["user"], key="gold", value=entry["gold"])
    c.addi(user_id=entry["user"], key="count", value=1)
    c.set(user_id=entry["seat"], key="own", i_value=entry["number"])
    if entry["cost"]:
        c.money_cost(user_id=entry["payer"], key="gold", value=entry["cost"])
    c.money_add(user_id=entry["from"], key="bank", value=-entry["moved"])
    c.money_add(user_id=entry["to"], key="bank", value=entry["moved"])
    if entry["name"]:
        c.name_new(key="names", name=entry["name"], value=entry["id"])
    if entry["limited"]:
        c.withlimit_add(user_id=entry["user"], key="limit", value=entry["limited"], limit=LIMIT)
    try:
        return int(c.commit().error_code), uuid
    except cloudvars.StoreError:
        return STORE_ERROR, uuid


class Worker(threading.Thread):
    """Commits until `stop` is set."""

    def __init__(self, store, folder, name, seat, users, stop):
        super().__init__(name=name)
        self.room = store.room(name, limits=False)
        self.score, self.seat, self.users, self.stop = self.room.score, seat, users, stop
        self.chance = random.Random(name)
        self.files = {
            kind: Path(folder, f"{name}.{kind}").open("w", encoding="ascii", buffering=1)
            for kind in ("commits", "mail", "live", "sets", "odd", "torn")
        }
        self.number = 0
        self.may_own = {
            None
        }  # what this thread's own row may hold: the last that was stored, or what may have been

    def tell(self, kind, *words):
        self.files[kind].write(" ".join(map(str, words)) + "\n")

    def entry(self):
        chance, number, users = self.chance, self.number, range(self.users)
        source, target = chance.sample(BANK, 2)
        return {
            "id": f"{self.name}-{number}",
            "worker": self.name,
            "number": number,
            "seat": self.seat,
            "user": chance.choice(users),
            "gold": chance.randint(1, 9),
            "payer": chance.choice(users),
            "cost": chance.choice([0, 0, chance.randint(1, 12)]),
            "from": source,
            "to": target,
            "moved": chance.randint(1, 9),
            "name": f"name{number // 8}" if number % 4 == 0 else None,  # everybody wants the same ones
            "limited": int(number % 4 == 2),
        }

    def run(self):
        while not self.stop.is_set():
            self.number += 1
            entry = self.entry()
            code, uuid = commit(self.score, entry)
            self.tell("commits", f"{time.monotonic():.4f}", entry["id"], uuid, code)
            if code == cloudvars.codes.OK:
                self.may_own = {self.number}
            elif code == cloudvars.codes.OUTCOME_UNKNOWN:
                self.may_own.add(self.number)
            if code == STORE_ERROR:
                self.stop.wait(PAUSE_SECONDS)
            elif self.number % 8 == 0:
                self.look()
            elif self.number % 16 == 1:
                self.send(f"{self.name}-{self.number}")
            elif self.number % 64 == 3:
                self.achieve()
        self.room.close()
        for file in self.files.values():
            file.close()

    def look(self):
        """Reads what this thread wrote, and what nobody may see half done."""
        try:
            own = self.score.get(user_id=self.seat, key="own").unwrap()
            bank = self.score.money_get(user_id=BANK, key="bank").unwrap()
        except cloudvars.StoreError:
            return
        found = own[0]["i_value"] if own else None
        if found not in self.may_own:
            self.tell("odd", f"own row {found}, not {self.may_own}")
        self.may_own = {found}
        if sum(row["value"] for row in bank):
            at = f"{time.monotonic():.4f}"
            held = {row["user_id"]: row["value"] for row in bank}
            self.tell(
                "torn",
                f"{at}: {len(held)} accounts hold {sum(held.values())} after commit {self.number}: {held}",
            )

    def send(self, name):
        """A stored message, and a live one."""
        message, code = 0, STORE_ERROR
        try:
            code, data, _ = self.score.message_send(
                src_user_id=1, key="mail", target_user_id=MAILBOX, value=name
            )
            message = data["objectId"] if data else 0
        except cloudvars.CloudError as error:
            code = error.code
        self.tell("mail", name, message, int(code))
        code = 0
        try:
            self.score.publish_message("live", name)
        except cloudvars.CloudError as error:
            code = error.code
        self.tell("live", name, int(code))

    def achieve(self):
        """An achievement with extra data: a stale version is told the newest, and sends again."""
        player = self.chance.choice(PLAYERS)

        def answered(data):
            if data is None:
                self.tell("sets", player, 0, STORE_ERROR)
                return False
            self.tell("sets", player, data["entity"]["version"], data["code"])
            return data["code"] == 5

        try:
            self.room.achievement.LobbySetAchievementStorage(answered, player, "node", 1, lambda: self.name)
        except cloudvars.StoreError:
            self.tell("sets", player, 0, STORE_ERROR)


def fail(failure):
    """A thread that dies takes the process along: whoever waits for it must know."""
    threading.__excepthook__(failure)
    os._exit(1)


def main(url, folder, process, threads, stores, users):
    threading.excepthook = fail
    stop = threading.Event()
    shared = cloudvars.open(url) if int(stores) else None
    opened = [shared or cloudvars.open(url) for _ in range(int(threads))]
    workers = [
        Worker(store, folder, f"{process}.{index}", SEATS + 10 * int(process) + index, int(users), stop)
        for index, store in enumerate(opened)
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
