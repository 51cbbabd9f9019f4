"""Rows of kinds that this version does not know, as a later one may leave them: carried along, never touched."""

import sqlite3
from contextlib import closing

import cloudvars
import pytest
from score_calls import commit, everything, numbers

COLUMNS = "game, owner, kind, world, key, id, ver, i_value, s_value, value, aux, flags, created, updated, seq"
UNKNOWN = [
    (0, 0, 90, 0, "", 0, 1, None, None, None, 0, 0, 0, 0, 0),
    (1, -5, 90, 7, "k", 77, 3, -(2**63), "a\u0000文", '{"#1": [1.50, 1]}', 2**63 - 1, -1, 5, -6, 2**62),
    (1, 1, 100, 0, "k", 78, 1, 0, "", "", 0, 0, 0, 0, 3),
    (9, 2**63 - 1, 127, -(2**63), "\U0010ffff", 0, 1, 1, None, "not JSON", 1, 1, 1, 1, 1),
]


@pytest.fixture
def sql(request):
    """Runs statements on a store that is closed, with this package's own hands off; answers the last one's rows."""

    def sql(address, *statements):
        if "://" in address:
            with request.getfixturevalue("mariadb").connect(address.rpartition("/")[2]) as connection:
                cursor = connection.cursor()
                for statement, *values in statements:
                    cursor.execute(statement.replace("?", "%s").replace("key", "`key`"), values or None)
                connection.commit()
                return [
                    tuple(one.decode() if isinstance(one, bytes) else one for one in row)
                    for row in cursor.fetchall()
                ]
        with closing(sqlite3.connect(address)) as connection, connection:
            for statement, *values in statements:
                rows = connection.execute(statement, values).fetchall()
        connection.close()
        return rows

    return sql


@pytest.fixture
def unknown(sql):
    """The rows of unknown kinds that a store holds."""

    def unknown(address):
        return sql(address, (f"SELECT {COLUMNS} FROM cloud WHERE kind > 19 ORDER BY kind, game",))

    return unknown


@pytest.fixture
def later(address, sql):
    """A store in which a later version left rows."""
    with cloudvars.open(address) as store:
        assert commit(store.room().score, *everything(5, "k", 3)).ok
    more = (", stamp, gone", [1, 0]) if "://" in address else ("", [])
    marks = ", ".join("?" * (15 + len(more[1])))
    insert = f"INSERT INTO cloud ({COLUMNS}{more[0]}) VALUES ({marks})"
    sql(address, *[(insert, *row, *more[1]) for row in UNKNOWN])
    return address


def test_rows_of_unknown_kinds_are_in_nobodys_way(later, unknown):
    with cloudvars.open(later) as store:
        score = store.room().score
        assert numbers(score, 5, "k")[:7] == [[3]] * 7
        assert commit(score, *everything(6, "k", 4)).ok
        for uuid in (77, 78):
            assert score.list_query_by_uuid(uuid=uuid).data == []
            assert commit(
                score, ("list_delete", {"uuid": uuid}), ("list_modify", {"uuid": uuid, "value": []})
            ).ok
            assert score.message_delete(objectId=uuid).ok
        store._sweep(2**62)
    assert unknown(later) == UNKNOWN


def test_a_copy_holds_rows_of_unknown_kinds(later, unknown, new_address):
    for kind in ("file", "mariadb"):
        target = new_address(kind)
        cloudvars.copy(later, target)
        assert unknown(target) == UNKNOWN


def test_a_dump_brings_rows_of_unknown_kinds_back(later, unknown, new_address, tmp_path):
    # F-7
    with cloudvars.open(later) as store:
        dump = store.dump(tmp_path / "dump.json")
        with store.fork() as fork:
            assert fork.dump() == dump
    assert [row["kind"] for row in dump["other"]] == [90, 90, 100, 127]
    assert [row["game"] for row in dump["other"]] == [0, "default", "default", 9]
    for source in (dump, tmp_path / "dump.json"):
        target = new_address()
        with cloudvars.open(target) as store:
            store.load(source)
            assert store.dump() == dump
        assert unknown(target) == UNKNOWN


def test_a_dump_says_what_it_does_not_take(store):
    # F-7
    dump = store.dump()
    assert "other" not in dump
    row = {"game": 0, "owner": 1, "world": 0, "key": "k", "id": 0, "ver": 1}
    row |= {"aux": 0, "flags": 0, "created": 0, "updated": 0, "seq": 0}
    for kind in (2, 0, -1, 128):
        with pytest.raises(
            cloudvars.CloudValueError, match=rf"other\[0\].kind: {kind}; the number of a kind"
        ):
            store.load({**dump, "other": [{**row, "kind": kind}]})
    with pytest.raises(cloudvars.CloudValueError, match="unknown field"):
        store.load({**dump, "other": [{**row, "kind": 90, "owned": 1}]})
