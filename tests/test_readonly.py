"""``open(readonly=True)``: a store is read, also where nothing can be written; nothing is written, and no file is made."""

import os
import shutil
from pathlib import Path

import cloudvars
import pytest
from cloudvars import CloudValueError, StoreError
from copies import fill_all, many
from folders import state
from readers import pay


@pytest.fixture
def path(only_folder):
    return str(only_folder / "save 100% #1?.db")


def test_a_closed_store_is_read_and_left_as_it_is(path, only_folder, clock, tmp_path):
    # T-4: every kind; a counter whose window is over is 0, and stays what it is
    with cloudvars.open(path, clock=clock) as store:
        fill_all(store)
        c = store.room().score.get_commit()
        c.withlimit_add(user_id=1, key="day", value=3, limit=9, refresh_day=1)
        assert c.commit().ok
        dump = store.dump()
    before = state(only_folder)
    clock.advance(days=3)
    told = []
    with cloudvars.open(path, readonly=True, clock=clock) as store:
        room = store.room(limits=False)
        assert store.dump() == dump
        assert room.score.withlimit_query(user_id=1, key="day").unwrap()["value"] == 0
        assert room.score.is_old_player(user_id=1).ok
        room.score.subscribe_channel(1, "mail", told.append)
        room.tick()
        fork = store.fork()
        pay(fork.room().score)
        store.backup(tmp_path / "copy.db")
        store.reopen()
        assert store.dump() == dump
        assert room.score.get(user_id=1, key="k").ok
    assert cloudvars.copy(path, tmp_path / "copied.db").rows > 0
    assert state(only_folder) == before
    for name in ("copy.db", "copied.db"):
        with cloudvars.open(tmp_path / name, clock=clock) as copy:
            assert copy.dump() == dump


def test_every_write_is_refused(address, clock):
    with cloudvars.open(address, clock=clock) as store:
        fill_all(store)
        dump = store.dump()
    with cloudvars.open(address, readonly=True, clock=clock) as store:
        room = store.room(limits=False)
        score = room.score

        def commit(verb, **fields):
            c = score.get_commit()
            getattr(c, verb)(**fields)
            return c.commit()

        writes = [
            lambda: commit("set", user_id=1, key="k", i_value=1),
            lambda: commit("list_add", user_id=1, key="k", value=[]),
            lambda: commit("money_add", user_id=1, key="k", value=1),
            lambda: score.commit_many([score.get_commit()] * 0 + [queued(score)]),
            lambda: score.message_send(src_user_id=1, key="m", target_user_id=2, value=1),
            lambda: score.message_delete(objectId=1),
            lambda: score.publish_message("news", 1),
            lambda: room.player_join(1),
            lambda: store.achievements.define("n", total=3),
            lambda: room.achievement.LobbySetAchievementStorage(print, 1, "n", 1),
            lambda: room.storage.LobbySetStorageAndUserItem(print, 1, None, list),
            lambda: room.storage.place_order(1, "sword"),
            lambda: room.storage.set_nickname(1, "name"),
            lambda: store.storage.sort_keys("another"),
            lambda: store.load({"cloudvars": 1, "next_id": 1, "joined": [], "games": {}}),
            lambda: store._sweep(2**60),
        ]
        for number, write in enumerate(writes):
            try:
                answer = write()
                [reply] = answer if isinstance(answer, list) else [answer]
                raise AssertionError(f"write {number} answered {reply}")
            except StoreError as error:
                assert "read" in error.message or "holds data already" in error.message, (
                    number,
                    error.message,
                )
        assert store.room(game="nobody made it").score.get(user_id=1, key="k").unwrap() == []
        assert store.dump() == dump


def queued(score):
    c = score.get_commit()
    c.money_add(user_id=1, key="k", value=1)
    return c


def test_what_is_no_store_is_refused(only_folder, path):
    with pytest.raises(StoreError, match="no store"):
        cloudvars.open(path, readonly=True)
    assert list(only_folder.iterdir()) == []
    with pytest.raises(CloudValueError, match="memory"):
        cloudvars.open(readonly=True)
    with pytest.raises(CloudValueError, match="readonly"):
        cloudvars.open(path, readonly="yes")
    for content in (b"", b"shopping list\n" * 100):
        Path(path).write_bytes(content)
        with pytest.raises(StoreError):
            cloudvars.open(path, readonly=True)
        assert Path(path).read_bytes() == content
    assert len(list(only_folder.iterdir())) == 1


def test_a_file_that_is_replaced_is_noticed(path, only_folder, tmp_path):
    many(path, 10)
    many(str(tmp_path / "another.db"), 10)
    with cloudvars.open(path, readonly=True) as store:
        assert store.room().score.get(user_id=1, key="k1").ok
        shutil.copy(tmp_path / "another.db", path + ".new")
        os.replace(path + ".new", path)
        with pytest.raises(StoreError, match="replaced"):
            store.room().score.get(user_id=1, key="k1")


def test_an_older_file_is_read_as_it_is(only_folder, root):
    # The file is not brought up to this version.
    path = only_folder / "old.db"
    shutil.copy(root / "tests" / "fixtures" / "golden" / "version1.store", path)
    before = state(only_folder)
    with cloudvars.open(path, readonly=True) as store:
        assert store.dump()["games"]
    assert state(only_folder) == before
