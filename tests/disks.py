"""Programs whose disk fills or fails, and what they leave behind."""

import signal
import subprocess
import sys

import cloudvars
from children import child_environment

HELP = """if True:
    import asyncio, os, resource, signal, sys, threading
    import cloudvars
    path, way = sys.argv[1], sys.argv[2]
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

    def disk(*failures):
        told = os.environ.get("DISK_FAILS")
        if failures:
            with open(told + ".new", "w") as file:
                file.write("".join(failure + "\\n" for failure in failures))
            os.replace(told + ".new", told)
        elif os.path.exists(told):
            os.unlink(told)

    def queue(score, user, padding):
        c = score.get_commit()
        c.money_add(user_id=user, key="count", value=1)
        c.list_add(user_id=user, key="bag", value=["x" * padding])
        return c

    def one(score, user, padding):
        "1: acknowledged; 0: refused."
        try:
            return int(queue(score, user, padding).commit().ok)
        except cloudvars.StoreError as error:
            assert "internal" not in error.message, error
            return 0

    def round_of(room, padding, users=8):
        "Eight users' commits, in the way that is tested: how many were acknowledged."
        score = room.score
        if way == "commit":
            return sum(one(score, user, padding) for user in range(users))
        if way == "threads":
            done = []
            threads = [threading.Thread(target=lambda user=user: done.append(one(score, user, padding))) for user in range(users)]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
            assert len(done) == users
            return sum(done)
        if way == "aio":
            async def commit(user):
                c = score.aio.get_commit()
                try:
                    c.money_add(user_id=user, key="count", value=1)
                    uuid = c.list_add(user_id=user, key="bag", value=["x" * padding])
                    if hasattr(uuid, "__await__"):
                        await uuid
                    return int((await c.commit()).ok)
                except cloudvars.StoreError:
                    return 0
            async def all_of_them():
                return sum(await asyncio.gather(*map(commit, range(users))))
            return asyncio.run(all_of_them())
        try:
            return sum(reply.ok for reply in score.commit_many([queue(score, user, padding) for user in range(users)]))
        except cloudvars.StoreError:
            return 0

    def fill():
        "Fills the disk up to the last byte; the answer makes room again."
        name = os.path.join(os.path.dirname(path), "ballast")
        file = os.open(name, os.O_CREAT | os.O_WRONLY)
        for size in (65536, 4096, 1):
            try:
                while os.write(file, b"x" * size): pass
            except OSError: pass
        os.close(file)
        return lambda: os.unlink(name)

    def stored(room):
        "Each commit is there whole: how many."
        counts = {row["user_id"]: row["value"] for row in room.score.money_get(user_id=list(range(8)), key="count").unwrap()}
        for user in range(8):
            assert len(room.score.list_query(user_id=user, key="bag").unwrap()) == counts.get(user, 0)
        return sum(counts.values())
"""


def killed(path, code, way, **environment):
    """Run code that kills itself in the end; what it told."""
    done = subprocess.run(
        [sys.executable, "-c", code, path, way],
        env=child_environment(**environment),
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout.split()


def count(path):
    with cloudvars.open(path) as store:
        score = store.room(limits=False).score
        rows = score.money_get(user_id=list(range(8)), key="count").unwrap()
        bags = [score.list_query(user_id=row["user_id"], key="bag").unwrap() for row in rows]
        assert [row["value"] for row in rows] == [len(bag) for bag in bags]
        return sum(row["value"] for row in rows)
