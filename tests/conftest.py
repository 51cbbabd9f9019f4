"""What every test shares: Hypothesis profiles, and fixtures; most of them are in the module of their noun."""

import os
from pathlib import Path

import cloudvars
import pytest
from bars import plain_bar  # noqa: F401 - a fixture for every test
from bulks import bulk  # noqa: F401 - a fixture for every test
from buses import bus_url, open_room  # noqa: F401 - fixtures for every test
from children import lock_out, run_python, start_python  # noqa: F401 - fixtures for every test
from commands import answer, command, filled, printed  # noqa: F401 - fixtures for every test
from copies import new_address  # noqa: F401 - a fixture for every test
from folders import file, only_folder  # noqa: F401 - fixtures for every test
from garbage import quiet  # noqa: F401 - a fixture for every test
from golden import golden  # noqa: F401 - a fixture for every test
from hypothesis import HealthCheck, settings
from messages import inbox  # noqa: F401 - a fixture for every test
from mods import (  # noqa: F401 - fixtures for every test
    empty_game,
    factory,
    overheard,
    pack,
    run_mod,
    server_api,
    system,
    tick_room,
)
from nodes import completed, load_nodes, node_folder, node_tree  # noqa: F401 - fixtures for every test
from packages import csv_folder  # noqa: F401 - a fixture for every test
from pressed import heard, press  # noqa: F401 - fixtures for every test
from projects import project  # noqa: F401 - a fixture for every test
from readers import writer  # noqa: F401 - a fixture for every test
from servers.proxy import Proxy
from servers.start import start_redis, start_server
from table_world import table_name, world  # noqa: F401 - fixtures for every test
from visitors import page, show, visitor  # noqa: F401 - fixtures for every test
from visits import browser, players, visit  # noqa: F401 - fixtures for every test

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile("dev", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("dev"), max_examples=200, print_blob=True)
settings.register_profile("slow", parent=settings.get_profile("dev"), max_examples=3000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


@pytest.fixture
def root():
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def mariadb():
    """The MariaDB of the test run. Whoever stops it starts it again."""
    with start_server(durable=False) as server:
        yield server


@pytest.fixture
def url(mariadb):
    """A new database of it."""
    return mariadb.new_database()


@pytest.fixture(scope="session")
def mariadb_tls():
    """A MariaDB with a certificate, signed by `mariadb_tls.authority`."""
    with start_server(durable=False, tls=True) as server:
        yield server


@pytest.fixture(scope="session")
def redis():
    """The Redis of the test run. Whoever stops it starts it again."""
    with start_redis() as server:
        yield server


@pytest.fixture(scope="session")
def redis_tls():
    """A Redis with a certificate, signed by `redis_tls.authority`."""
    with start_redis(tls=True) as server:
        yield server


@pytest.fixture
def proxy(mariadb):
    """What stands between a store and the MariaDB of the test run, and fails when told: `proxy.url(url)`."""
    with Proxy(mariadb.port) as proxy:
        yield proxy


@pytest.fixture
def clock():
    return cloudvars.ManualClock()


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "save.db")


@pytest.fixture
def small_disk(tmp_path):
    """Mounts a disk of that size ("2m"); where that is not possible the test is skipped, and in CI it fails."""
    disk = tmp_path / "disk"

    def small_disk(size):
        disk.mkdir()
        if os.system(f"mount -t tmpfs -o size={size} tmpfs '{disk}' 2>/dev/null"):
            (pytest.fail if os.environ.get("CI") else pytest.skip)("this user mounts nothing on this machine")
        return disk

    yield small_disk
    if os.path.ismount(disk):
        os.system(f"umount '{disk}'")


def new_target(kind, request):
    """A new store of this kind, to be opened."""
    if kind == "memory":
        return ":memory:"
    if kind == "mariadb":
        return request.getfixturevalue("mariadb").new_database()
    if kind == "mariadb+redis":
        bus = request.getfixturevalue("redis").url()
        return f"{request.getfixturevalue('mariadb').new_database()}?bus={bus}"
    return request.getfixturevalue("path")


@pytest.fixture
def make_target(request):
    """Makes the target of a new store: for modules that want other kinds than all tests."""
    return lambda kind: new_target(kind, request)


@pytest.fixture(params=["memory", "file", "mariadb"])
def target(request):
    """Every behaviour is the same on every kind of store."""
    return new_target(request.param, request)


@pytest.fixture(params=["file", "mariadb"])
def address(request):
    """A store that can be opened again, and by other processes."""
    return new_target(request.param, request)


@pytest.fixture
def store(target, clock):
    with cloudvars.open(target, clock=clock) as store:
        yield store


@pytest.fixture
def make_room(store):
    """Makes rooms of the test's store."""
    rooms = []

    def make_room(name=None, **options):
        rooms.append(store.room(name, **options))
        return rooms[-1]

    yield make_room
    for room in rooms:
        room.close()


@pytest.fixture
def room(make_room):
    return make_room("room-1")


@pytest.fixture
def other(make_room):
    """Another room of the test's store, without quotas."""
    return make_room("other", limits=False)


@pytest.fixture
def score(room):
    return room.score


@pytest.fixture(scope="module", params=["memory", "mariadb"])
def free(request):
    """The score of a room without quotas, for many examples in one test."""
    target = new_target(request.param, request)
    with cloudvars.open(target) as store, store.room(limits=False) as room:
        yield room.score


@pytest.fixture
def open_store(address, clock):
    """Opens the test's store, any number of times; closes what was opened."""
    stores = []

    def open_store(**options):
        stores.append(cloudvars.open(address, **{"clock": clock, **options}))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture
def reopen(open_store):
    """Closes a store and opens it again."""

    def reopen(store, **options):
        store.close()
        return open_store(**options)

    return reopen
