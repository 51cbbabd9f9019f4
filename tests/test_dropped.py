"""What is dropped without `close` or `commit` says what was not done, and leaves no thread."""

import asyncio
import gc
import subprocess
import sys

import cloudvars
import pytest
from children import child_environment

THREADS = """if True:
    import asyncio, gc, os, sys, threading, time
    import cloudvars

    async def use(path):
        score = cloudvars.open(path).room(limits=False).score.aio
        await score.subscribe_message("c", print)
        c = score.get_commit()
        c.money_add(user_id=1, key="gold", value=1)
        assert (await c.commit()).ok

    def count():
        gc.collect()
        own = [thread for thread in threading.enumerate() if thread.name.startswith("cloudvars-")]
        return len(own), len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 0

    asyncio.run(use(sys.argv[1]))
    _, before = count()
    for _ in range(20):
        asyncio.run(use(sys.argv[1]))
    for _ in range(3000):
        own, after = count()
        if own == 0 and after <= before + 4:
            break
        time.sleep(0.02)
    print(own, after - before)
"""


def test_a_store_without_close_leaves_no_thread(run_python, tmp_path):
    # Neither a thread of Python nor one of the engine is left.
    own, more = map(int, run_python("-c", THREADS, str(tmp_path / "s.db")).split())
    assert own == 0
    assert more <= 4


def test_a_room_that_is_dropped_says_what_was_not_done(store, quiet):
    #
    room = store.room("lost", delivery="tick")
    for player in range(3):
        room.achievement.LobbyGetAchievementStorage(print, player)
    with pytest.warns(ResourceWarning, match=r"room 'lost' was dropped without close\(\): 3 requests"):
        del room
    room = store.room("done", delivery="tick")
    room.achievement.LobbyGetAchievementStorage(lambda data: None, 1)
    room.close()
    del room
    del_room = store.room("idle")
    assert del_room.score.subscribe_message("c", print)
    del del_room
    gc.collect()


def test_a_committer_that_is_dropped_says_what_had_no_effect(score):
    #
    with pytest.warns(ResourceWarning, match=r"room 'room-1' was dropped .* its 2 operations had no effect"):
        c = score.get_commit()
        c.money_add(user_id=1, key="gold", value=1)
        c.money_add(user_id=1, key="gold", value=1)
        del c


def test_a_committer_that_is_dropped_with_cause_says_nothing(score):
    # warnings are errors here
    score.get_commit()
    poisoned = score.get_commit()
    poisoned.money_add(user_id=1, key="gold", value=1)
    with pytest.raises(cloudvars.CloudValueError):
        poisoned.money_add(user_id=1, key="gold", value="x")
    del poisoned
    with pytest.raises(ZeroDivisionError), score.get_commit() as c:
        c.money_add(user_id=1, key="gold", value=1)
        raise ZeroDivisionError
    del c

    async def main():
        with pytest.raises(ZeroDivisionError):
            async with score.aio.get_commit() as c:
                c.money_add(user_id=1, key="gold", value=1)
                raise ZeroDivisionError

    asyncio.run(main())
    gc.collect()
    assert score.money_get(user_id=1, key="gold").data == []


EXIT = """if True:
    import sys, cloudvars
    store = cloudvars.open()
    room = store.room(delivery="tick")
    room.achievement.LobbyGetAchievementStorage(print, 1)
    c = room.score.get_commit()
    c.money_add(user_id=1, key="gold", value=1)
    room.score.subscribe_message("c", lambda m: (c, room))
    sys.modules["kept"] = c
"""


def test_the_end_of_the_program_is_quiet():
    #
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", EXIT],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    assert done.stderr == ""
