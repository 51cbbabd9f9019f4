"""The log beside a file (`-wal`, `-shm`): the last store takes it away, and who deletes it is found out."""

import sqlite3
from contextlib import closing
from pathlib import Path

import cloudvars
import preload
import pytest
from cloudvars import StoreError
from folders import sound
from score_calls import add, commit, gold

NO_LOCKS = """if True:
    import cloudvars, sqlite3, sys
    path, stranger = sys.argv[1:]
    store = cloudvars.open(path)
    score = store.room(limits=False).score
    stored = 0
    def some(count):
        global stored
        for _ in range(count):
            c = score.get_commit()
            c.money_add(user_id=1, key="gold", value=1)
            assert c.commit() == (0, {}, None)
            stored += 1
    some(30)
    if stranger == "reads":
        db = sqlite3.connect(path)
        db.execute("SELECT * FROM money").fetchall()
        db.close()
    try:
        some(30)
        print(stored, "all")
    except cloudvars.StoreError as error:
        print(stored, error)
    store.close()
"""


@pytest.mark.parametrize("stranger", ["reads", "nobody"])
def test_without_such_locks_the_next_commit_finds_out(run_python, root, file, tmp_path, stranger):
    # C-6
    library = preload.build("no_ofd", root, tmp_path)
    stored, _, said = run_python("-c", NO_LOCKS, file, stranger, LD_PRELOAD=library).partition(" ")
    assert said == "all\n" if stranger == "nobody" else "'-wal' file was deleted" in said
    with cloudvars.open(file) as store:
        assert gold(store.room().score) == int(stored) == (60 if stranger == "nobody" else 30)
    assert sound(file)


def test_the_last_store_still_takes_the_log_away(file):
    first, second = cloudvars.open(file), cloudvars.open(file)
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT count(*) FROM money").fetchall() == [(0,)]
    assert commit(first.room().score, add(1)).ok
    first.close()
    assert Path(f"{file}-wal").exists()
    assert commit(second.room().score, add(1)).ok
    second.close()
    assert not Path(f"{file}-wal").exists()
    third = cloudvars.open(file)
    assert commit(third.room().score, add(1)).ok
    assert gold(third.room().score) == 3
    third.close()
    assert not Path(f"{file}-wal").exists()


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_nothing_is_written_to_a_log_that_was_deleted(file, suffix):
    # C-6
    store = cloudvars.open(file)
    score = store.room().score
    assert commit(score, add(1)).ok
    Path(f"{file}{suffix}").unlink()
    for _ in range(2):
        with pytest.raises(StoreError, match=f"'{suffix}' file was deleted") as caught:
            commit(score, add(10))
        assert caught.value.reason == "replaced"
    store.close()
    with cloudvars.open(file) as again:
        assert commit(again.room().score, add(1000)).ok
    assert sound(file)


DELETED = """if True:
    import cloudvars, os, sys
    score = cloudvars.open(sys.argv[1]).room().score
    for which in ("", "delete " + sys.argv[2]):
        with open(os.environ["DISK_FAILS"], "w") as file:
            file.write(which)
        c = score.get_commit()
        c.money_add(user_id=1, key="gold", value=1)
        try:
            print(c.commit()[0])
        except cloudvars.StoreError as error:
            print(error.reason, error)
"""


@pytest.mark.parametrize(("which", "suffix"), [(1, "-wal"), (2, "-shm")])
def test_a_commit_whose_log_is_deleted_meanwhile_is_not_acknowledged(
    run_python, root, file, tmp_path, which, suffix
):
    # C-6
    library = preload.build("disk", root, tmp_path)
    env = {
        "LD_PRELOAD": library,
        "DISK_FAILS": str(tmp_path / "failures"),
        "DISK_FAILS_OF": f"{file.name}-wal",
    }
    first, second = run_python("-c", DELETED, file, which, **env).splitlines()
    assert first == "0"
    assert second.startswith("outcome_unknown nobody knows whether this was stored: ")
    assert f"'{suffix}' file was deleted" in second
    assert sound(file)


def test_closing_a_store_whose_log_was_deleted_spoils_nothing(file):
    # C-6: what it still holds is older than what others stored since
    store = cloudvars.open(file)
    for _ in range(20):
        assert commit(store.room().score, add(1)).ok
    store.close()
    store = cloudvars.open(file)
    assert commit(store.room().score, add(1)).ok
    for suffix in ("-wal", "-shm"):
        Path(f"{file}{suffix}").unlink()
    copy = file.with_name("other.db")
    copy.write_bytes(file.read_bytes())
    with cloudvars.open(copy) as other:
        assert commit(other.room().score, add(1000)).ok
    file.write_bytes(copy.read_bytes())
    with pytest.raises(StoreError, match="was deleted while the store was open"):
        store.close()
    with cloudvars.open(file) as again:
        assert gold(again.room().score) == 1020
    assert sound(file)
