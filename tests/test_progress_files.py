"""How far files of tables, and dumps, are: what ``progress`` gets of them."""

import json
import time

import pytest
from stores import one_store


def to_csv(store, path, progress):
    store.tables["money"].to_csv(path, progress=progress)


def to_parquet(store, path, progress):
    pytest.importorskip("pyarrow")
    store.tables["money"].to_parquet(path, progress=progress)


def dump(store, path, progress):
    store.dump(path, progress=progress)


WORK = [to_csv, to_parquet, dump]


@pytest.fixture
def filled(store):
    with store.room(limits=False) as room:
        room.score.bulk("money_add", [{"user_id": user, "key": "gold", "value": 1} for user in range(20)])
    return store


@pytest.mark.parametrize("work", WORK)
def test_the_last_call_comes_when_all_is_there(filled, tmp_path, work):
    #
    path, told = tmp_path / "rows", []
    work(filled, path, lambda done, total: told.append((done, total, path.exists())))
    assert all(done < total for done, total, _ in told[:-1])
    done, total, is_there = told[-1]
    assert done == total >= 20 and is_there
    assert [done for done, _, _ in told] == sorted({done for done, _, _ in told})


@pytest.mark.parametrize("work", WORK)
def test_what_progress_raises_ends_the_work(filled, tmp_path, work):
    #
    def failing(_done, _total):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work(filled, tmp_path / "rows", failing)
    work(filled, tmp_path / "again", None)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@one_store
@pytest.mark.parametrize("work", WORK)
def test_rows_are_told_of_before_the_end(store, tmp_path, work):
    # an exception leaves what was there, however long the call takes in which it is raised
    path, told = tmp_path / "rows", []

    def stop(done, total):
        told.append((done, total))
        time.sleep(2)  # the work could be at its end by now
        raise ZeroDivisionError

    for more in range(10):  # until there are so many that this machine needs a moment for them
        users = range(more * 60_000, (more + 1) * 60_000)
        with store.room(limits=False) as room:
            room.score.bulk("money_add", [{"user_id": user, "key": "gold", "value": 1} for user in users])
        path.write_text("before")
        with pytest.raises(ZeroDivisionError):
            work(store, path, stop)
        if told[-1][0] < told[-1][1]:
            break
    assert told[-1][0] < told[-1][1]
    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["rows"]


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("progress", [True, False, None])
def test_a_bar_changes_no_answer(filled, tmp_path, capsys, work, progress):
    #
    work(filled, tmp_path / "with", progress)
    shown = capsys.readouterr().err
    assert (f"{work.__name__} " in shown) == (progress is True)
    work(filled, tmp_path / "without", None)
    assert (tmp_path / "with").read_bytes() == (tmp_path / "without").read_bytes()


@one_store
@pytest.mark.parametrize("work", WORK)
def test_anything_else_is_refused(filled, tmp_path, work):
    # R-8, G-4
    async def later(done, total):
        pass

    for wrong in ("yes", 1, later):
        with pytest.raises((ValueError, TypeError), match="progress: "):
            work(filled, tmp_path / "rows", wrong)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("work", WORK)
def test_the_store_may_be_used_by_progress(filled, tmp_path, work):
    #
    counts = []
    work(filled, tmp_path / "rows", lambda _done, _total: counts.append(len(filled.tables["money"])))
    assert set(counts) == {20}


def test_an_answer_of_sql_and_an_empty_table_are_told_of(filled, tmp_path):
    #
    for table, rows in ((filled.sql("SELECT user_id FROM money"), 20), (filled.tables["money"].limit(0), 0)):
        told = []
        table.to_csv(tmp_path / "rows.csv", progress=lambda *how_far, told=told: told.append(how_far))
        assert told[-1] == (rows, rows)


def test_a_dump_with_progress_is_the_same(filled, tmp_path):
    # F-7, R-8
    dumped = filled.dump(tmp_path / "dump.json", progress=lambda _done, _total: None)
    assert dumped == filled.dump() == json.loads((tmp_path / "dump.json").read_text(encoding="utf-8"))
