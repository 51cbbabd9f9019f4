"""Starts servers for tests, or says why there are none."""

import os

import pytest

from servers.mariadb import MariaDB, missing
from servers.redis import Redis, missing_redis


def start_server(**options):
    """A private MariaDB; without the program the test is skipped, and in continuous integration it fails."""
    if reason := missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no MariaDB: {reason}")
    return MariaDB(**options)


def start_redis(**options):
    """A private Redis; as `start_server`."""
    if reason := missing_redis():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no Redis: {reason}")
    return Redis(**options)
