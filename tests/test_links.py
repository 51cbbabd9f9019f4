"""A file with several names: symbolic links lead to one store, hard links would be several."""

import os
from pathlib import Path

import cloudvars
import pytest
from cloudvars import StoreError
from score_calls import add, commit, gold

NAMES = r"has 2 names \(hard links\).* delete the others, or copy the file"


@pytest.fixture
def address(path):
    """These are about files."""
    return path


@pytest.fixture
def second(tmp_path):
    return str(tmp_path / "second.db")


def test_a_file_with_two_names_is_refused_under_both(path, second):
    with cloudvars.open(path) as store:
        assert commit(store.room().score, add(1)).ok
    os.link(path, second)
    before = Path(path).read_bytes()
    for name in (path, second):
        with pytest.raises(StoreError, match=NAMES) as caught:
            cloudvars.open(name)
        assert name in str(caught.value)
    assert Path(path).read_bytes() == before
    Path(second).unlink()
    with cloudvars.open(path) as store:
        assert gold(store.room().score) == 1


@pytest.mark.parametrize("suffix", ["", "-wal"])
def test_a_second_name_stops_writing_as_long_as_it_is_there(path, second, suffix):
    with cloudvars.open(path) as store:
        score = store.room().score
        assert commit(score, add(1)).ok
        os.link(path + suffix, second)
        stored, refused = 0, []
        for _ in range(3):
            try:
                stored += commit(score, add(1)).ok
            except StoreError as error:
                refused.append(str(error))
        assert len(refused) >= 2
        assert all("has 2 names" in reason for reason in refused)
        assert gold(score) == 1 + stored
        with pytest.raises(StoreError, match=NAMES):
            cloudvars.open(path)
        Path(second).unlink()
        assert commit(score, add(1)).ok
    with cloudvars.open(path) as store:
        assert gold(store.room().score) == 2 + stored


def test_a_log_left_with_two_names_is_refused(start_python, path, second):
    code = "import cloudvars, os, sys; s = cloudvars.open(sys.argv[1]); print(flush=True); os.kill(os.getpid(), 9)"
    assert start_python("-c", code, path).stdout.readline() == "\n"
    os.link(path + "-wal", second)
    with pytest.raises(StoreError, match=NAMES):
        cloudvars.open(path)
    Path(second).unlink()
    with cloudvars.open(path) as store:
        assert commit(store.room().score, add(1)).ok


def test_symbolic_links_lead_to_one_store(path, tmp_path):
    soft, again = tmp_path / "soft.db", tmp_path / "again.db"
    cloudvars.open(path).close()
    soft.symlink_to(path)
    again.symlink_to(soft)
    with cloudvars.open(soft) as one, cloudvars.open(path) as two, cloudvars.open(again) as three:
        for store in (one, two, three):
            assert commit(store.room().score, add(1)).ok
        assert gold(one.room().score) == gold(three.room().score) == 3
    assert not Path(f"{soft}-wal").exists()
    with cloudvars.open(path) as store:
        assert gold(store.room().score) == 3
