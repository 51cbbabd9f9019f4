"""What ``store.sql`` refuses: every write, more than one statement, and what reaches out of the store."""

import contextlib

import cloudvars
import pytest
from cloudvars import CloudError, CloudValueError
from contents import fill
from folders import state

WRITES = [
    "INSERT INTO money VALUES ('default', 1, 'gold', 1, 1, NULL, NULL)",
    "INSERT INTO cloud (game, owner, kind, world, `key`, id) VALUES (1, 1, 2, 0, 'gold', 0)",
    "INSERT INTO cloud (game, owner, kind, world, key, id) VALUES (1, 1, 2, 0, 'gold', 0)",
    "REPLACE INTO cloud (game, owner, kind, world, id) VALUES (1, 1, 2, 0, 0)",
    "UPDATE cloud SET i_value = 0",
    "DELETE FROM cloud",
    "DELETE FROM cloud RETURNING game",
    "INSERT INTO note (at, game, channel, id) VALUES (0, 0, 'x', 0) RETURNING id",
    "WITH x AS (SELECT 1) DELETE FROM cloud",
    "WITH x AS (SELECT 1) INSERT INTO note SELECT * FROM note",
    "WITH x AS (SELECT 1) UPDATE cloud SET i_value = 0",
    "TRUNCATE TABLE cloud",
    "DROP TABLE cloud",
    "DROP VIEW money",
    "CREATE TABLE mine (a INTEGER)",
    "CREATE TABLE mine AS SELECT * FROM money",
    "CREATE TEMP TABLE mine (a INTEGER)",
    "CREATE TEMPORARY TABLE mine (a INTEGER)",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE INDEX mine ON cloud (owner)",
    "CREATE TRIGGER mine AFTER INSERT ON cloud BEGIN DELETE FROM cloud; END",
    "ALTER TABLE cloud ADD COLUMN mine INTEGER",
    "VACUUM",
    "VACUUM INTO '{path}'",
    "REINDEX",
    "ANALYZE",
    "OPTIMIZE TABLE cloud",
    "BEGIN",
    "BEGIN IMMEDIATE",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT a",
    "START TRANSACTION READ WRITE",
    "SET autocommit = 1",
    "SET SESSION TRANSACTION READ WRITE",
    "SET @a = 1",
    "LOCK TABLES cloud WRITE",
    "GRANT ALL ON *.* TO PUBLIC",
    "FLUSH TABLES",
    "CALL mine()",
    "DO sleep(0)",
    "HANDLER cloud OPEN",
    "LOAD DATA INFILE '/etc/passwd' INTO TABLE cloud",
    "EXECUTE IMMEDIATE 'DELETE FROM cloud'",
    "PREPARE mine FROM 'DELETE FROM cloud'",
    "KILL 1",
    "SHUTDOWN",
]
REACHES = [
    "PRAGMA user_version = 99",
    "PRAGMA user_version",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA query_only = 0",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "PRAGMA writable_schema = 1",
    "ATTACH DATABASE '{path}' AS mine",
    "ATTACH '{path}' AS mine",
    "DETACH DATABASE main",
    "SELECT * FROM money INTO OUTFILE '{path}'",
    "SELECT 'x' INTO OUTFILE '{path}'",
    "SELECT 'x' INTO DUMPFILE '{path}'",
    "SELECT 1 INTO @a",
    "SELECT 'x' # '\n INTO OUTFILE '{path}' # '",
    "SELECT * FROM money # '\n FOR UPDATE # '",
    "SELECT 1e1INTO OUTFILE '{path}'",
    "SELECT .5INTO OUTFILE '{path}'",
    "SELECT load_file('/etc/passwd')",
    "SELECT \"load_file\"('/etc/passwd')",
    "SELECT * FROM pragma_user_version",
    "SELECT load_extension('{path}')",
    "SELECT writefile('{path}', 'x')",
    "SELECT readfile('/etc/passwd')",
    "SELECT * FROM money FOR UPDATE",
    "SELECT * FROM money LOCK IN SHARE MODE",
    "SELECT /*! 1 INTO OUTFILE '{path}' */ 2",
    "SELECT 1 /*!50000 INTO OUTFILE '{path}' */",
    "/*! DELETE FROM cloud */",
    "/*M! DELETE FROM cloud */",
]
TWO = [
    "SELECT 1; SELECT 2",
    "SELECT 1; DELETE FROM cloud",
    "SELECT 1;; SELECT 2",
    "SELECT ';'; DROP TABLE cloud",
    "SELECT 1 -- x\n; DELETE FROM cloud",
    "SELECT 1 /* x */; DELETE FROM cloud; --",
    "SELECT 'a\\'; DELETE FROM cloud; -- '",
]


@pytest.fixture
def full(store):
    return fill(store)


@pytest.mark.parametrize("queries", [WRITES, REACHES, TWO], ids=["writes", "reaches", "two statements"])
def test_every_write_and_every_second_statement_is_refused(full, tmp_path, queries):
    #
    # "read-only", "one statement"
    before, path = full.dump(), tmp_path / "reached"
    accepted = []
    for query in queries:
        try:
            accepted.append((query, full.sql(query.format(path=path)).rows()))
        except CloudError as error:
            assert str(error)
        assert not path.exists(), query
    # A comment that only MariaDB runs is a comment elsewhere.
    assert [query for query, _ in accepted if not query.startswith("SELECT") or "/*!" not in query] == []
    assert full.dump() == before


def test_a_refused_query_leaves_the_connection_as_it_was(full):
    # The next read and the next write are as if it had not been asked.
    for query in (*WRITES, *REACHES, *TWO):
        with contextlib.suppress(CloudError):
            full.sql(query.format(path="/nowhere/x")).rows()
    assert full.sql("SELECT count(*) AS n FROM money").rows() == [{"n": 2}]
    with full.room(limits=False).score.get_commit() as c:
        c.money_add(user_id=5, key="gold", value=1)
    assert full.sql("SELECT count(*) AS n FROM money").rows() == [{"n": 3}]
    assert full.tables["money"].where(user_id=5).count() == 1


def test_a_refusal_says_that_sql_reads_only(full):
    with pytest.raises(CloudError, match="read"):
        full.sql("DELETE FROM cloud").rows()
    with pytest.raises(CloudError, match="one statement"):
        full.sql("SELECT 1; SELECT 2").rows()


def test_what_reaches_out_of_the_store_is_a_mistake_of_the_query(full):
    # The store is not to blame, as a StoreError would say.
    for query in REACHES:
        with contextlib.suppress(CloudValueError):
            full.sql(query.format(path="/nowhere/x")).rows()


def test_a_refused_query_leaves_the_folder_as_it_was(file, only_folder, tmp_path):
    with cloudvars.open(file) as store:
        fill(store)
    before = state(only_folder)
    with cloudvars.open(file, readonly=True) as store:
        for query in (*WRITES, *REACHES, *TWO):
            with contextlib.suppress(CloudError):
                store.sql(query.format(path=tmp_path / "reached")).rows()
        assert not (tmp_path / "reached").exists()
    assert state(only_folder) == before


def test_the_password_of_a_server_is_in_no_error(mariadb):
    # "no secret of a URL shown"
    url = mariadb.new_database()
    secret = url.partition("://")[2].partition("@")[0].partition(":")[2]
    with cloudvars.open(url) as store:
        for query in ("SELECT * FROM nowhere", "DELETE FROM cloud", "SELEC"):
            with pytest.raises(CloudError) as caught:
                store.sql(query).rows()
            assert not secret or secret not in str(caught.value)
        assert not secret or secret not in repr(store.sql("SELECT 1"))


def test_bytes_that_are_no_text_are_refused_with_a_way_out(store):
    #
    with pytest.raises(CloudError, match="hex"):
        store.sql("SELECT x'ff00' AS bytes")
    assert store.sql("SELECT hex(x'ff00') AS bytes").rows() == [{"bytes": "FF00"}]


def test_an_error_speaks_of_the_query_that_was_written(store):
    #
    for query in ("SELECT coins FROM money", "SELECT * FROM monye", "SELECT key, FROM money"):
        with pytest.raises(CloudError) as caught:
            store.sql(query)
        assert "cloud.game" not in str(caught.value)
        assert "MATERIALIZED" not in str(caught.value)
    for query, taught in (("SELECT * FROM monye", "world_data"), ("SELECT coins FROM money", "columns")):
        with pytest.raises(CloudError, match=taught):
            store.sql(query)
