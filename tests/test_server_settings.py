"""Servers whose defaults would change what a statement means: a store works all the same, or says what is wrong."""

import cloudvars
import pytest
from cloudvars import CloudValueError, StoreError
from score_calls import commit
from servers.start import start_server

KEYS = ["a", "A", "a ", "é", "e\u0301", "😀", "x\0y", "\\", "'\"`", "%"]
HARMLESS = [
    "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,PAD_CHAR_TO_FULL_LENGTH'",
    "SET sql_select_limit = 2",
    "SET completion_type = 1",  # each COMMIT begins a transaction, with a snapshot that grows old
    "SET completion_type = 2",  # each COMMIT ends the connection
    "SET character_set_connection = utf16",
    "SET NAMES gbk",
    "SET sql_big_selects = 0, max_join_size = 1",
    "SET sql_safe_updates = 1",
    "SET tx_read_only = 1",
    "SET autocommit = 0",
    "SET tx_isolation = 'SERIALIZABLE'",
    "SET time_zone = '-11:00'",
    "SET wait_timeout = 1, interactive_timeout = 1, idle_transaction_timeout = 1",
]


@pytest.fixture(scope="module")
def plain():
    """A server that other tests do not use, with a user for whom it runs `init_connect`."""
    with start_server(durable=False) as server:
        server.execute("CREATE USER plain IDENTIFIED BY 'x'")
        server.execute("GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON *.* TO plain")
        yield server


@pytest.fixture
def url(plain):
    yield f"mysql://plain:x@{plain.new_database().rpartition('@')[2]}"
    for name, value in [
        ("init_connect", "''"), ("innodb_default_row_format", "dynamic"), ("max_statement_time", 0),
        ("max_prepared_stmt_count", 16382), ("max_allowed_packet", 64 << 20), ("enforce_storage_engine", "NULL"),
    ]:  # fmt: skip
        plain.execute(f"SET GLOBAL {name} = {value}")


def use(url):
    """Some of everything: keys apart, rows in statements of many, what one room sends another."""
    with cloudvars.open(url) as store, cloudvars.open(url) as other:
        score, reader = store.room(limits=False).score, other.room(limits=False).score
        heard = []
        assert reader.subscribe_channel(2, "m", heard.append)
        for number, key in enumerate(KEYS):
            assert commit(score, ("set", {"user_id": 7, "key": key, "i_value": number, "value": [key]})).ok
            assert reader.get(user_id=7, key=key).data == [
                {"user_id": 7, "key": key, "i_value": number, "value": [key]}
            ]
        c = score.get_commit()
        uuids = [c.list_add(user_id=7, key="bag", value=[number]) for number in range(1100)]
        assert c.commit().ok
        assert [row["uuid"] for row in reader.list_query(user_id=7, key="bag").data] == uuids[::-1]
        assert commit(score, *[("list_delete", {"uuid": uuid}) for uuid in uuids]).ok
        assert reader.list_query(user_id=7, key="bag").data == []
        for number in range(3):
            assert score.message_send(src_user_id=1, key="m", target_user_id=2, value=number).ok
            reader.is_old_player(user_id=2)
            assert [message["value"] for message in heard] == list(range(number + 1))
        assert len(reader.message_query(key="m").data) == 3


@pytest.mark.parametrize("setting", HARMLESS)
def test_the_settings_of_a_server_change_nothing(plain, url, setting):
    # C-1, C-7, G-7
    plain.execute("SET GLOBAL init_connect = %s", setting)
    use(url)


@pytest.mark.parametrize("name", ["compact", "redundant"])
def test_the_row_format_of_a_server_changes_nothing(plain, url, name):
    # G-7
    plain.execute(f"SET GLOBAL innodb_default_row_format = {name}")
    use(url)


def test_a_statement_limit_does_not_cut_the_wait_for_a_row(plain, url):
    # C-7, O-2
    plain.execute("SET GLOBAL max_statement_time = 2")
    with cloudvars.open(url + "?lock-timeout=4") as store:
        score = store.room().score
        assert commit(score, ("addi", {"user_id": 1, "key": "k", "value": 1})).ok
        connection = plain.connect(url.rpartition("/")[2])
        connection.begin()
        connection.cursor().execute("SELECT * FROM cloud WHERE owner = 1 FOR UPDATE")
        reply = commit(score, ("addi", {"user_id": 1, "key": "k", "value": 1}))
        connection.close()
        assert reply.error_code == cloudvars.codes.LOCK_TIMEOUT


def test_prepared_statements_that_are_too_many_are_set_free(plain, url):
    plain.execute("SET GLOBAL max_prepared_stmt_count = 8")
    with cloudvars.open(url + "?timeout=120") as store:
        score = store.room(limits=False).score
        for count in range(1, 30):
            sets = [("addi", {"user_id": user, "key": "k", "value": 1}) for user in range(count)]
            assert commit(score, *sets).ok
            assert len(score.get(user_id=list(range(count)), key="k").data) == count
        assert score.get(user_id=0, key="k").data[0]["i_value"] == 29


def test_packets_that_are_too_small_for_anything_are_refused(plain, url):
    plain.execute("SET GLOBAL max_allowed_packet = 16384")
    with pytest.raises(StoreError, match="max_allowed_packet = 16384.*set it to 67108864"):
        cloudvars.open(url)


def test_an_engine_without_transactions_is_refused(plain, url):
    plain.execute("SET GLOBAL enforce_storage_engine = Aria")
    with pytest.raises(StoreError, match="enforce_storage_engine = Aria"):
        cloudvars.open(url)
    plain.execute("SET GLOBAL enforce_storage_engine = NULL")
    cloudvars.open(url).close()
    plain.execute("ALTER TABLE cloud ENGINE = Aria", database=url.rpartition("/")[2])
    with pytest.raises(StoreError, match="engine Aria.*ALTER TABLE cloud ENGINE = InnoDB"):
        cloudvars.open(url)
    plain.execute("ALTER TABLE cloud ENGINE = InnoDB", database=url.rpartition("/")[2])
    cloudvars.open(url).close()


BAD_URLS = {
    "mysql:/ann:hunter2@h/db": "begins with mysql://",
    "mysql:ann:hunter2@h": "begins with mysql://",
    " MariaDB:ann:hunter2@h": "begins with mysql://",
    "mysql://ann:hunter2?x@h/db": "a '?' of the password is not written %3F",
    "mysql://ann:hunter2@::1/db": "an IPv6 address stands in brackets",
    "mysql://ann:hunter2@h:1:2/db": "host 1 has several ':'",
    "mysql://ann:hunter2@a,h\n/db": "the name of host 2 holds a space or a line break",
}


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_url_with_a_slip_never_shows_nor_names_a_file_by_its_password(url, tmp_path, monkeypatch):
    # G-4
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CloudValueError, match="target") as caught:
        cloudvars.open(url)
    assert BAD_URLS[url] in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
