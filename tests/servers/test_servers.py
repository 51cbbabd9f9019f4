"""The tests' own servers do what the tests rely on."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pymysql
import pytest

from servers.certificate import make_authority
from servers.proxy import HOLD_ANSWER, LOSE_ANSWER, LOSE_COMMIT

HOLDER = """if True:
    import signal
    from servers.mariadb import MariaDB
    server = MariaDB(durable=False).start()
    print(server.pid, server.keeper.pid, server.folder, flush=True)
    signal.pause()
"""


def is_running(pid):
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def gone(check, seconds=120):
    deadline = time.monotonic() + seconds
    while check():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return True


@pytest.fixture
def database(mariadb):
    """The name of a database with one row."""
    name = mariadb.new_database().rpartition("/")[2]
    mariadb.execute("CREATE TABLE t(a INT PRIMARY KEY, b LONGBLOB)", database=name)
    mariadb.execute("INSERT INTO t VALUES (1, 'first')", database=name)
    return name


@pytest.fixture
def through(mariadb, proxy, database):
    """Makes connections through the proxy."""
    made = []

    def through(**options):
        made.append(mariadb.connect(database, port=proxy.port, read_timeout=120, **options))
        return made[-1]

    yield through
    for connection in made:
        if connection.open:
            connection.close()


@pytest.mark.parametrize("victim", ["test run", "keeper"])
def test_nothing_outlives_a_killed_test_run(mariadb, root, victim):
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True, cwd=root / "tests"
    )
    server, keeper, folder = child.stdout.readline().split()
    assert is_running(server)
    os.kill(child.pid if victim == "test run" else int(keeper), signal.SIGKILL)
    assert gone(lambda: is_running(server))
    child.kill()
    child.wait()
    child.stdout.close()
    assert gone(lambda: is_running(keeper))
    if victim == "test run":
        assert not os.path.exists(folder)
    else:
        subprocess.run(["rm", "-r", folder], check=True)


def test_a_server_comes_back_with_its_data(mariadb, database):
    for end in (mariadb.kill, mariadb.stop):
        end()
        assert not mariadb.answers()
        mariadb.start()
        assert mariadb.execute("SELECT a, b FROM t", database=database) == [(1, b"first")]


def test_a_paused_server_keeps_its_connections(mariadb):
    connection = mariadb.connect(read_timeout=120)
    mariadb.pause()
    resumed = []
    threading.Timer(0.2, lambda: (resumed.append(True), mariadb.resume())).start()
    connection.ping(reconnect=False)
    assert resumed
    connection.close()


def test_certificates(mariadb_tls, tmp_path):
    certificate, key = map(str, mariadb_tls.client)
    mariadb_tls.execute("CREATE USER sealed IDENTIFIED BY 'sealed' REQUIRE X509")
    sealed = {"user": "sealed", "password": "sealed"}
    mariadb_tls.connect(
        **sealed, ssl={"ca": str(mariadb_tls.authority), "cert": certificate, "key": key}
    ).close()
    with pytest.raises(pymysql.OperationalError, match="Access denied"):
        mariadb_tls.connect(**sealed)
    with pytest.raises(pymysql.OperationalError, match="certificate verify failed"):
        mariadb_tls.connect(ssl={"ca": str(make_authority(tmp_path, "stranger"))})


def test_a_proxy_delays_both_ways(mariadb, proxy, through):
    connection = through()

    def ping():
        began = time.monotonic()
        connection.ping()
        return time.monotonic() - began

    proxy.delay = 0.02
    short = min(ping() for _ in range(10))
    proxy.delay = 0.4
    assert 0.04 <= short < 0.8 <= ping()
    assert mariadb.url("db") == f"mysql://cloudvars:{mariadb.password}@127.0.0.1:{mariadb.port}/db"
    assert proxy.url(mariadb.url("db")) == mariadb.url("db", port=proxy.port)


def test_a_proxy_passes_large_values(proxy, through):
    connection = through()
    value = os.urandom(20_000_000)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (2, %s)", (value,))
        cursor.execute("COMMIT")
        cursor.execute("SELECT b FROM t WHERE a = 2")
        assert cursor.fetchall() == ((value,),)
    assert proxy.commits == 1


@pytest.mark.parametrize("prepared", [False, True])
@pytest.mark.parametrize(
    ("fault", "stored"), [(LOSE_COMMIT, b"first"), (LOSE_ANSWER, b"new"), (HOLD_ANSWER, b"new")]
)
def test_a_proxy_fails_the_commit_that_it_is_told(mariadb, proxy, through, database, fault, stored, prepared):
    connection = through(autocommit=False)
    statement = prepare(connection, "COMMIT")
    proxy.fail_commit(fault, skip=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE t SET b = 'first' WHERE a = 1")
        cursor.execute("Commit ;")
        cursor.execute("UPDATE t SET b = 'new' WHERE a = 1")
        if fault == HOLD_ANSWER:
            connection._read_timeout = 1
        with pytest.raises((pymysql.Error, OSError)) as caught:
            execute_prepared(connection, statement) if prepared else cursor.execute("COMMIT")
        assert ("timed out" in str(caught.value)) == (fault == HOLD_ANSWER)
    gone(lambda: proxy.commits < 2)
    assert (proxy.commits, proxy.failed) == (2, 1)
    assert mariadb.execute("SELECT b FROM t FOR UPDATE", database=database) == [(stored,)]
    with through().cursor() as cursor:
        cursor.execute("COMMIT")


def prepare(connection, sql):
    connection._execute_command(0x16, sql)
    return connection._read_packet().get_all_data()[1:5]


def execute_prepared(connection, statement):
    connection._execute_command(0x17, statement + b"\0\1\0\0\0")
    connection._read_packet()


def test_a_proxy_cuts_holds_and_refuses(proxy, through):
    cut = through()
    proxy.cut()
    with pytest.raises(pymysql.Error):
        cut.ping(reconnect=False)
    held = through()
    held._read_timeout = 1
    proxy.hold()
    with pytest.raises(pymysql.Error, match="timed out"):
        held.ping(reconnect=False)
    proxy.hold(False)
    proxy.refuse()
    with pytest.raises(pymysql.Error):
        through()
    proxy.refuse(False)
    through().ping()


def test_the_proxy_as_a_program(mariadb, root):
    program = root / "tests" / "servers" / "proxy.py"
    child = subprocess.Popen(
        [sys.executable, program, str(mariadb.port), "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    connection = mariadb.connect(port=int(child.stdout.readline()))
    connection.ping()
    connection.close()
    child.stdin.close()
    assert child.wait(120) == 0
    child.stdout.close()
