"""redis with appendfsync always, on a private socket; the commit is a Lua script."""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

import orjson
import redis

from . import USERS_KEYS, value_of

if TYPE_CHECKING:
    from pathlib import Path

COMMIT = """
if tonumber(redis.call('GET', KEYS[1])) < tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[2], 'k1', ARGV[1])
redis.call('HINCRBY', KEYS[2], 'count', 1)
redis.call('DECRBY', KEYS[1], ARGV[2])
redis.call('HSET', KEYS[3], ARGV[3], ARGV[1])
return 1
"""


def server_program() -> str:
    """Return the path of redis-server, if there is one."""
    program = shutil.which("redis-server")
    if program is None:
        message = "redis-server is not on the PATH"
        raise FileNotFoundError(message)
    return program


class RemoteSession:
    """One connection."""

    def __init__(self, socket: str) -> None:
        self.client: Any = redis.Redis(unix_socket_path=socket)
        self.script = self.client.register_script(COMMIT)

    def set_one(self, user: int, value: dict[str, Any]) -> None:
        self.client.hset(f"u{user}", "k1", orjson.dumps(value))

    def commit_four(self, user: int, value: dict[str, Any], uuid: int, cost: int) -> bool:
        keys, args = [f"gold{user}", f"u{user}", f"bag{user}"], [orjson.dumps(value), cost, uuid]
        return bool(self.script(keys=keys, args=args))

    def get_one(self, user: int) -> dict[str, Any]:
        return {"user_id": user, "key": "k3", "value": orjson.loads(self.client.hget(f"u{user}", "k3"))}

    def get_many(self, users: list[int]) -> list[dict[str, Any]]:
        pipe = self.client.pipeline(transaction=False)
        for user in users:
            pipe.hmget(f"u{user}", USERS_KEYS)
        return [
            {"user_id": user, "key": key, "value": orjson.loads(value)}
            for user, values in zip(users, pipe.execute(), strict=True)
            for key, value in zip(USERS_KEYS, values, strict=True)
        ]

    def close(self) -> None:
        self.client.close()


class Remote:
    """A server of our own that listens on a socket in the folder, and nowhere else."""

    name = "redis always"

    def __init__(self, folder: Path) -> None:
        self.socket = str(folder / "redis.sock")
        command = [server_program(), "--port", "0", "--unixsocket", self.socket, "--dir", str(folder)]
        command += ["--appendonly", "yes", "--appendfsync", "always", "--save", "", "--daemonize", "no"]
        self.server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(100):
            try:
                if redis.Redis(unix_socket_path=self.socket).ping():
                    break
            except redis.exceptions.ConnectionError:
                time.sleep(0.05)

    def fill(self, users: int) -> None:
        client: Any = redis.Redis(unix_socket_path=self.socket)
        pipe = client.pipeline(transaction=False)
        for user in range(users):
            row = {key: orjson.dumps(value_of(user, number)) for number, key in enumerate(USERS_KEYS)}
            pipe.hset(f"u{user}", mapping=row)
            pipe.set(f"gold{user}", 10**9)
            if user % 500 == 499:
                pipe.execute()
        pipe.execute()

    def session(self) -> RemoteSession:
        return RemoteSession(self.socket)

    def close(self) -> None:
        self.server.terminate()
        self.server.wait()
