"""What happens to a store's files is noticed by the next commit, whatever else happens in their folder."""

import os
import shutil
import threading
import time
from pathlib import Path

import cloudvars
import pytest
from cloudvars import StoreError
from folders import sound
from score_calls import add, commit, gold


def delete(file, suffix):
    Path(f"{file}{suffix}").unlink()


def move(file, suffix):
    Path(f"{file}{suffix}").rename(f"{file}{suffix}.moved")


def move_away(file, suffix):
    folder = file.parent / "elsewhere"
    folder.mkdir()
    Path(f"{file}{suffix}").rename(folder / "moved")


def replace(file, suffix):
    shutil.copy(f"{file}{suffix}", f"{file}.copy")
    os.replace(f"{file}.copy", f"{file}{suffix}")


# A log that was only renamed still is the one that the store writes, so that is not looked for.
HARM = [(harm, "") for harm in (delete, move, move_away, replace)]
HARM += [(harm, suffix) for harm in (delete, replace) for suffix in ("-wal", "-shm")]


@pytest.mark.parametrize("still", [True, False], ids=["a still folder", "a folder that just changed"])
@pytest.mark.parametrize(("harm", "suffix"), HARM, ids=lambda value: getattr(value, "__name__", value))
def test_the_next_commit_finds_out(file, harm, suffix, still):
    # C-6
    store = cloudvars.open(file)
    score = store.room().score
    for _ in range(5):
        if still:
            time.sleep(0.05)
        assert commit(score, add(1)).ok
    harm(file, suffix)
    for _ in range(2):
        with pytest.raises(StoreError) as caught:
            commit(score, add(1))
        assert caught.value.reason == "replaced"
    store.close()


def test_what_others_do_in_the_folder_disturbs_nobody(file):
    # C-6
    done = threading.Event()

    def litter():
        while not done.is_set():
            (file.parent / "other").write_bytes(b"")
            (file.parent / "other").rename(file.parent / "another")
            (file.parent / "another").unlink()

    thread = threading.Thread(target=litter)
    with cloudvars.open(file) as store:
        score = store.room(limits=False).score
        thread.start()
        try:
            for _ in range(500):
                assert commit(score, add(1)).ok
        finally:
            done.set()
            thread.join()
        assert gold(score) == 500
    assert sound(file)


@pytest.mark.parametrize("suffix", ["", "-wal"])
def test_a_second_name_in_another_folder_is_noticed_in_a_moment(file, suffix):
    # C-6
    other = file.parent / "elsewhere"
    other.mkdir()
    with cloudvars.open(file) as store:
        score = store.room(limits=False).score
        assert commit(score, add(1)).ok
        os.link(f"{file}{suffix}", other / "second.db")
        stored = 1
        until = time.monotonic() + 60
        with pytest.raises(StoreError, match="has 2 names"):
            while time.monotonic() < until:
                stored += commit(score, add(1)).ok
        (other / "second.db").unlink()
        assert commit(score, add(1)).ok
        assert gold(score) == stored + 1
    assert sound(file)
