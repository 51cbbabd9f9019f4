"""A private MariaDB: its own folder, socket and port on loopback; ready in a second, gone with the test run."""

import getpass
import itertools
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pymysql

from .certificate import make_authority, make_certificate
from .server import Server, program

PROJECT = Path(__file__).resolve().parents[2]
OPTIONS = """
--no-defaults --bind-address=127.0.0.1 --skip-name-resolve --skip-log-bin --skip-slave-start --max-connections=600
--max-allowed-packet=64M --innodb-flush-log-at-trx-commit=1 --innodb-buffer-pool-size=64M --innodb-log-file-size=32M
--innodb-buffer-pool-dump-at-shutdown=0 --innodb-buffer-pool-load-at-startup=0 --character-set-server=utf8mb4
""".split()
NO_SYNC = [
    "--innodb-flush-method=nosync",
    "--sync-frm=0",
]  # a killed server loses nothing by it, a power cut would


def missing():
    """Why no MariaDB can be started here; None when one can."""
    if sys.platform != "linux":
        return "only on Linux can the tests be sure to end the servers that they start"
    for name in ("mariadbd", "mariadb-install-db"):
        if program(name) is None:
            return f"{name} is not installed; tests/servers/install.sh installs it"
    return None


def server_user():
    """Who the server runs as: MariaDB refuses to run as root."""
    return "mysql" if os.geteuid() == 0 else getpass.getuser()


def as_server():
    """What `subprocess` takes to run a program as the server's user."""
    user = server_user()
    return {"user": user, "group": user, "extra_groups": []} if os.geteuid() == 0 else {}


def own(folder):
    """Gives a folder and everything in it to the server's user."""
    if os.geteuid() == 0:
        for path in [folder, *folder.rglob("*")]:
            shutil.chown(path, server_user(), server_user())


def template():
    """An empty data folder to copy, made once for each version of the server."""
    words = subprocess.run(
        [program("mariadbd"), "--version"], check=True, capture_output=True, text=True
    ).stdout
    version = re.search(r"Ver (\S+)", words)[1]
    ready = PROJECT / "target" / "servers" / version
    if ready.exists():
        return ready
    with tempfile.TemporaryDirectory(prefix="cloudvars-") as scratch:
        own(Path(scratch))
        made = subprocess.run(
            [
                program("mariadb-install-db"), "--no-defaults", f"--datadir={scratch}/data", "--skip-test-db",
                "--skip-name-resolve", "--innodb-log-file-size=32M",
            ],
            check=False, capture_output=True, text=True, cwd=scratch, **as_server(),
        )  # fmt: skip
        assert made.returncode == 0, made.stdout + made.stderr
        ready.parent.mkdir(parents=True, exist_ok=True)
        copy = Path(tempfile.mkdtemp(dir=ready.parent))
        shutil.copytree(f"{scratch}/data", copy, dirs_exist_ok=True)
        try:
            copy.rename(ready)
        except OSError:  # another process of the test run was first
            shutil.rmtree(copy)
    return ready


class MariaDB(Server):
    """One server: use `url(database)`.

    `durable=False` leaves out the flushes to disk: faster, and a killed process still loses nothing. With `tls=True`
    the server has a certificate, `authority` is the path of the one that signed it, and `client` those of a client's
    certificate and key.
    """

    def __init__(self, *options, durable=True, tls=False, password=None):
        super().__init__(server_user())
        self.user, self.password = "cloudvars", password or secrets.token_hex(12)
        self.names = itertools.count(1)
        self.options = [*OPTIONS, *([] if durable else NO_SYNC), *options]
        self.authority = self.client = None
        if tls:
            self.authority = make_authority(self.folder)
            certificate, key = make_certificate(self.folder, "server")
            self.client = make_certificate(self.folder, "client")
            self.options += [f"--ssl-ca={self.authority}", f"--ssl-cert={certificate}", f"--ssl-key={key}"]
        shutil.copytree(template(), self.folder / "data")
        (self.folder / "first.sql").write_text(
            f"CREATE OR REPLACE USER {self.user}@'%' IDENTIFIED BY '{self.password}';\n"
            f"GRANT ALL ON *.* TO {self.user}@'%' WITH GRANT OPTION;\n",
            "ascii",
        )
        own(self.folder)

    def command(self, *options):
        """What is run, and its options."""
        return [
            program("mariadbd"), *self.options, f"--datadir={self.folder}/data", f"--socket={self.folder}/socket",
            f"--pid-file={self.folder}/pid", f"--port={self.port}", f"--init-file={self.folder}/first.sql", *options,
        ]  # fmt: skip

    def answers(self):
        """Does the server answer a query?"""
        try:
            return self.execute("SELECT 1") == [(1,)]
        except pymysql.Error:
            return False

    def url(self, database="", port=None):
        """What `cloudvars.open` takes; another port for a proxy before the server."""
        return f"mysql://{self.user}:{self.password}@127.0.0.1:{port or self.port}/{database}"

    def new_database(self):
        """Makes an empty database, and answers its URL."""
        name = f"test_{next(self.names)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def connect(self, database=None, **options):
        """A PyMySQL connection, in autocommit mode."""
        given = {
            "host": "127.0.0.1", "port": self.port, "user": self.user, "password": self.password,
            "database": database, "autocommit": True, "connect_timeout": 60, "ssl_disabled": "ssl" not in options,
        }  # fmt: skip
        return pymysql.connect(**{**given, **options})

    def execute(self, sql, *values, database=None):
        """Runs one statement on a connection of its own: the rows of its answer."""
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, values or None)
                return list(cursor.fetchall())
        finally:
            connection.close()
