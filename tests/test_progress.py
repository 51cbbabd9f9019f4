"""``progress=True``: what people see of long work."""

import io
import sys

import cloudvars
import pytest
from cloudvars import _progress


class Terminal(io.StringIO):
    """A stderr that says whether somebody watches."""

    def __init__(self, watched):
        super().__init__()
        self.watched = watched

    def isatty(self):
        return self.watched


@pytest.fixture
def store():
    with cloudvars.open() as store:
        yield store


@pytest.fixture
def stderr(monkeypatch):
    """Replaces stderr."""

    def stderr(*, watched=True, without=()):
        for name in without:
            monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.setattr("sys.stderr", Terminal(watched))
        monkeypatch.setenv("TERM", "xterm")
        return sys.stderr

    return stderr


def rows(count):
    return [{"user_id": user, "key": "gold", "value": 1} for user in range(count)]


PACKAGES = {"rich": (), "tqdm": ("rich",), "neither": ("rich", "tqdm")}


@pytest.mark.parametrize("package", PACKAGES)
def test_bulk_and_backup_and_copy_show_how_far_they_are(store, stderr, tmp_path, package):
    #
    with store.room(limits=False) as room:
        written = stderr(without=PACKAGES[package])
        assert room.score.bulk("money_add", rows(2000), chunk=500, progress=True).done == 2000
        assert "2000/2000" in written.getvalue()
        assert "bulk" in written.getvalue()
    stored = len(store.tables["money"])
    store.backup(tmp_path / "backup.db", progress=True)
    assert "backup" in written.getvalue()
    cloudvars.copy(tmp_path / "backup.db", tmp_path / "copy.db", progress=True)
    assert "copy" in written.getvalue()
    assert written.getvalue().endswith("\n" if package != "rich" else ("\n", "h"))
    with cloudvars.open(tmp_path / "copy.db") as copied:
        assert len(copied.tables["money"]) == stored


def test_a_line_shows_each_step(store, stderr):
    written = stderr(without=("rich", "tqdm"))
    with store.room(limits=False) as room:
        room.score.bulk("money_add", rows(1000), chunk=500, progress=True)
    assert [line.removesuffix("\x1b[K") for line in written.getvalue().split("\r")[1:]][:2] == [
        "bulk 500/1000 rows",
        "bulk 1000/1000 rows",
    ]


def test_where_nobody_watches_there_is_one_line(store, stderr):
    written = stderr(watched=False)
    with store.room(limits=False) as room:
        room.score.bulk("money_add", rows(1500), progress=True)
        room.score.bulk("money_add", iter(rows(700)), chunk=100, progress=True)
    assert written.getvalue() == "bulk 1500/1500 rows\nbulk 700 rows\n"


def test_a_terminal_without_a_cursor_gets_one_line(store, stderr, monkeypatch):
    #
    written = stderr()
    monkeypatch.setenv("TERM", "dumb")
    with store.room(limits=False) as room:
        room.score.bulk("money_add", rows(1500), progress=True)
    assert written.getvalue() == "bulk 1500/1500 rows\n"


def test_false_shows_nothing(store, stderr, tmp_path):
    written = stderr()
    with store.room(limits=False) as room:
        room.score.bulk("money_add", rows(10), progress=False)
    store.backup(tmp_path / "backup.db", progress=False)
    cloudvars.copy(tmp_path / "backup.db", tmp_path / "copy.db", progress=False)
    assert written.getvalue() == ""


def test_anything_else_is_refused(store, tmp_path):
    with store.room() as room, pytest.raises(cloudvars.CloudValueError, match="progress: 'yes'"):
        room.score.bulk("money_add", [], progress="yes")
    with pytest.raises(cloudvars.CloudValueError, match="progress: 1 "):
        store.backup(tmp_path / "backup.db", progress=1)


@pytest.mark.parametrize("package", PACKAGES)
def test_work_that_fails_leaves_the_terminal_in_order(store, stderr, package):
    #
    def failing():
        yield from rows(100)
        raise ZeroDivisionError

    written = stderr(without=PACKAGES[package])
    with store.room(limits=False) as room, pytest.raises(ZeroDivisionError):
        room.score.bulk("money_add", failing(), chunk=10, progress=True)
    bar = _progress.bar("work", leave=False)
    bar(1, 3)
    bar.close()
    bar.close()
    assert "work" in written.getvalue()
    assert written.getvalue().count("\x1b[?25l") == written.getvalue().count("\x1b[?25h")


def test_a_stderr_that_cannot_be_written_stops_nothing(store, monkeypatch):
    class Broken(Terminal):
        def write(self, text):
            raise OSError("broken")

    monkeypatch.setitem(sys.modules, "rich", None)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    for stream in (Broken(watched=True), Broken(watched=False), None):
        monkeypatch.setattr("sys.stderr", stream)
        with store.room(limits=False) as room:
            assert room.score.bulk("money_add", rows(10), progress=True).ok


def test_a_notebook_gets_a_bar_of_tqdm(monkeypatch, stderr):
    written = stderr(watched=False)
    monkeypatch.setattr(_progress, "in_notebook", lambda: True)
    bar = _progress.bar("work")
    bar(1, 2)
    bar(2, 2)
    assert "2/2" in written.getvalue()


def test_nothing_is_imported_before_it_is_used(run_python):
    code = """if True:
        import sys, cloudvars
        with cloudvars.open() as store, store.room() as room:
            room.score.bulk("money_add", [], progress=print)
            repr(store), repr(room)
        names = {"cloudvars._progress", "cloudvars._html", "rich", "tqdm"}
        assert not names & set(sys.modules), names & set(sys.modules)
    """
    run_python("-W", "error", "-c", code)
