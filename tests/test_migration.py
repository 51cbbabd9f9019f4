"""An older file is brought up to today's version: all of it or not at all, whoever dies meanwhile."""

import contextlib
import os
import shutil
import sqlite3
import stat
import time
from pathlib import Path

import cloudvars
import pytest
from cloudvars import StoreError
from golden import VERSIONS, answers_then, questions

FIRST = VERSIONS[0]
KILLS = 24
ROWS = 4000
OPEN = """if True:
    import cloudvars, sys
    print("ready", flush=True)
    sys.stdin.readline()
    cloudvars.open(sys.argv[1], game="hunters").close()
    print("done", flush=True)
"""


def version_of(path):
    with contextlib.closing(sqlite3.connect(path)) as sql:
        return sql.execute("PRAGMA user_version").fetchone()[0]


def made_longer(path):
    """More rows, so that a migration takes long enough to be killed in it."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as sql:
        sql.execute("BEGIN")
        for n in range(ROWS):
            sql.execute(
                "INSERT INTO cloud (game, owner, kind, world, key, id, ver, value, seq)"
                " VALUES (1, 99, 3, 0, 'long', ?, 1, ?, ?)",
                (n + 1, '["' + "x" * 200 + '"]', n + 1),
            )
        sql.execute("COMMIT")


def names(path):
    return sorted(entry.name for entry in Path(path).parent.iterdir())


def test_nothing_is_left_of_a_migration(golden, path):
    golden(FIRST)().close()
    assert names(path) == ["save.db", "save.db-lock", "save.db-turn"]
    assert version_of(path) > 1
    with contextlib.closing(sqlite3.connect(path)) as sql:
        assert sql.execute("SELECT version, least_reader, least_writer FROM format").fetchall() == [(3, 1, 3)]
        assert sql.execute("SELECT stamped >= (SELECT max(seq) FROM cloud) FROM format").fetchone() == (1,)
        assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_killed_migration_is_done_by_the_next_open(golden, path, start_python):
    shutil.copyfile(FIRST, path)
    made_longer(path)
    old = Path(path).read_bytes()
    child = start_python("-c", OPEN, path)
    assert child.stdout.readline() == "ready\n"
    began = time.monotonic()
    child.stdin.write("go\n")
    assert child.stdout.readline() == "done\n"
    took = time.monotonic() - began
    child.wait()
    for n in range(KILLS):
        for name in names(path):
            Path(path).with_name(name).unlink()
        Path(path).write_bytes(old)
        child = start_python("-c", OPEN, path)
        assert child.stdout.readline() == "ready\n"
        child.stdin.write("go\n")
        time.sleep(took * 1.2 * n / KILLS)
        child.kill()
        child.wait()
        for beside in names(path):
            if "version1" in beside:
                assert stat.S_IMODE(os.stat(Path(path).with_name(beside)).st_mode) == 0o600
        if (kept := Path(f"{path}-version1")).exists():
            # The old file, whole.
            copy = Path(path).with_name("kept")
            shutil.copyfile(kept, copy)
            with contextlib.closing(sqlite3.connect(copy)) as sql:
                assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert sql.execute("PRAGMA user_version").fetchone() == (1,)
                assert sql.execute("SELECT count(*) FROM cloud WHERE key = 'long'").fetchone() == (ROWS,)
            copy.unlink()
        clock = cloudvars.ManualClock("2026-03-04T05:06:09+00:00")
        with cloudvars.open(path, clock=clock, game="hunters") as store:
            assert questions(store) == answers_then(FIRST)
            rows = store.room(limits=False).score.list_query(user_id=99, key="long").data
            assert len(rows) == ROWS
        assert not [name for name in names(path) if "version1" in name]
        assert version_of(path) > 1


@pytest.mark.parametrize("beside", [["-version1-new"], ["-version1"], ["-version1", "-version1-new"]])
def test_what_a_killed_migration_left_is_taken_away(golden, path, beside):
    for suffix in beside:
        Path(path + suffix).write_bytes(b"half a copy")
    with golden(FIRST)() as store:
        assert questions(store) == answers_then(FIRST)
    assert names(path) == ["save.db", "save.db-lock", "save.db-turn"]


def test_several_processes_open_an_old_file_at_once(path, start_python):
    shutil.copyfile(FIRST, path)
    made_longer(path)
    children = [start_python("-c", OPEN, path) for _ in range(4)]
    assert [child.stdout.readline() for child in children] == ["ready\n"] * 4
    for child in children:
        child.stdin.write("go\n")
    assert [child.stdout.readline() for child in children] == ["done\n"] * 4
    assert version_of(path) > 1


def test_an_old_file_that_was_changed_is_left_at_its_version(path):
    for sql, named in {
        "CREATE TRIGGER t AFTER INSERT ON cloud BEGIN SELECT 1; END": "trigger 't'",
        "CREATE TABLE format (x)": "table 'format'.*its name is one that cloudvars uses",
        "CREATE INDEX cloud_list ON note (at)": "index 'cloud_list'",
        "DROP INDEX cloud_message": "index 'cloud_message': it is missing",
    }.items():
        shutil.copyfile(FIRST, path)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute(sql)
        before = Path(path).read_bytes()
        with pytest.raises(StoreError, match=named):
            cloudvars.open(path)
        assert Path(path).read_bytes() == before
        assert version_of(path) == 1
