"""Opening, closing and losing a store."""

from pathlib import Path

import cloudvars
import pytest
from cloudvars import CloudError, StoreError
from score_calls import commit, everything, numbers


def opens_and_works(target, **options):
    with cloudvars.open(target, **options) as store:
        score = store.room().score
        assert commit(score, ("addi", {"user_id": 1, "key": "k", "value": 1})).ok
        return score.get(user_id=1, key="k").data[0]["i_value"]


def test_a_store_in_memory_is_its_own():
    assert opens_and_works(":memory:") == 1
    assert opens_and_works(":memory:") == 1
    with cloudvars.open() as first, cloudvars.open() as second:
        assert commit(first.room().score, *everything(5, "k", 3)).ok
        assert numbers(second.room().score, 5, "k") == [[]] * 8


@pytest.mark.parametrize(
    "name", ["save.db", "sa ve", "ä😀.db", "a?mode=ro#x%41.db", "file:save.db", "x;y='z\".db"]
)
def test_a_path_is_a_path(tmp_path, name):
    folder = tmp_path / "only"
    folder.mkdir()
    assert opens_and_works(str(folder / name)) == 1
    assert opens_and_works(folder / name) == 2
    assert (folder / name).is_file()
    assert all(entry.name.startswith(name) for entry in folder.iterdir())


def test_a_relative_path_stays_where_it_was(tmp_path, monkeypatch):
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with cloudvars.open("save.db") as store:
        monkeypatch.chdir(tmp_path / "there")
        score = store.room().score
        assert commit(score, *everything(5, "k", 3)).ok
        assert numbers(score, 5, "k") == [*[[3]] * 7, []]
    assert list((tmp_path / "there").iterdir()) == []
    with cloudvars.open(tmp_path / "here" / "save.db") as store:
        assert numbers(store.room().score, 5, "k") == [*[[3]] * 7, []]


def test_what_cannot_be_opened(tmp_path):
    for target in (tmp_path, tmp_path / "missing" / "save.db"):
        with pytest.raises(StoreError) as caught:
            cloudvars.open(target)
        assert str(target) in str(caught.value)
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize(
    "options",
    [{"durability": "some"}, {"durability": None}, {"timezone": 5}, {"game": 5}, {"bogus": 1}],
    ids=repr,
)
def test_wrong_options_are_refused(path, options):
    # G-4
    with pytest.raises((CloudError, TypeError)):
        cloudvars.open(path, **options)
    assert not Path(path).exists()


@pytest.mark.parametrize("target", [5, ["x"], "", "redis://127.0.0.1:1/0"], ids=repr)
def test_wrong_targets_are_refused(tmp_path, monkeypatch, target):
    # G-4
    monkeypatch.chdir(tmp_path)
    with pytest.raises((CloudError, TypeError)):
        cloudvars.open(target)
    assert list(tmp_path.iterdir()) == []


def test_a_password_is_shown_nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CloudError) as caught:
        cloudvars.open("mysql://ann:hunter2@127.0.0.1:1/db")
    assert "hunter2" not in f"{caught.value!s} {caught.value!r} {caught.value.args}"
    assert list(tmp_path.iterdir()) == []


def test_closing(store, make_room):
    room = make_room()
    score, c = room.score, room.score.get_commit()
    c.addi(user_id=1, key="k", value=1)
    store.close()
    store.close()
    calls = [
        lambda: store.room(),
        lambda: score.get(user_id=1, key="k"),
        lambda: score.message_send(src_user_id=1, key="k", target_user_id=1, value=1),
        lambda: score.subscribe_message("live", print),
        lambda: score.publish_message("live", 1),
        lambda: c.commit(),
        lambda: room.tick(),
        lambda: room.player_join(1),
        lambda: store.achievements.define("node"),
    ]
    for call in calls:
        with pytest.raises(StoreError):
            call()
    room.close()


def test_closing_a_room(make_room, score):
    # S-5
    with make_room() as room:
        assert room.score.get(user_id=1, key="k").ok
    room.close()
    with pytest.raises(StoreError):
        room.score.get(user_id=1, key="k")
    assert score.get(user_id=1, key="k").ok


def test_reopening(open_store, reopen):
    # C-6
    store = open_store()
    for number in range(1, 4):
        assert commit(store.room().score, ("addi", {"user_id": 1, "key": "k", "value": 1})).ok
        store = reopen(store)
        assert store.room().score.get(user_id=1, key="k").data[0]["i_value"] == number


def test_a_store_that_is_not_closed_loses_nothing(open_store, run_python, address):
    # C-6
    code = """if True:
        import cloudvars, os, sys
        c = cloudvars.open(sys.argv[1]).room().score.get_commit()
        c.addi(user_id=1, key="k", value=1)
        assert c.commit().ok
        if sys.argv[2] == "hard": os._exit(0)
    """
    for how in ("soft", "hard"):
        run_python("-c", code, address, how)
    assert open_store().room().score.get(user_id=1, key="k").data[0]["i_value"] == 2


def test_reprs(open_store, address):
    store = open_store()
    room = store.room("lobby-1")
    assert address.split("@")[-1] in repr(store)
    assert "lobby-1" in repr(room)
    for thing in (room.score, room.score.get_commit(), room.achievement, store.achievements, store.clock):
        assert repr(thing)


FORK = """if True:
    import cloudvars, os, sys
    store = cloudvars.open(sys.argv[1])
    room = store.room()
    c = room.score.get_commit()
    c.addi(user_id=1, key="k", value=1)
    child = os.fork()
    if child == 0:
        refused = 0
        calls = [lambda: room.score.get(user_id=1, key="k"), c.commit, store.room, room.tick]
        for call in calls:
            try:
                call()
            except cloudvars.StoreError:
                refused += 1
        if sys.argv[1] != ":memory:":
            with cloudvars.open(sys.argv[1]) as again:
                d = again.room().score.get_commit()
                d.addi(user_id=1, key="k", value=10)
                refused += d.commit().ok
        os._exit(refused)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert c.commit().ok
    print(status, room.score.get(user_id=1, key="k").data[0]["i_value"])
    store.close()
"""


def test_a_fork_does_not_inherit_the_store(run_python, target):
    # Python 3.12 and later warn of any fork in a process that has threads.
    expected = "4 1\n" if target == ":memory:" else "5 11\n"
    assert run_python("-W", "ignore::DeprecationWarning", "-c", FORK, target) == expected
