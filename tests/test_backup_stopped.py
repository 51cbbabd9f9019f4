"""A backup that is stopped, or has no room, leaves nothing."""

import signal
import subprocess
import sys

import cloudvars
import pytest
from children import child_environment
from cloudvars import CloudValueError
from copies import fill_all, many
from folders import names


@pytest.mark.parametrize("stop", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("last", [False, True])
def test_a_backup_that_is_stopped_leaves_nothing(store, only_folder, stop, last):
    fill_all(store)

    def progress(done, total):
        if not last or done == total:
            raise stop("enough")

    with pytest.raises(stop, match="enough"):
        store.backup(only_folder / "copy.db", progress)
    assert names(only_folder) == []
    store.backup(only_folder / "copy.db")
    assert names(only_folder) == ["copy.db"]
    with pytest.raises(CloudValueError, match="progress"):
        store.backup(only_folder / "second.db", progress="print")
    assert names(only_folder) == ["copy.db"]


def test_ctrl_c_ends_a_backup(tmp_path, only_folder):
    many(str(tmp_path / "save.db"), 30_000)
    code = """if True:
        import signal, sys
        import cloudvars
        signal.signal(signal.SIGINT, signal.default_int_handler)    # a background job starts without it
        store = cloudvars.open(sys.argv[1])
        try:
            store.backup(sys.argv[2], progress=lambda done, total: signal.raise_signal(signal.SIGINT))
        except KeyboardInterrupt:
            print("stopped", store.room().score.get(user_id=1, key="k1").ok)
    """
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "save.db", only_folder / "copy.db"],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.stdout == "stopped True\n", done.stderr
    assert names(only_folder) == []


FULL = """if True:
    import os, resource, signal, sys
    import cloudvars
    store = cloudvars.open(sys.argv[1])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        store.backup(sys.argv[2])
    except cloudvars.StoreError as error:
        print("StoreError", "backup" in error.message or sys.argv[2] in error.message, flush=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    store.backup(sys.argv[2] + ".second")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_full_disk_leaves_nothing(address, only_folder):
    # A backup is complete when the call returns, whatever becomes of the process.
    dump = many(address, 5000)
    done = subprocess.run(
        [sys.executable, "-c", FULL, address, only_folder / "copy.db"],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "StoreError True\n"), done.stderr
    assert names(only_folder) == ["copy.db.second"]
    with cloudvars.open(only_folder / "copy.db.second") as copy:
        assert copy.dump() == dump
