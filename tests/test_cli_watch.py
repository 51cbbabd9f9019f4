"""``cloudvars watch``: what changes, while it changes."""

import json
import signal
import subprocess
import sys

import cloudvars
import pytest
from children import child_environment

MAIN = """if True:
    import signal, sys
    from cloudvars.cli import main
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started this may ignore it
    sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def watch(filled):
    """Starts a watch, and waits until it watches: it then sees the balance 0 of user 1000."""
    started = []

    def watch(*options):
        command = [sys.executable, "-u", "-c", MAIN, "watch", filled, *options]
        child = subprocess.Popen(
            command, env=child_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )
        started.append(child)
        return child

    yield watch
    for child in started:
        child.kill()
        child.communicate()


def begin(child, change):
    """Changes something until the watch sees it, and passes over those lines."""
    import threading

    seen = threading.Event()

    def knock():
        while not seen.wait(0.2):
            change()

    knocking = threading.Thread(target=knock)
    knocking.start()
    try:
        assert "gold" in child.stdout.readline()
    finally:
        seen.set()
        knocking.join()


def test_changes_are_printed(filled, watch):
    with cloudvars.open(filled) as store:
        score = store.room(limits=False).score

        def change(user=1000, value=1, key="gold"):
            with score.get_commit() as c:
                c.money_add(user_id=user, key=key, value=value)

        child = watch("--key", "gold", "--json")
        begin(child, change)
        change(7, 70, "silver")
        change(7, 77)
        row = {}
        while row.get("user_id") != 7:
            row = json.loads(child.stdout.readline())
        assert (row["table"], row["key"], row["value"], row["version"]) == ("money", "gold", 77, 1)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate()
        assert (child.returncode, err) == (130, "cloudvars: stopped\n")
        assert "silver" not in out


def test_a_line_for_people(filled, watch):
    with cloudvars.open(filled) as store:
        score = store.room(limits=False).score

        def change():
            with score.get_commit() as c:
                c.money_add(user_id=1000, key="gold", value=1)

        child = watch()
        begin(child, change)
        score.message_send(src_user_id=1, key="ma\nil", target_user_id=2, value=["yo"])
        line = ""
        while " message " not in line:
            line = child.stdout.readline()
        assert r'key=ma\nil src_user_id=1 target_user_id=2 read=false deleted=false value=["yo"]' in line
        assert line.split()[0].endswith("Z")
