"""Stores on a server: what `open` wants, what it says when the server cannot keep the promises, what it hides."""

import asyncio
import threading
import warnings

import cloudvars
import pytest
from cloudvars import CloudValueError, StoreError
from score_calls import add, commit, gold
from servers.mariadb import MariaDB

MISSING = "mysql://ann:hunter2@127.0.0.1:1/db"


def open_and_add(url, **options):
    with cloudvars.open(url, **options) as store:
        room = store.room()
        assert commit(room.score, add(1)).ok
        return gold(room.score)


@pytest.fixture
def set_global(mariadb):
    """Sets a variable of the server, and sets it back."""
    before = {}

    def set_global(name, value):
        before.setdefault(name, mariadb.execute(f"SELECT @@GLOBAL.{name}")[0][0])
        mariadb.execute(f"SET GLOBAL {name} = {value}")

    yield set_global
    for name, value in before.items():
        mariadb.execute(f"SET GLOBAL {name} = {value}")


BAD_URLS = {
    "mysql://ann:hunter2@h": "the database is missing",
    "mysql://ann:hunter2@h/": "the database is missing",
    "mysql://ann:hunter2@h/a/b": "the database is missing or holds a '/'",
    "mysql://h/db": "the user is missing",
    "mysql://:hunter2@h/db": "the user is missing",
    "mysql://ann:hunter2@/db": "host 1 has no name",
    "mysql://ann:hunter2@a,/db": "host 2 has no name",
    "mysql://ann:hunter2@h:x/db": "the port of host 1",
    "mysql://ann:hunter2@h:0/db": "the port of host 1",
    "mysql://ann:hunter2@h:99999/db": "the port of host 1",
    "mysql://ann:hunter2@[::1]3/db": "the port of host 1",
    "mysql://ann:hunter2@h/db?hunter2=1": "option 1 is unknown",
    "mysql://ann:hunter2@h/db?timeout=0": "timeout: '0'; a number of seconds",
    "mysql://ann:hunter2@h/db?lock-timeout=soon": "lock-timeout: 'soon'; a number of seconds",
    "mysql://ann:hunter2@h/db?ssl-mode=maybe": "ssl-mode: 'maybe'; DISABLED, REQUIRED",
    "mysql://ann:hunter2@h/db?ssl-ca=missing.pem": "ssl-ca: there is no file 'missing.pem'",
    "mysql://ann:%ff@h/db": "the password is no percent-encoded UTF-8",
}


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_bad_url_is_refused_by_its_part(url):
    # G-4
    with pytest.raises(CloudValueError, match="target") as caught:
        cloudvars.open(url)
    assert BAD_URLS[url] in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", [MISSING, MISSING.replace(":1/", ":1,localhost:2/")])
def test_a_missing_server_is_named_and_the_password_is_not(url):
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1") as caught:
        cloudvars.open(url)
    assert "hunter2" not in str(caught.value)


def test_wrong_logins_are_refused_at_once(mariadb, url):
    with pytest.raises(StoreError, match="1045") as caught:
        cloudvars.open(url.replace(mariadb.password, "wr0ng"))
    assert "wr0ng" not in str(caught.value)
    with pytest.raises(StoreError, match="CREATE DATABASE"):
        cloudvars.open(mariadb.url("nothing_here"))


def test_special_characters_of_a_login(mariadb, url):
    mariadb.execute("CREATE OR REPLACE USER 'a:b@c'@'%' IDENTIFIED BY 'p/@?%:#'")
    mariadb.execute("GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON *.* TO 'a:b@c'@'%'")
    place = url.rpartition("@")[2]
    assert open_and_add(f"mysql://a%3Ab%40c:p%2F%40%3F%25%3A%23@{place}") == 1
    # The last `@` ends the login, so a password may hold one as it is.
    assert open_and_add(f"mysql://a%3Ab%40c:p%2F@%3F%25%3A%23@{place}") == 2


def test_rights_that_are_too_few(mariadb, url):
    mariadb.execute("CREATE OR REPLACE USER poor@'%' IDENTIFIED BY 'x'")
    mariadb.execute("GRANT SELECT ON *.* TO poor@'%'")
    with pytest.raises(StoreError, match="give the user SELECT, INSERT, UPDATE, DELETE and CREATE"):
        cloudvars.open(f"mysql://poor:x@{url.rpartition('@')[2]}")


def test_a_server_that_may_lose_commits_is_refused(url, set_global):
    # C-6
    set_global("innodb_flush_log_at_trx_commit", 2)
    with pytest.raises(StoreError, match="innodb_flush_log_at_trx_commit = 2.*set it to 1"):
        cloudvars.open(url)
    assert open_and_add(url, durability="normal") == 1


def test_a_server_whose_binary_log_may_lose_commits_is_refused(mariadb):
    # C-6
    with MariaDB("--log-bin=binary", "--sync-binlog=0", durable=False) as server:
        url = server.new_database()
        with pytest.raises(StoreError, match="sync_binlog = 0.*set it to 1"):
            cloudvars.open(url)
        assert open_and_add(url, durability="normal") == 1
        server.execute("SET GLOBAL sync_binlog = 1")
        assert open_and_add(url) == 2


def test_a_read_only_server_is_refused(url, set_global):
    set_global("read_only", 1)
    with pytest.raises(StoreError, match="read-only"):
        cloudvars.open(url)


def test_a_server_that_takes_small_packets_is_warned_of(url, set_global):
    set_global("max_allowed_packet", 1 << 20)
    with pytest.warns(UserWarning, match="max_allowed_packet = 1048576"):
        store = cloudvars.open(url)
    with store:
        score = store.room().score
        reply = commit(score, ("set", {"user_id": 1, "key": "k", "value": ["x" * (2 << 20)]}))
        assert reply.error_code == cloudvars.codes.TOO_LONG
        assert "max_allowed_packet" in reply.err_msg
        assert commit(score, ("set", {"user_id": 1, "key": "k", "value": ["x" * (1 << 19)]})).ok


def test_one_commit_that_is_too_long_does_not_harm_the_others(url, set_global):
    # C-1, C-7
    set_global("max_allowed_packet", 1 << 20)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        store = cloudvars.open(url)
    with store, store.room(limits=False) as room:
        commits = [room.score.get_commit() for _ in range(5)]
        for user, c in enumerate(commits):
            c.set(user_id=user, key="k", value=["x" * (2 << 20 if user == 2 else 9)])
        codes = [reply.error_code for reply in room.score.commit_many(commits)]
        assert codes == [0, 0, cloudvars.codes.TOO_LONG, 0, 0]
        assert len(room.score.get(user_id=list(range(5)), key="k").data) == 4


def test_a_newer_format_is_refused(mariadb, url):
    open_and_add(url)
    database = url.rpartition("/")[2]
    mariadb.execute("UPDATE cloud SET i_value = 99 WHERE game = -1 AND `key` = 'format'", database=database)
    with pytest.raises(StoreError, match="format version 99.*upgrade cloudvars"):
        cloudvars.open(url)


def test_a_damaged_row_is_said(mariadb, url):
    open_and_add(url)
    mariadb.execute("UPDATE cloud SET kind = 99 WHERE kind = 2", database=url.rpartition("/")[2])
    with cloudvars.open(url) as store:
        assert store.room().score.money_get(user_id=1, key="gold").data == []
    mariadb.execute(
        "UPDATE cloud SET kind = 2, value = 0xff WHERE kind = 99", database=url.rpartition("/")[2]
    )
    with cloudvars.open(url) as store, pytest.raises(StoreError, match="damaged"):
        store.room().score.money_get(user_id=1, key="gold")


def test_hosts_that_hold_different_stores_are_refused(mariadb, url):
    other = mariadb.new_database()
    open_and_add(other)
    database = other.rpartition("/")[2]
    with cloudvars.open(url + "?timeout=60") as store:
        room = store.room()
        mariadb.execute(
            "UPDATE cloud SET aux = aux + 1 WHERE `key` = 'format'", database=url.rpartition("/")[2]
        )
        mariadb.execute("SELECT 1", database=database)
        kill_connections(mariadb)
        with pytest.raises(StoreError, match="holds another store"):
            room.score.get(user_id=1, key="k")


def kill_connections(mariadb):
    for (number,) in mariadb.execute(
        "SELECT id FROM information_schema.processlist WHERE user = %s AND id <> CONNECTION_ID()",
        mariadb.user,
    ):
        mariadb.execute(f"KILL {number}")


def test_killed_connections_are_made_again(mariadb, url):
    # C-7
    with cloudvars.open(url) as store, store.room() as room:
        for number in range(1, 5):
            assert commit(room.score, add(1)).ok
            assert gold(room.score) == number
            kill_connections(mariadb)


def test_several_open_a_new_store_at_once(url):
    # C-7
    results = []
    threads = [threading.Thread(target=lambda: results.append(open_and_add(url))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    with cloudvars.open(url) as store:
        assert gold(store.room().score) == 8


def test_tls(mariadb_tls):
    url = mariadb_tls.new_database()
    mariadb_tls.execute("CREATE OR REPLACE USER strict@'%' IDENTIFIED BY 'x' REQUIRE SSL")
    mariadb_tls.execute("GRANT ALL ON *.* TO strict@'%'")
    strict = f"mysql://strict:x@{url.rpartition('@')[2]}"
    with pytest.raises(StoreError, match="1045"):
        cloudvars.open(strict)
    with pytest.raises(StoreError, match="certificate"):
        cloudvars.open(strict + "?ssl-mode=VERIFY_IDENTITY")
    modes = ["?ssl-mode=REQUIRED", f"?ssl-ca={mariadb_tls.authority}",
             f"?ssl-mode=VERIFY_CA&ssl-ca={mariadb_tls.authority}"]  # fmt: skip
    for number, mode in enumerate(modes, 1):
        assert open_and_add(strict + mode) == number


def test_a_server_without_tls_is_refused_when_it_is_asked_for(url):
    with pytest.raises(StoreError, match="secure connection"):
        cloudvars.open(url + "?ssl-mode=REQUIRED")


def test_a_socket(mariadb, url):
    assert open_and_add(f"{url}?socket={mariadb.folder}/socket") == 1


def test_a_large_commit_reads_no_other_rows(url, mariadb):
    # A commit reads its own rows alone, also where the table has many and the optimizer would rather scan it.
    def reads():
        status = dict(mariadb.execute("SHOW GLOBAL STATUS LIKE 'Handler_read%'"))
        return int(status["Handler_read_next"]) + int(status["Handler_read_rnd_next"])

    with cloudvars.open(url) as store, store.room(limits=False) as room:
        for user in range(20):
            sets = [("set", {"user_id": user, "key": f"k{number}", "i_value": 1}) for number in range(250)]
            assert commit(room.score, *sets).ok
        before = reads()
        for count in (400, 510, 1000):
            sets = [("set", {"user_id": 99, "key": f"{count}-{n}", "i_value": 1}) for n in range(count)]
            assert commit(room.score, *sets).ok
        c = room.score.get_commit()
        uuids = [c.list_add(user_id=98, key="k", value=[]) for _ in range(510)]
        assert c.commit().ok
        assert commit(room.score, *[("list_delete", {"uuid": uuid}) for uuid in uuids]).ok
        assert reads() - before < 2500


def test_many_threads_share_few_connections(mariadb, url):
    with cloudvars.open(url) as store:
        score = store.room(limits=False).score
        assert commit(score, ("money_add", {"user_id": 1, "key": "gold", "value": 5})).ok
        counts, answers = [], []

        def read():
            for _ in range(20):
                answers.append(score.money_get(user_id=1, key="gold").data[0]["value"])

        threads = [threading.Thread(target=read) for _ in range(150)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            [(count,)] = mariadb.execute(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE db = %s", url.rpartition("/")[2]
            )
            counts.append(count)
        for thread in threads:
            thread.join()
        assert answers == [5] * 3000
        assert 1 <= max(counts) <= 40


def test_commits_of_many_tasks_share_transactions(mariadb, url):
    """Many tasks of asyncio commit at once: far fewer transactions reach the server."""

    def transactions():
        return int(mariadb.execute("SHOW GLOBAL STATUS LIKE 'Com_commit'")[0][1])

    async def commits(score):
        committers = [score.get_commit() for _ in range(256)]
        for user, c in enumerate(committers):
            c.money_add(user_id=user, key="gold", value=1)
        assert all(reply.ok for reply in await asyncio.gather(*(c.commit() for c in committers)))

    with cloudvars.open(url) as store, store.room(limits=False) as room:
        before = transactions()
        asyncio.run(commits(room.score.aio))
        assert transactions() - before <= 128
