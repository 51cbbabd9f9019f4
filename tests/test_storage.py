"""The lobby storage: get and set, and the file that holds it."""

import logging
import sqlite3
from contextlib import closing

import cloudvars
import pytest
from cloudvars import CloudValueError
from lobby import UID, get, orders, put
from stores import one_store


def test_the_shapes_of_the_answers(room):
    # H-2, H-4
    answers = []
    comp = room.storage
    getter = lambda: [{"key": "money", "value": 5}, {"key": "bag", "value": ["剑", 1.5, None]}]
    assert comp.LobbySetStorageAndUserItem(answers.append, UID, None, getter) is None
    comp.LobbyGetStorage(callback=answers.append, uid="7", keys=("bag", "never", "money", "bag"))
    data = [{"key": "money", "value": 5}, {"key": "bag", "value": ["剑", 1.5, None]}]
    assert answers == [
        {"code": 0, "message": "正常返回", "entity": {"data": data}},
        {"entity": {"data": data[::-1]}},
    ]
    comp.LobbySetStorageAndUserItem(callback=answers.append, uid=UID, entitiesGetter=lambda: [])
    assert answers[2] == {"code": 0, "message": "正常返回", "entity": {"data": []}}


def test_users_games_and_everybody_are_apart(store, room):
    # H-2
    put(room, money=1)
    put(room, uid=0, money=2)
    assert put(store.room(game="other"), money=3) == [(0, {"money": 3})]
    assert get(room, "money") == {"money": 1}
    assert get(room, "money", uid=0) == {"money": 2}
    assert get(room, "money", uid=8) == {}


@pytest.mark.parametrize(
    ("value", "comes_back"),
    [
        (0, 0),
        (2**80, 2**80),
        (1.0, 1.0),
        (True, True),
        (None, None),
        ("", ""),
        ("成就", "成就"),
        ({"#a": [1, {}]}, {"#a": [1, {}]}),
        ({1: "a", None: 2}, {"1": "a", "null": 2}),
        ((1, 2), [1, 2]),
    ],
    ids=repr,
)
def test_a_value_is_what_json_makes_of_it(room, value, comes_back):
    # H-4
    assert put(room, k=value) == [(0, {"k": comes_back})]
    [found] = get(room, "k").values()
    assert (found, type(found)) == (comes_back, type(comes_back))


@one_store
@pytest.mark.parametrize(
    ("entities", "message"),
    [
        (None, r"entitiesGetter\(\): None"),
        ({"key": "a", "value": 1}, r"entitiesGetter\(\): "),
        ([["a", 1]], r"\[0\]: \['a', 1\]"),
        ([{"key": "a", "value": 1}, {"key": "b"}], r"\[1\]: {'key': 'b'}"),
        ([{"key": 5, "value": 1}], r"\[0\]\['key'\]: 5"),
        ([{"key": "", "value": 1}], "1 to 64 characters"),
        ([{"key": "k" * 65, "value": 1}], "65 characters; 1 to 64"),
        ([{"key": "a", "value": 1}, {"key": "a", "value": 2}], r"\[1\]\['key'\]: the key 'a' appears twice"),
        ([{"key": "a", "value": {1}}], r"\[0\]\['value'\]: \{1\} is not JSON"),
        ([{"key": "a", "value": b"x"}], "is not JSON"),
        ([{"key": "a", "value": float("nan")}], "is not JSON"),
        ([{"key": "a", "value": "\ud800"}], "lone surrogates"),
        ([{"key": "a", "value": "x" * (1024 * 1024 - 1)}], "1048577 characters as JSON; at most 1048576"),
    ],
)
def test_what_a_getter_must_not_return(room, entities, message, caplog):
    # H-4, A-8
    answers = []
    with caplog.at_level(logging.ERROR, logger="cloudvars"), pytest.raises(CloudValueError, match=message):
        room.storage.LobbySetStorageAndUserItem(answers.append, UID, None, lambda: entities)
    assert answers == []
    assert any("entitiesGetter raised" in record.getMessage() for record in caplog.records)
    assert get(room, "a", "b") == {}
    assert put(room, a=1) == [(0, {"a": 1})]


def test_the_longest_key_and_value(room):
    # H-4
    key, value = "长" * 64, "长" * (1024 * 1024 - 2)
    assert put(room, **{key: value}) == [(0, {key: value})]


@one_store
def test_a_value_that_contains_itself(room):
    # H-4
    loop = []
    loop.append(loop)
    with pytest.raises(CloudValueError, match="is not JSON"):
        room.storage.LobbySetStorageAndUserItem(print, UID, None, lambda: [{"key": "a", "value": loop}])


@one_store
@pytest.mark.parametrize(
    "call",
    [
        lambda comp: comp.LobbyGetStorage(None, UID, ["a"]),
        lambda comp: comp.LobbyGetStorage(print, "x", ["a"]),
        lambda comp: comp.LobbyGetStorage(print, UID, "a"),
        lambda comp: comp.LobbyGetStorage(print, UID, [""]),
        lambda comp: comp.LobbyGetStorageBySort(print, "a", 1, 0, 50),
        lambda comp: comp.LobbyGetStorageBySort(print, "a", True, -1, 50),
        lambda comp: comp.LobbyGetStorageBySort(print, "a", True, 0, 51),
        lambda comp: comp.LobbySetStorageAndUserItem(print, UID, 0, list),
        lambda comp: comp.LobbySetStorageAndUserItem(print, UID, None, [1]),
        lambda comp: comp.QueryLobbyUserItem(print, True),
        lambda comp: comp.place_order(UID, 5),
        lambda comp: comp.place_order(UID, "x", 0),
        lambda comp: comp.set_nickname(UID, None),
    ],
)
def test_malformed_arguments_raise_at_the_call(room, call):
    # H-2, H-3, H-4, G-4
    with pytest.raises(CloudValueError, match="accepted"):
        call(room.storage)


def test_it_survives_reopening(open_store, reopen):
    # H-4, C-6
    store = open_store()
    order = store.room().storage.place_order(UID, "sword")
    put(store.room(), money=5)
    store = reopen(store)
    assert get(store.room(), "money") == {"money": 5}
    assert [one["order_id"] for one in orders(store.room())] == [order]
    assert put(store.room(), money=6) == [(2, {"money": 5}), (0, {"money": 6})]


def test_the_views_show_it(path):
    store = cloudvars.open(path)
    room = store.room()
    store.storage.sort_keys("money")
    order = room.storage.place_order(UID, "sword")
    put(room, order=order, money=5, bag=["sword"])
    store.close()
    with closing(sqlite3.connect(path)) as sql, sql:
        rows = sql.execute("SELECT game, user_id, key, value, version FROM storage ORDER BY key").fetchall()
        assert rows == [("default", UID, "bag", '["sword"]', 1), ("default", UID, "money", "5", 1)]
        [row] = sql.execute('SELECT user_id, order_id, cmd, product_count, shipped FROM "order"')
        assert row == (UID, order, "sword", 1, 1)
        assert sql.execute("SELECT * FROM place").fetchall() == [("default", "money", UID, 5, 1)]
    sql.close()


def test_an_older_file_gets_the_views_and_stays_what_it_is(path):
    store = cloudvars.open(path)
    with store.room().score.get_commit() as c:
        c.money_add(user_id=1, key="gold", value=5)
    store.close()
    views = {"storage", "order", "place"}
    with closing(sqlite3.connect(path)) as sql, sql:
        version = sql.execute("PRAGMA user_version").fetchone()
        for view in views:
            sql.execute(f'DROP VIEW "{view}"')
    sql.close()
    store = cloudvars.open(path)
    assert put(store.room(), money=1) == [(0, {"money": 1})]
    assert store.room().score.money_get(user_id=1, key="gold").unwrap()[0]["value"] == 5
    store.close()
    with closing(sqlite3.connect(path)) as sql, sql:
        there = {name for (name,) in sql.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")}
        assert views <= there
        assert sql.execute("PRAGMA user_version").fetchone() == version
    sql.close()


def test_a_closed_room_refuses(make_room):
    room = make_room()
    comp = room.storage
    room.close()
    with pytest.raises(cloudvars.StoreError, match="is closed"):
        comp.LobbyGetStorage(print, UID, ["a"])
    with pytest.raises(cloudvars.StoreError, match="is closed"):
        comp.place_order(UID, "x")
