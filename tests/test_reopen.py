"""`store.reopen()`: everything goes on, unless the file is gone."""

import os
from pathlib import Path

import cloudvars
import preload
import pytest


def test_a_healthy_store_reopens(target):
    # Rooms, ids and subscriptions stay.
    with cloudvars.open(target) as store, store.room() as room:
        told = []
        room.score.subscribe_channel(1, "mail", told.append)
        for number in range(3):
            assert room.score.message_send(src_user_id=2, key="mail", target_user_id=1, value=number).ok
            store.reopen()
            c = room.score.get_commit()
            c.list_add(user_id=1, key="bag", value=[number])
            assert c.commit().ok
        assert [one["value"] for one in told] == [0, 1, 2]
        assert len({item["uuid"] for item in room.score.list_query(user_id=1, key="bag").unwrap()}) == 3
    with pytest.raises(cloudvars.StoreError, match="closed"):
        store.reopen()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_store_whose_file_is_gone_does_not_reopen(path, replaced):
    with cloudvars.open(path) as store:
        room = store.room()
        os.rename(path, path + ".away")
        if replaced:
            Path(path).write_bytes(Path(path + ".away").read_bytes())
        for _ in range(2):
            with pytest.raises(cloudvars.StoreError, match="was replaced" if replaced else "was deleted"):
                store.reopen()
        c = room.score.get_commit()
        c.money_add(user_id=1, key="gold", value=1)
        with pytest.raises(cloudvars.StoreError):
            c.commit()
        os.replace(path + ".away", path)
        store.reopen()
        c = room.score.get_commit()
        c.money_add(user_id=1, key="gold", value=1)
        assert c.commit().ok


EMPTIED = """
import sqlite3, subprocess, sys, cloudvars
FOREIGN = '''
import sqlite3, sys, time
other = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=120)
while True:
    for _ in range(3):
        other.execute("UPDATE cloud SET ver = ver + 1 WHERE kind = 2")
    time.sleep(0.01)
    other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    time.sleep(0.01)
'''
with cloudvars.open(sys.argv[1]) as store:
    with store.room(limits=False).score.get_commit() as c:
        c.money_add(user_id=1, key="gold", value=1)
    with subprocess.Popen([sys.executable, "-c", FOREIGN, sys.argv[1]]) as other:
        try:
            for _ in range(10):
                store.reopen()
        finally:
            other.kill()
"""


def test_a_log_that_is_emptied_meanwhile_fails_nothing(tmp_path, run_python):
    """Another program empties the log again and again: also after its frames were counted, before they are flushed."""
    slow = preload.build("slow_read", Path(__file__).parents[1], tmp_path)
    run_python("-c", EMPTIED, tmp_path / "save.db", LD_PRELOAD=slow)
