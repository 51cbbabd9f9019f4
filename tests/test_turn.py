"""Processes take turns to write: what waits for another one's turn, and what does not."""

import cloudvars
import pytest

HOLDER = """
import fcntl, sys
lock = open(sys.argv[1] + "-lock", "r+")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def hold_turn(start_python):
    """hold_turn(path): a process that has its turn to write, until it is killed."""

    def hold_turn(path):
        holder = start_python("-c", HOLDER, path)
        assert holder.stdout.readline() == "held\n"
        return holder

    return hold_turn


def test_a_store_opens_while_another_process_has_its_turn(tmp_path, hold_turn):
    path = str(tmp_path / "s.db")
    with cloudvars.open(path) as store:
        store.room()
    holder = hold_turn(path)
    try:
        with cloudvars.open(path) as store:
            score = store.room().score
            assert score.get(user_id=1, key="k") == (0, [], None)
            c = score.get_commit()
            c.addi(user_id=1, key="k", value=1)
            assert c.commit().error_code == 1205
            assert score.get(user_id=1, key="k") == (0, [], None)
            holder.kill()
            holder.wait()
            d = score.get_commit()
            d.addi(user_id=1, key="k", value=1)
            assert d.commit().ok
    finally:
        holder.kill()


def test_what_cannot_be_made_now_is_a_store_error(tmp_path, hold_turn):
    path = tmp_path / "s.db"
    (tmp_path / "s.db-lock").touch()
    holder = hold_turn(str(path))
    try:
        with pytest.raises(cloudvars.StoreError) as error:
            cloudvars.open(path)
        assert error.value.code == 1205
    finally:
        holder.kill()
        holder.wait()
    cloudvars.open(path).close()


def test_stores_of_one_process_take_turns_with_others(tmp_path, hold_turn):
    # C-7
    path = str(tmp_path / "s.db")
    with cloudvars.open(path) as first, cloudvars.open(path) as second:
        rooms = [first.room(), second.room()]
        holder = hold_turn(path)
        try:
            c = rooms[0].score.get_commit()
            c.addi(user_id=1, key="k", value=1)
            assert c.commit().error_code == 1205
            first.close()
            d = rooms[1].score.get_commit()
            d.addi(user_id=1, key="k", value=1)
            holder.kill()
            holder.wait()
            assert d.commit().ok
        finally:
            holder.kill()
        # Closing the first one has not let go of what the second one holds.
        with cloudvars.open(path) as third:
            e = third.room().score.get_commit()
            e.addi(user_id=1, key="k", value=1)
            assert e.commit().ok
        assert rooms[1].score.get(user_id=1, key="k").data[0]["i_value"] == 2
