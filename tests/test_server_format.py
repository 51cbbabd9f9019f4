"""Stores of version 1 on a server: what becomes of them, and which rights that takes."""

import warnings

import cloudvars
import pytest

DROP_INDEX = "DROP INDEX cloud_order ON cloud"
FIRST = "UPDATE cloud SET i_value = 1, value = NULL WHERE game = -1 AND `key` = 'format'"
FORMAT = "SELECT i_value, value FROM cloud WHERE game = -1 AND `key` = 'format'"
INDEXES = "SELECT DISTINCT index_name FROM information_schema.statistics WHERE table_schema = %s AND table_name = 'cloud'"


@pytest.fixture
def ask(mariadb, url):
    """The rows of a question to the store's database."""
    database = url.rpartition("/")[2]

    def ask(sql, *values):
        with mariadb.connect(database) as connection:
            cursor = connection.cursor()
            cursor.execute(sql, values or None)
            connection.commit()
            return cursor.fetchall()

    return ask


@pytest.fixture
def first(url, ask):
    """A store of version 1 with some items and messages; and what it answers."""
    with cloudvars.open(url) as store:
        score = store.room(limits=False).score
        for n in range(5):
            with score.get_commit() as c:
                c.list_add(user_id=1, key="k", value=[n])
            sent = score.message_send(src_user_id=1, key="m", target_user_id=n % 2, value=n).data["objectId"]
            score.message_modify_read(objectId=sent, new_read_value=n % 3 == 0)
        before = answers(store)
    ask(DROP_INDEX)
    ask(FIRST)
    return before


def answers(store):
    score = store.room(limits=False).score
    heard = []
    with store.room(limits=False) as room:
        room.score.subscribe_channel(1, "m", {"ok": heard.append})
    return [
        score.list_query(user_id=1, key="k", limit=2).data,
        score.list_query(user_id=1, key="k").data,
        score.message_query(key="m", read=2).data,
        score.message_query(key="m", read=2, target_user_id=1).data,
        [message["value"] for message in heard],
    ]


def add_one(store):
    with store.room(limits=False).score.get_commit() as c:
        c.list_add(user_id=1, key="k", value=["more"])


def quietly(url):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return cloudvars.open(url)


def test_an_old_store_is_brought_up(url, ask, first):
    with quietly(url) as store:
        assert answers(store) == first
        add_one(store)
        assert store.room().score.list_query(user_id=1, key="k", limit=1).data[0]["value"] == ["more"]
    [(version, who)] = ask(FORMAT)
    assert (version, who) == (3, b'{"version":3,"least_reader":1,"least_writer":3}')
    assert {name for (name,) in ask(INDEXES, url.rpartition("/")[2])} == {
        "PRIMARY",
        "cloud_id",
        "cloud_order",
    }
    quietly(url).close()


def test_without_the_right_to_make_an_index_it_works_and_says_so(mariadb, url, ask, first):
    # L-3, S-2, S-4
    mariadb.execute("CREATE OR REPLACE USER plain@'%' IDENTIFIED BY 'x'")
    mariadb.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON *.* TO plain@'%'")
    plain = f"mysql://plain:x@{url.rpartition('@')[2]}"
    for _ in range(2):
        with pytest.warns(
            UserWarning, match="index cloud_order.*GRANT INDEX.*CREATE INDEX cloud_order ON cloud"
        ):
            store = cloudvars.open(plain)
        with store:
            assert answers(store) == first
    with pytest.warns(UserWarning, match="index cloud_order"):
        store = cloudvars.open(plain)
    with store:
        add_one(store)
    assert ask(FORMAT)[0][0] == 3
    # Whoever has the right makes it up.
    quietly(url).close()
    with quietly(plain) as store:
        assert store.room().score.list_query(user_id=1, key="k", limit=1).data[0]["value"] == ["more"]


def test_a_large_table_is_left_to_people(url, ask, first):
    ask(
        "INSERT INTO cloud (game, owner, kind, world, `key`, id, stamp, gone, ver, aux, flags, created, updated, seq)"
        " SELECT 1, seq, 1, 0, 'x', 0, 1, 0, 1, 0, 0, 1, 1, 0 FROM seq_1_to_150000"
    )
    ask("ANALYZE TABLE cloud")
    with pytest.warns(
        UserWarning, match="large table of version 1.*run, when there is time: CREATE INDEX"
    ) as told:
        store = cloudvars.open(url)
    with store:
        assert answers(store) == first
    ask(str(told[0].message).rpartition("time: ")[2])
    with quietly(url) as store:
        assert answers(store) == first


def test_a_source_of_version_1_is_copied_as_it_is(url, ask, first, new_address):
    target = new_address("file")
    cloudvars.copy(url, target)
    assert ask(FORMAT) == ((1, None),)
    with cloudvars.open(target) as store:
        assert answers(store) == first
