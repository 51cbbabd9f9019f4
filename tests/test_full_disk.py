"""A full disk: what was acknowledged is there, reads go on, and so do writes when there is room again.

RLIMIT_FSIZE and a small file system are really full.
"""

import pytest
from disks import HELP, count, killed

WAYS = ["commit", "threads", "aio", "commit_many"]

FILLS = (
    HELP
    + """
    store = cloudvars.open(path)
    room = store.room(limits=False)
    assert round_of(room, 10) == 8
    room_for = max(entry.stat().st_size for entry in os.scandir(os.path.dirname(path))) + 2**18
    acknowledged, failed = 8, 0
    for full in (True, False, True, False):
        resource.setrlimit(resource.RLIMIT_FSIZE, (room_for if full else hard, hard))
        for _ in range(60 if full else 3):
            done = round_of(room, 20_000)
            acknowledged += done
            failed += 8 - done
            if not full:
                assert done == 8, "there is room again, and it does not write"
        assert failed > 0
        assert stored(room) == acknowledged
        room_for = max(entry.stat().st_size for entry in os.scandir(os.path.dirname(path))) + 2**16
    assert stored(room) == acknowledged
    print(acknowledged, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


@pytest.mark.parametrize("way", WAYS)
def test_a_store_goes_on_when_there_is_room_again(path, way):
    # C-6, C-2: what was acknowledged is there after a kill, and nothing else
    [acknowledged] = killed(path, FILLS, way)
    assert count(path) == int(acknowledged)


SMALL = (
    HELP
    + """
    acknowledged = 0
    for _ in range(3):
        with cloudvars.open(path) as store:
            room = store.room(limits=False)
            make_room = fill()
            for _ in range(40):
                acknowledged += round_of(room, 20_000)
            assert stored(room) == acknowledged
            make_room()
            done = round_of(room, 1_000)
            assert done == 8, done
            acknowledged += done
            assert stored(room) == acknowledged
        make_room = fill()
        try:
            with cloudvars.open(path) as store:
                room = store.room(limits=False)
                assert stored(room) == acknowledged
                acknowledged += round_of(room, 20_000)
        except cloudvars.StoreError as error:
            assert path in error.message, error
        make_room()
    store = cloudvars.open(path)
    room = store.room(limits=False)
    assert round_of(room, 10) == 8
    print(acknowledged + 8, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


@pytest.mark.parametrize("way", WAYS)
def test_a_small_disk_that_is_full(small_disk, way):
    # C-6: -wal, -shm and the file share it
    path = str(small_disk("2m") / "save.db")
    [acknowledged] = killed(path, SMALL, way)
    assert count(path) == int(acknowledged)


TOLD = (
    HELP
    + """
    folder = os.path.dirname(path)
    said = []
    def told(call):
        try: call()
        except cloudvars.StoreError as error: said.append(error.message)
    store = cloudvars.open(path)
    room = store.room(limits=False)
    stored = sum(round_of(room, 20_000) for _ in range(2))
    make_room = fill()
    told(store.close)
    make_room()
    assert len(said) == 1, said
    with cloudvars.open(path) as again:
        assert again.room().score.money_get(user_id=1, key="count").unwrap()[0]["value"] == stored // 8
    for left in range(0, 200_000, 8192):
        with open(os.path.join(folder, "room"), "wb") as file: file.write(b"x" * left)
        make_room = fill()
        os.unlink(os.path.join(folder, "room"))
        told(lambda: cloudvars.open(path).close())
        told(lambda: cloudvars.open(path + str(left)).close())
        make_room()
        for name in os.listdir(folder):
            if name.startswith(os.path.basename(path) + str(left)) and left: os.unlink(os.path.join(folder, name))
    assert len(said) > 4, said
    for one in said:
        assert path in one and "full" in one, one
    assert "nothing that was stored is lost" in said[0], said[0]
    print("told", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


def test_a_disk_that_is_full_is_named(small_disk):
    # The error names the disk whatever was to be written, `-shm` too, and a close says what became of what was stored.
    assert killed(str(small_disk("2m") / "save.db"), TOLD, "commit") == ["told"]
