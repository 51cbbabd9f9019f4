"""Writes and flushes that fail (`fixtures/disk.c`): what was acknowledged is there, and nothing else."""

import errno
from pathlib import Path

import preload
import pytest
from disks import HELP, count, killed


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    """The library that makes a disk fail."""
    return preload.build("disk", Path(__file__).parents[1], tmp_path_factory.mktemp("shim"))


@pytest.fixture
def failing(shim, tmp_path):
    """The environment in which `disk("flush 5")` makes a store's disk fail."""
    return {"LD_PRELOAD": shim, "DISK_FAILS": str(tmp_path / "fails"), "DISK_FAILS_OF": "save.db"}


FAILURES = [
    f"flush {errno.EIO}",
    f"flush {errno.ENOSPC}",
    f"write {errno.EIO}",
    f"write {errno.ENOSPC}",
    f"write {errno.EROFS}",
    f"grow-shm {errno.ENOSPC}",
]


FAILS = (
    HELP
    + """
    failure, how = sys.argv[2].rsplit(",", 1)[0], sys.argv[2].rsplit(",", 1)[1]
    way = "commit"
    store = cloudvars.open(path, clock=(clock := cloudvars.ManualClock()))
    room, other = store.room(limits=False), store.room(limits=False)
    c = room.score.get_commit()
    c.withlimit_add(user_id=1, key="day", value=3, limit=9, refresh_day=1)
    assert c.commit().ok
    clock.advance(days=2)
    mail, online = [], []
    other.score.subscribe_channel(1, "mail", mail.append)
    other.score.subscribe_message("news", online.append)
    acknowledged = round_of(room, 10)
    for _ in range(4):
        disk(failure)
        lost = 0
        while not lost:
            # The index of the log grows with every 4096 pages.
            done = one(room.score, 3, 1_000_000 if "shm" in failure else 2_000)
            acknowledged, lost = acknowledged + done, 1 - done
        assert one(room.score, 4, 1_000_000) == 0
        assert stored(room) == acknowledged
        assert room.score.withlimit_query(user_id=1, key="day").unwrap()["value"] == 0
        assert store.room(limits=False).score.is_old_player(user_id=1).ok
        if how == "reopen" and "flush" in failure:
            try:
                store.reopen()
                raise SystemExit("a disk that cannot flush was taken for a good one")
            except cloudvars.StoreError as error:
                assert "disk" in error.message, error
        disk()
        if how == "reopen":
            store.reopen()
        assert stored(room) == acknowledged
        acknowledged += round_of(room, 2_000)
        assert stored(room) == acknowledged
        before = len(mail), len(online)
        assert room.score.message_send(src_user_id=2, key="mail", target_user_id=1, value="hello").ok
        room.score.publish_message("news", "extra")
        other.tick()
        assert (len(mail), len(online)) == (before[0] + 1, before[1] + 1)
    print(acknowledged, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


@pytest.mark.parametrize("how", ["next", "reopen"])
@pytest.mark.parametrize("failure", FAILURES)
def test_a_failed_commit_never_shows_after_the_disk_works_again(path, failing, failure, how):
    # C-1, C-6: nor after a kill
    [acknowledged] = killed(path, FAILS, f"{failure},{how}", **failing)
    assert count(path) == int(acknowledged)


KILLED_AT_ONCE = (
    HELP
    + """
    failure, way = way, "commit"
    room = cloudvars.open(path).room(limits=False)
    acknowledged = round_of(room, 10)
    disk(failure)
    assert one(room.score, 3, 2_000) == 0
    print(acknowledged, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


@pytest.mark.parametrize("failure", FAILURES[:5])
def test_a_kill_before_the_disk_works_again(path, failing, failure):
    # C-6: the commit whose flush failed is there whole or not at all
    [acknowledged] = killed(path, KILLED_AT_ONCE, failure, **failing)
    assert count(path) in (int(acknowledged), int(acknowledged) + 1)
