"""Files whose schema somebody changed: refused, and left as they are."""

import sqlite3
from contextlib import closing
from pathlib import Path

import cloudvars
import pytest
from cloudvars import StoreError
from score_calls import add, commit, everything, gold, numbers

COPY_OF_CLOUD = """
    CREATE TABLE old AS SELECT * FROM cloud; DROP TABLE cloud;
    CREATE TABLE cloud ({columns}, PRIMARY KEY (game, owner, kind, world, key, id) {conflict}) STRICT, WITHOUT ROWID;
    INSERT INTO cloud SELECT * FROM old; DROP TABLE old; {indexes}
"""
COLUMNS = """game INTEGER NOT NULL, owner INTEGER NOT NULL, kind INTEGER NOT NULL, world INTEGER NOT NULL,
    key TEXT NOT NULL, id INTEGER NOT NULL, ver INTEGER NOT NULL DEFAULT 0, i_value INTEGER, s_value TEXT, value TEXT,
    aux INTEGER NOT NULL DEFAULT 0, flags INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL DEFAULT 0,
    updated INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL DEFAULT 0, nth INTEGER NOT NULL DEFAULT 0"""
INDEXES = """
    CREATE UNIQUE INDEX cloud_id ON cloud (id) WHERE id <> 0;
    CREATE INDEX cloud_message ON cloud (game, key, id) WHERE kind = 8;
    CREATE INDEX cloud_list ON cloud (game, owner, kind, world, key, seq) WHERE kind IN (3, 5) AND nth = 0;
    CREATE INDEX cloud_unread ON cloud (game, key, owner, seq) WHERE kind = 8 AND flags & 3 = 0;
"""


def cloud(columns=COLUMNS, conflict="", indexes=INDEXES):
    return COPY_OF_CLOUD.format(columns=columns, conflict=conflict, indexes=indexes)


MORE = "UPDATE cloud SET i_value = 1000000 WHERE kind = 2;"
# What somebody did, and what the refusal names.
REFUSED = {
    "trigger after insert": (f"CREATE TRIGGER t AFTER INSERT ON cloud BEGIN {MORE} END", "trigger 't'"),
    "trigger before update": (
        f"CREATE TRIGGER t BEFORE UPDATE OF i_value ON cloud BEGIN {MORE} END",
        "trigger 't'",
    ),
    "trigger on notes": (
        f"CREATE TRIGGER sqlitee AFTER INSERT ON note BEGIN {MORE} END",
        "trigger 'sqlitee'",
    ),
    "trigger on a view": (f"CREATE TRIGGER t INSTEAD OF UPDATE ON money BEGIN {MORE} END", "trigger 't'"),
    "trigger on a table of theirs": (
        "CREATE TABLE mine (x); CREATE TRIGGER t AFTER INSERT ON mine BEGIN SELECT 1; END",
        "trigger 't'",
    ),
    "unique index": (
        "CREATE UNIQUE INDEX mine ON cloud (game, owner, kind, world, key, id, ver)",
        "index 'mine' on 'cloud'",
    ),
    "index": ("CREATE INDEX mine ON note (at)", "index 'mine' on 'note'"),
    "expression index": ("CREATE INDEX mine ON cloud (abs(i_value))", "index 'mine'"),
    "another index": (
        "DROP INDEX cloud_id; CREATE UNIQUE INDEX cloud_id ON cloud (id) WHERE id > 0",
        "index 'cloud_id'",
    ),
    "no index": ("DROP INDEX cloud_unread", "index 'cloud_unread'.*missing"),
    "another view": ("DROP VIEW money; CREATE VIEW money AS SELECT 1 AS i_value", "view 'money'"),
    "a table for a view": ("DROP VIEW money; CREATE TABLE Money (x)", "table 'Money'"),
    "a view for a table": (
        "ALTER TABLE note RENAME TO note2; CREATE VIEW note AS SELECT * FROM note2",
        "'note'",
    ),
    "a column": ("ALTER TABLE cloud ADD COLUMN more TEXT", "table 'cloud'"),
    "a generated column": (
        "ALTER TABLE cloud ADD COLUMN more INTEGER GENERATED ALWAYS AS (abs(i_value)) VIRTUAL",
        "table 'cloud'",
    ),
    "a constraint": (
        cloud(COLUMNS.replace("i_value INTEGER", "i_value INTEGER CHECK (i_value <> 77)")),
        "table 'cloud'",
    ),
    "a quoted constraint": (
        cloud(COLUMNS.replace("value TEXT,", "value TEXT CHECK (value <> '-- it''s /* no comment'),", 1)),
        "table 'cloud'",
    ),
    "a default": (
        cloud(COLUMNS.replace("flags INTEGER NOT NULL DEFAULT 0", "flags INTEGER NOT NULL DEFAULT 3")),
        "'cloud'",
    ),
    "a collation": (cloud(COLUMNS.replace("key TEXT", "key TEXT COLLATE NOCASE")), "table 'cloud'"),
    "on conflict": (cloud(conflict="ON CONFLICT REPLACE"), "table 'cloud'"),
    "another format table": ("ALTER TABLE format ADD COLUMN more TEXT", "table 'format'"),
}
ALLOWED = {
    "a table": "CREATE TABLE mine (x UNIQUE ON CONFLICT REPLACE); CREATE INDEX mine_x ON mine (x)",
    "a view": "CREATE VIEW rich AS SELECT user_id FROM money WHERE i_value > 100",
    "statistics": "ANALYZE",
    "a foreign key": "CREATE TABLE mine (game, owner, kind, world, key, id, FOREIGN KEY (game, owner, kind, world, key, id)"
    " REFERENCES cloud (game, owner, kind, world, key, id)); INSERT INTO mine SELECT game, owner, kind, world, key, id FROM cloud",
    "another layout": cloud(
        COLUMNS.replace(",", ", -- it's a comment\n  /* another, */"), indexes=INDEXES.replace(",", ", --\n")
    ),
    "no view": "DROP VIEW money; DROP VIEW list",
}
ALTER = """if True:
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.executescript("BEGIN IMMEDIATE; " + sys.argv[2] + "; COMMIT")
    connection.close()
"""


@pytest.fixture
def alter(run_python, path):
    """Runs SQL on the file from another process."""
    return lambda sql: run_python("-c", ALTER, path, sql)


@pytest.fixture
def fill(path):
    with cloudvars.open(path) as store:
        assert commit(store.room().score, *everything(5, "k", 3), add(1)).ok


@pytest.mark.parametrize(("sql", "named"), REFUSED.values(), ids=REFUSED)
def test_a_changed_schema_is_refused_and_left_untouched(path, fill, alter, sql, named):
    alter(sql)
    before = Path(path).read_bytes()
    for _ in range(2):
        with pytest.raises(StoreError, match=rf"{path}.*was left untouched.*{named}"):
            cloudvars.open(path)
    assert Path(path).read_bytes() == before


@pytest.mark.parametrize(("sql", "named"), REFUSED.values(), ids=REFUSED)
def test_a_schema_that_changes_under_an_open_store_is_refused(path, fill, alter, sql, named):
    with cloudvars.open(path) as store:
        score = store.room().score
        assert commit(score, add(1)).ok
        alter(sql)
        for _ in range(2):
            with pytest.raises(StoreError, match=named):
                commit(score, add(1))
            with pytest.raises(StoreError, match=named):
                score.message_send(src_user_id=1, key="k", target_user_id=2, value=1)


def test_a_schema_that_is_mended_is_written_again(path, fill, alter):
    with cloudvars.open(path) as store:
        score = store.room().score
        alter(f"CREATE TRIGGER t AFTER UPDATE ON cloud BEGIN {MORE} END")
        with pytest.raises(StoreError, match="trigger 't'"):
            commit(score, add(1))
        alter("DROP TRIGGER t")
        assert commit(score, add(1)).ok
        assert gold(score) == 2


@pytest.mark.parametrize("sql", ALLOWED.values(), ids=ALLOWED)
def test_what_is_not_ours_may_be_there(path, fill, alter, sql):
    with cloudvars.open(path) as store:
        score = store.room().score
        alter(sql)
        assert numbers(score, 5, "k")[:7] == [[3]] * 7
        assert commit(score, *everything(6, "k", 4)).ok
    with cloudvars.open(path) as store:
        score = store.room().score
        [item] = score.list_query(user_id=5, key="k").data
        assert commit(score, ("list_delete", {"uuid": item["uuid"]})).ok
        assert numbers(score, 6, "k")[:7] == [[4]] * 7
    with closing(sqlite3.connect(path)) as sql, sql:
        assert sql.execute("SELECT count(*) FROM money JOIN list USING (user_id, key)").fetchone() == (1,)
    sql.close()
