"""A private Galera cluster on loopback: nodes that are killed, cut off, recovered, and let in again."""

import itertools
import re
import secrets
import time
from pathlib import Path

import pymysql

from .mariadb import MariaDB, missing
from .server import START_SECONDS, free_port, program

PROVIDERS = [
    "/usr/lib/galera/libgalera_smm.so",
    "/usr/lib64/galera-4/libgalera_smm.so",
    "/usr/lib64/galera/libgalera_smm.so",
]
TIMEOUTS = {
    "evs.keepalive_period": "PT0.25S",
    "evs.inactive_check_period": "PT0.25S",
    "evs.suspect_timeout": "PT1S",
    "evs.inactive_timeout": "PT3S",
    "evs.install_timeout": "PT3S",
}
GALERA = """
--wsrep-on=ON --binlog-format=ROW --innodb-autoinc-lock-mode=2 --wsrep-sst-method=rsync --wsrep-slave-threads=4
--wsrep-node-address=127.0.0.1 --wsrep-cluster-name=cloudvars
""".split()


def provider():
    """The path of Galera's library; None without it."""
    return next((path for path in PROVIDERS if Path(path).exists()), None)


def missing_galera():
    """Why no cluster can be started here; None when one can."""
    if provider() is None or program("rsync") is None:
        return missing() or "galera-4 or rsync is not installed; tests/servers/install.sh installs them"
    return missing()


class Node(MariaDB):
    """One node; `name` is its number in the cluster, from 1."""

    def __init__(self, name, **options):
        super().__init__(*GALERA, f"--wsrep-provider={provider()}", f"--wsrep-node-name={name}", **options)
        self.name = name
        self.group_port, self.incremental_port, self.state_port = free_port(), free_port(), free_port()
        self.options.append(f"--wsrep-sst-receive-address=127.0.0.1:{self.state_port}")

    def __repr__(self):
        return f"<node {self.name} 127.0.0.1:{self.port}>"

    def command(self, *options):
        # Statements of the first file would run on every node; the users come with the state.
        first = f"--init-file={self.folder}/first.sql"
        return [
            word for word in super().command(*options) if word != first or "--wsrep-new-cluster" in options
        ]

    def tell(self, option):
        """Sets an option of the provider while the node runs."""
        self.execute("SET GLOBAL wsrep_provider_options = %s", option)

    def status(self, name):
        """One value of the node's status."""
        return self.execute("SHOW STATUS LIKE %s", f"wsrep_{name}")[0][1]

    def is_synced(self):
        """Is the node in the primary component, and has it caught up?"""
        try:
            state = self.status("cluster_status"), self.status("local_state_comment")
        except pymysql.Error:  # a node that changes its component ends connections
            return False
        return state == ("Primary", "Synced")

    def position(self):
        """The last commit in a dead node's folder."""
        before = len(self.log)
        self.launch("--wsrep-recover", "--wsrep-cluster-address=gcomm://")
        assert self.ask("wait", START_SECONDS) == 0, self.log[-4000:]
        return int(re.findall(r"Recovered position: \S+:(-?\d+)", self.log[before:])[-1])


class Galera:
    """A cluster of nodes. `start()` it, use `url(database)`, `close()` it; also a context manager."""

    def __init__(self, size=3, **options):
        options.setdefault("password", secrets.token_hex(12))  # users are part of the state that nodes share
        self.nodes = [Node(name, **options) for name in range(1, size + 1)]
        self.names = itertools.count(1)
        group = ",".join(f"127.0.0.1:{node.group_port}" for node in self.nodes)
        for node in self.nodes:
            settings = {
                **TIMEOUTS,
                "gmcast.listen_addr": f"tcp://127.0.0.1:{node.group_port}",
                "ist.recv_addr": f"127.0.0.1:{node.incremental_port}",
                "gcache.size": "128M",
            }
            words = ";".join(f"{name}={value}" for name, value in settings.items())
            node.options += [f"--wsrep-provider-options={words}", f"--wsrep-cluster-address=gcomm://{group}"]

    def __enter__(self):
        return self.start()

    def __exit__(self, *error):
        self.close()

    def start(self):
        """Starts the first node, then the others, and waits until all are equal."""
        self.bootstrap(self.nodes[0])
        self.join(*self.nodes[1:])
        return self

    def bootstrap(self, node):
        """Starts a node as the first of a new cluster."""
        state = node.folder / "data" / "grastate.dat"
        if state.exists():  # after a crash, Galera leaves it to the operator to say which node is the newest
            state.write_text(
                state.read_text("ascii").replace("safe_to_bootstrap: 0", "safe_to_bootstrap: 1"), "ascii"
            )
        node.start("--wsrep-new-cluster")

    def join(self, *nodes):
        """Starts nodes that take their state from the others, and waits until they have it."""
        for node in nodes:
            node.launch()
        for node in nodes:
            node.await_ready()
        self.settle()

    def recover(self):
        """After the loss of all nodes: the newest state begins, the others join."""
        newest = max(self.nodes, key=Node.position)
        self.bootstrap(newest)
        self.join(*(node for node in self.nodes if node is not newest))

    def settle(self):
        """Waits until every node is in the primary component and has caught up."""
        deadline = time.monotonic() + START_SECONDS
        for node in self.nodes:
            while not node.is_synced():
                assert time.monotonic() < deadline, f"{node!r} does not catch up\n{node.log[-4000:]}"
                time.sleep(0.02)

    def close(self):
        """Kills the nodes and removes their folders."""
        for node in self.nodes:
            node.close()

    def url(self, database, first=1):
        """What `cloudvars.open` takes: every node, from number `first` on."""
        nodes = self.nodes[first - 1 :] + self.nodes[: first - 1]
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in nodes)
        return f"mysql://{nodes[0].user}:{nodes[0].password}@{hosts}/{database}"

    def new_database(self):
        """Makes an empty database on every node, and answers its name."""
        name = f"test_{next(self.names)}"
        self.nodes[0].execute(f"CREATE DATABASE {name}")
        self.settle()
        return name
