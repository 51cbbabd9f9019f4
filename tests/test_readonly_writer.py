"""A store that is read beside a writer, alive or killed, also where nothing can be written."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import cloudvars
import pytest
from children import child_environment
from copies import many
from folders import state
from readers import gold, pay


@pytest.fixture
def path(file):
    return str(file)


def test_commits_of_another_process_are_seen_at_once(address, writer):
    # C-7, S-4: while it writes, after it closed, and when it opens again
    tell, _ = writer(address)
    tell(5)
    heard = []
    with cloudvars.open(address, readonly=True) as store:
        room = store.room(limits=False)
        room.score.subscribe_channel(1, "mail", lambda one: heard.append(one["value"]))
        total = 5
        for what in (1, "close", 0, "open", 2, 3, "close", "open", 4, "close"):
            if what == 0:
                continue
            tell(what)
            total += what if isinstance(what, int) else 0
            rows = room.score.money_get(user_id=list(range(1, 51)), key="gold").unwrap()
            assert {row["value"] for row in rows} == {total}
            room.tick()
        assert heard == [5, 1, 2, 3, 4]


@pytest.mark.parametrize("killed", [False, True])
def test_nothing_is_made_beside_a_writer(path, only_folder, writer, killed):
    # Nothing is made beside a writer that was killed either, and what it acknowledged is read.
    many(path, 100)
    tell, child = writer(path)
    tell(7)
    if killed:
        child.send_signal(signal.SIGKILL)
        child.wait()
    before = sorted(os.listdir(only_folder))
    content = Path(path).read_bytes()
    for _ in range(3):
        with cloudvars.open(path, readonly=True) as store:
            assert gold(store) == 7
            assert len(store.dump()["games"]["default"]["general"]) == 100
    assert sorted(os.listdir(only_folder)) == before
    assert Path(path).read_bytes() == content
    with cloudvars.open(path) as store:
        pay(store.room().score)
        assert gold(store) == 8


MEDIUM = """if True:
    import ctypes, os, sys
    import cloudvars
    path, out = sys.argv[1:]
    # Root, too, writes nothing without its capabilities.
    ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
    try:
        open(os.path.join(os.path.dirname(path), "x"), "w")
        raise SystemExit("writes everywhere")
    except OSError:
        pass
    def told(what):
        try:
            return what()
        except cloudvars.StoreError as error:
            assert path in error.message, error
            return "StoreError"
    def opened():
        with cloudvars.open(path, readonly=True) as store:
            return store.room().score.money_get(user_id=1, key="gold").unwrap()[0]["value"]
    def copied():
        cloudvars.copy(path, out)
        with cloudvars.open(out) as store:
            return store.room().score.money_get(user_id=1, key="gold").unwrap()[0]["value"]
    print(told(opened), told(copied))
"""


@pytest.mark.parametrize("left", ["closed", "killed", "killed, without its index"])
def test_a_store_on_a_medium_that_cannot_be_written(path, only_folder, writer, tmp_path, left):
    # A log that cannot be read without writing is an error, never a stale answer.
    tell, child = writer(path)
    tell(3)
    tell("close")
    tell("open")
    tell(4)
    if left == "closed":
        tell("close")
    else:
        child.send_signal(signal.SIGKILL)
    child.stdin.close()
    child.wait()
    if left == "killed, without its index":
        os.unlink(path + "-shm")
    for entry in only_folder.iterdir():
        entry.chmod(0o444)
    only_folder.chmod(0o555)
    (tmp_path / "out").mkdir()
    before = state(only_folder)
    done = subprocess.run(
        [sys.executable, "-c", MEDIUM, path, tmp_path / "out" / "copy.db"],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    only_folder.chmod(0o755)
    if "writes everywhere" in done.stderr:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("this user writes everywhere")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ("StoreError StoreError\n" if "without" in left else "7 7\n")
    assert state(only_folder) == before


def test_in_one_process_with_a_writer(path):
    with cloudvars.open(path) as writer:
        score = writer.room(limits=False).score
        pay(score)
        with cloudvars.open(path, readonly=True) as store:
            for number in range(2, 30):
                pay(score)
                assert gold(store) == number
        pay(score)
    with cloudvars.open(path, readonly=True) as store:
        assert gold(store) == 30
        with cloudvars.open(path) as writer:
            pay(writer.room().score)
            assert gold(store) == 31
        assert gold(store) == 31


def test_a_reader_makes_way_for_a_writer_of_its_process(path, writer):
    # This holds while another process writes, too.
    tell, _ = writer(path)
    tell(1)
    with cloudvars.open(path, readonly=True) as store:
        assert gold(store) == 1
        with cloudvars.open(path) as own:
            pay(own.room().score, 2)
            assert gold(store) == gold(own) == 3
            tell(4)
            assert gold(store) == gold(own) == 7
        tell(1)
        assert gold(store) == 8
