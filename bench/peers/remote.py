"""redis with appendfsync always, on a private socket; the commit is a Lua script."""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

import orjson
import redis

from . import DAY_MS, EXTRA, NODES, PROGRESS, USERS_KEYS, achievement_of, answer_of, value_of

if TYPE_CHECKING:
    from pathlib import Path

COMMIT = """
if tonumber(redis.call('GET', KEYS[1])) < tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[2], 'k1', ARGV[1])
redis.call('HINCRBY', KEYS[2], 'k2.i', 1)
redis.call('DECRBY', KEYS[1], ARGV[2])
redis.call('HSET', KEYS[3], ARGV[3], ARGV[1])
return 1
"""

FIELDS = ("", ".i", ".s")  # after the key: the value, i_value and s_value
ALL_FIELDS = [key + field for key in USERS_KEYS for field in FIELDS]


def _row(user: int, key: str, value: bytes, i_value: bytes, s_value: bytes) -> dict[str, Any]:
    return {
        "user_id": user,
        "key": key,
        "i_value": int(i_value),
        "s_value": s_value.decode(),
        "value": orjson.loads(value),
    }


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

    def item(self, user: int, uuid: int) -> dict[str, Any]:
        value: dict[str, Any] = orjson.loads(self.client.hget(f"bag{user}", uuid))
        return value

    def get_one(self, user: int, key: str) -> dict[str, Any]:
        return _row(user, key, *self.client.hmget(f"u{user}", [key + field for field in FIELDS]))

    def get_many(self, users: list[int]) -> list[dict[str, Any]]:
        pipe = self.client.pipeline(transaction=False)
        for user in users:
            pipe.hmget(f"u{user}", ALL_FIELDS)
        return [
            _row(user, key, *values[3 * number : 3 * number + 3])
            for user, values in zip(users, pipe.execute(), strict=True)
            for number, key in enumerate(USERS_KEYS)
        ]

    def money(self, user: int) -> dict[str, Any]:
        return {"user_id": user, "key": "gold", "value": int(self.client.get(f"gold{user}"))}

    def limit(self, user: int) -> dict[str, Any]:
        value, limit, days, ends = orjson.loads(self.client.get(f"daily{user}"))
        if ends <= time.time() * 1000:
            value = 0
        return {"user_id": user, "key": "daily", "value": value, "limit": limit, "refresh_day": days}

    def achievements(self, user: int) -> dict[str, Any]:
        nodes = self.client.hgetall(f"nodes{user}")
        return answer_of([achievement_of(node.decode(), *orjson.loads(row)) for node, row in nodes.items()])

    def close(self) -> None:
        self.client.close()


class Remote:
    """A server of our own that listens on a socket in the folder, and nowhere else."""

    name = "redis always"

    def __init__(self, folder: Path) -> None:
        self.socket = str(folder / "redis.sock")
        command = [server_program(), "--port", "0", "--unixsocket", self.socket, "--dir", str(folder)]
        command += ["--appendonly", "yes", "--appendfsync", "always", "--save", "", "--daemonize", "no"]
        self.server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                if redis.Redis(unix_socket_path=self.socket).ping():
                    break
            except redis.exceptions.ConnectionError:
                time.sleep(0.05)

    def fill(self, users: int, online: list[int]) -> None:
        client: Any = redis.Redis(unix_socket_path=self.socket)
        pipe = client.pipeline(transaction=False)
        for user in range(users):
            row: dict[str, Any] = {}
            for number, key in enumerate(USERS_KEYS):
                row |= {key: orjson.dumps(value_of(user, number)), f"{key}.i": number, f"{key}.s": "s"}
            pipe.hset(f"u{user}", mapping=row)
            pipe.set(f"gold{user}", 10**9)
            if user % 500 == 499:
                pipe.execute()
        daily = orjson.dumps((3, 10, 30, int(time.time() * 1000) + 30 * DAY_MS))
        node = orjson.dumps((PROGRESS, EXTRA, 0, 1))
        for user in online:
            pipe.set(f"daily{user}", daily)
            pipe.hset(f"nodes{user}", mapping=dict.fromkeys(NODES, node))
        pipe.execute()

    def session(self) -> RemoteSession:
        return RemoteSession(self.socket)

    def close(self) -> None:
        self.server.terminate()
        self.server.wait()
