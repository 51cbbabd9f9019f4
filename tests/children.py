"""Children of a test: Python processes that find the package. The fixtures are there for every test."""

import os
import site
import subprocess
import sys
from pathlib import Path

import cloudvars
import pytest

PACKAGE_PARENT = Path(cloudvars.__file__).resolve().parents[1]


def child_environment(**extra):
    """The environment of a child that finds the package where this process found it."""
    environment = {**os.environ, "PYTHONUTF8": "1", **extra}
    if str(PACKAGE_PARENT) not in site.getsitepackages():
        paths = [str(PACKAGE_PARENT), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    return environment


@pytest.fixture
def run_python():
    """Runs python with arguments to its end; a child that fails fails the test, with what it wrote."""

    def run_python(*arguments, cwd=None, timeout=600, **environment):
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            env=child_environment(**environment),
            cwd=cwd,
            timeout=timeout,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run_python


@pytest.fixture
def start_python():
    """Starts children with pipes (lines of text); kills what is left at the end."""
    children = []

    def start_python(*arguments, cwd=None, **environment):
        child = subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            env=child_environment(**environment),
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            bufsize=1,
        )
        children.append(child)
        return child

    yield start_python
    for child in children:
        child.kill()
        child.wait()
        child.stdin.close()
        child.stdout.close()


HOLD = """if True:
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    print("locked", flush=True)
    sys.stdin.readline()
    connection.execute("COMMIT")
"""


@pytest.fixture
def lock_out(request, start_python, address):
    """Another program locks the whole of the test's store; answers how to make it let go."""

    def lock_out():
        if "://" in address:
            connection = request.getfixturevalue("mariadb").connect(address.rpartition("/")[2])
            request.addfinalizer(connection.close)
            connection.begin()
            connection.cursor().execute("SELECT * FROM cloud FOR UPDATE")
            return connection.commit
        child = start_python("-c", HOLD, address)
        assert child.stdout.readline() == "locked\n"
        return lambda: child.stdin.write("let go\n")

    return lock_out
