"""A private Redis: a port on loopback, a random password, nothing on disk; gone with the test run."""

import getpass
import secrets
import socket
import sys

from .certificate import make_authority, make_certificate
from .server import Server, program

OPTIONS = ["bind 127.0.0.1", 'save ""', "appendonly no", "daemonize no"]


def missing_redis():
    """Why no Redis can be started here; None when one can."""
    if sys.platform != "linux":
        return "only on Linux can the tests be sure to end the servers that they start"
    return (
        None
        if program("redis-server")
        else "redis-server is not installed; tests/servers/install.sh installs it"
    )


class Redis(Server):
    """One server: use `url()`. With `tls=True` it has a certificate, and `authority` is the path of who signed it."""

    def __init__(self, *, tls=False):
        super().__init__(getpass.getuser())
        self.password = secrets.token_hex(12)
        self.authority = None
        lines = [*OPTIONS, f"requirepass {self.password}", f"dir {self.folder}"]
        if tls:
            self.authority = make_authority(self.folder)
            certificate, key = make_certificate(self.folder, "server")
            lines += ["port 0", f"tls-port {self.port}", "tls-auth-clients no"]
            lines += [
                f"tls-cert-file {certificate}",
                f"tls-key-file {key}",
                f"tls-ca-cert-file {self.authority}",
            ]
        else:
            lines += [f"port {self.port}"]
        (self.folder / "redis.conf").write_text("\n".join(lines), "ascii")

    def command(self, *options):
        """What is run, and its options."""
        return [program("redis-server"), f"{self.folder}/redis.conf", *options]

    def answers(self):
        """Does the server take connections?"""
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=60).close()
        except OSError:
            return False
        return True

    def ask_redis(self, *words):
        """Sends one command; the answer as Redis writes it. Not with TLS."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(packed("AUTH", self.password) + packed(*words) + packed("QUIT"))
            received = b""
            while part := connection.recv(65536):
                received += part
        lines = received.decode("utf-8").removeprefix("+OK\r\n").removesuffix("+OK\r\n")
        return lines.replace("\r\n", "\n").strip()

    def channels(self):
        """The channels that somebody hears."""
        lines = self.ask_redis("PUBSUB", "CHANNELS").split("\n")
        return [line for line in lines if line[:1] not in ("*", "$")]

    def url(self):
        """What the option `bus` takes."""
        scheme = "rediss" if self.authority else "redis"
        return f"{scheme}://:{self.password}@127.0.0.1:{self.port}"


def packed(*words):
    parts = [f"*{len(words)}", *(part for word in words for part in (f"${len(word.encode())}", word))]
    return "\r\n".join([*parts, ""]).encode()
