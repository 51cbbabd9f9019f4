"""The lobby storage: get, set, conflicts, orders, sorted keys."""

import json
import logging
import sqlite3
import threading

import cloudvars
import pytest
from cloudvars import CloudValueError

UID = 7
START = 1767196800


def get(room, *keys, uid=UID):
    """What the cloud holds, by key."""
    answers = []
    assert room.storage.LobbyGetStorage(answers.append, uid, list(keys)) is None
    if not answers:
        room.tick()
    [answer] = answers
    assert set(answer) == {"entity"}
    assert set(answer["entity"]) == {"data"}
    return {one["key"]: one["value"] for one in answer["entity"]["data"]}


def put(room, uid=UID, order=None, **values):
    """Sets these keys: the answers as (code, data); None for a failure."""
    answers = []
    getter = (lambda: [{"key": key, "value": value} for key, value in values.items()]) if values else None
    room.storage.LobbySetStorageAndUserItem(answers.append, uid, order, getter)
    if not answers:
        room.tick()
    return [
        answer and (answer["code"], {one["key"]: one["value"] for one in answer["entity"]["data"]})
        for answer in answers
    ]


def orders(room, uid=UID):
    answers = []
    room.storage.QueryLobbyUserItem(answers.append, uid)
    if not answers:
        room.tick()
    [answer] = answers
    assert set(answer) == {"entity"}
    return answer["entity"]["orders"]


def places(room, key, ascend=False, offset=0, length=50):
    answers = []
    room.storage.LobbyGetStorageBySort(answers.append, key, ascend, offset, length)
    [answer] = answers
    assert set(answer) == {"entity"}
    for one in answer["entity"]["data"]:
        assert set(one) == {"uid", "nickname", "value"}
    return [(one["uid"], one["value"]) for one in answer["entity"]["data"]]


# --- get and set ---


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
        ([{"key": "a", "value": 1}, {"key": "a", "value": 2}], r"\[1\]\['key'\]: 'a' stands there already"),
        ([{"key": "a", "value": {1}}], r"\[0\]\['value'\]: \{1\} is no JSON"),
        ([{"key": "a", "value": b"x"}], "is no JSON"),
        ([{"key": "a", "value": float("nan")}], "is no JSON"),
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


def test_a_value_that_contains_itself(room):
    # H-4
    loop = []
    loop.append(loop)
    with pytest.raises(CloudValueError, match="is no JSON"):
        room.storage.LobbySetStorageAndUserItem(print, UID, None, lambda: [{"key": "a", "value": loop}])


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


# --- conflicts ---


class Game:
    """The mod of the documentation: the cloud's points, and what this room adds to them."""

    def __init__(self, room):
        self.room, self.point, self.delta, self.codes, self.getters = room, 0, 0, [], 0

    def getter(self):
        self.getters += 1
        return [{"key": "point", "value": self.point + self.delta}]

    def callback(self, data):
        self.codes.append(data["code"])
        new = {one["key"]: one["value"] for one in data["entity"]["data"]}.get("point", 0)
        if data["code"] == 0:
            self.delta -= new - self.point
        self.point = new
        return False  # what it answers means nothing here

    def upload(self, points):
        self.delta += points
        self.room.storage.LobbySetStorageAndUserItem(self.callback, UID, None, self.getter)


def test_the_story_of_the_documentation(make_room):
    # H-5
    put(make_room(), point=100)
    a, b = Game(make_room("A")), Game(make_room("B"))
    for game in (a, b):
        game.point = get(game.room, "point")["point"]
    a.upload(20)
    b.upload(10)
    assert (a.codes, b.codes) == ([0], [2, 0])
    assert b.getters == 2
    assert get(make_room(), "point") == {"point": 130}
    assert (b.point, b.delta) == (130, 0)


@pytest.mark.parametrize("theirs", [True, False])
def test_all_keys_or_none(make_room, theirs):
    # H-4, H-5
    room, other = make_room(), make_room()
    put(room, a=1, b=1)
    if theirs:
        get(other, "a", "b")
        assert put(other, b=2) == [(0, {"b": 2})]
    seen = []

    def callback(data):
        seen.append((data["code"], get_now()))

    def get_now():
        return json.dumps(direct(other), sort_keys=True)

    def direct(room):
        return get(room, "a", "b")

    room.storage.LobbySetStorageAndUserItem(
        callback, UID, None, lambda: [{"key": key, "value": 9} for key in "ab"]
    )
    expected = [(2, '{"a": 1, "b": 2}'), (0, '{"a": 9, "b": 9}')] if theirs else [(0, '{"a": 9, "b": 9}')]
    assert seen == expected


def test_a_conflict_tells_the_latest_and_leaves_out_what_was_never_set(make_room):
    # H-5
    put(make_room(), a="theirs")
    assert put(make_room(), new=1, a="mine") == [(2, {"a": "theirs"}), (0, {"new": 1, "a": "mine"})]


def test_keys_are_versioned_apart(make_room):
    # H-5
    first, second = make_room(), make_room()
    assert put(first, a=1) == [(0, {"a": 1})]
    assert put(second, b=1) == [(0, {"b": 1})]
    assert put(first, a=2) == [(0, {"a": 2})]
    assert put(second, uid=8, a=1) == [(0, {"a": 1})]


def test_a_get_makes_a_room_up_to_date(make_room):
    # H-5
    first, second = make_room(), make_room()
    put(first, a=1)
    get(second, "a")
    assert put(second, a=2) == [(0, {"a": 2})]
    assert put(first, a=3) == [(2, {"a": 2}), (0, {"a": 3})]


def test_a_callback_that_raises_ends_the_retry(make_room):
    # H-5, A-8
    room = make_room()
    put(make_room(), a=1)
    calls = []

    def callback(data):
        calls.append(data["code"])
        raise RuntimeError("mod")

    with pytest.raises(RuntimeError, match="mod"):
        room.storage.LobbySetStorageAndUserItem(callback, UID, None, lambda: [{"key": "a", "value": 2}])
    assert room.tick() == 0
    assert calls == [2]
    assert get(room, "a") == {"a": 1}


def test_tick_delivers_and_one_tick_retries(make_room):
    # H-5, D-1
    put(make_room(), point=100)
    game = Game(make_room(delivery="tick"))
    game.upload(20)
    assert (game.codes, game.getters) == ([], 0)
    assert game.room.tick() == 2
    assert (game.codes, game.getters) == ([2, 0], 2)
    assert get(make_room(), "point") == {"point": 120}
    assert game.room.tick() == 0


def test_what_a_callback_asks_waits_for_the_next_tick(make_room):
    # D-1
    room, seen = make_room(delivery="tick"), []

    def again(data):
        seen.append(data)
        if len(seen) < 3:
            room.storage.LobbyGetStorage(again, UID, ["a"])

    room.storage.LobbyGetStorage(again, UID, ["a"])
    for expected in (1, 2, 3, 3):
        room.tick()
        assert len(seen) == expected


def test_calls_for_one_user_keep_their_order(make_room):
    # H-7
    room, seen = make_room(delivery="tick"), []
    put(make_room(), a=1)

    def told(name):
        return lambda data: seen.append((name, data.get("code"), data["entity"]["data"][0]["value"]))

    room.storage.LobbySetStorageAndUserItem(told("set"), UID, None, lambda: [{"key": "a", "value": 2}])
    room.storage.LobbyGetStorage(told("get"), UID, ["a"])
    room.storage.LobbySetStorageAndUserItem(told("last"), UID, None, lambda: [{"key": "a", "value": 3}])
    room.tick()
    assert seen == [("set", 2, 1), ("set", 0, 2), ("get", None, 2), ("last", 0, 3)]


def test_fifty_sets_a_second_over_all_rooms(make_room, clock):
    # H-7, Q-4
    rooms, answers, getters = [make_room(), make_room()], [], []

    def getter():
        getters.append(1)
        return [{"key": "a", "value": 1}]

    for number in range(60):
        rooms[number % 2].storage.LobbySetStorageAndUserItem(answers.append, number, None, getter)
    assert len(answers) == 50
    assert len(getters) == 60
    rooms[0].storage.LobbyGetStorage(answers.append, 1000, ["a"])
    assert len(answers) == 51
    clock.advance(seconds=1)
    for room in rooms:
        room.tick()
    assert [answer["code"] for answer in answers if "code" in answer] == [0] * 60
    assert len(getters) == 60


def test_threads_lose_no_point(address):
    # H-5, C-7
    games = []
    with cloudvars.open(address) as store, cloudvars.open(address) as other:
        stores = [store, other]

        def play(number):
            game = Game(stores[number % 2].room(f"{number}", delivery="tick"))
            games.append(game)
            for _ in range(5):
                game.upload(1)
                while game.delta:
                    game.room.tick()

        threads = [threading.Thread(target=play, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert get(store.room(), "point") == {"point": 20}
        codes = [code for game in games for code in game.codes]
        assert codes.count(0) == 20
        assert codes.count(2) >= 3  # each room's first set but one


# --- orders ---


def test_an_order_waits_until_it_is_shipped(store, room, clock):
    # H-6
    clock.advance(seconds=5)
    first = room.storage.place_order(UID, "add_money_100")
    second = room.storage.place_order("7", "sword", product_count=2)
    other = room.storage.place_order(8, "sword")
    assert len({first, second, other}) == 3
    assert orders(room) == [
        {"order_id": first, "timestamp": START + 5, "cmd": "add_money_100", "product_count": 1},
        {"order_id": second, "timestamp": START + 5, "cmd": "sword", "product_count": 2},
    ]
    assert put(room, order=first, money=100) == [(0, {"money": 100})]
    assert [one["order_id"] for one in orders(room)] == [second]
    assert put(room, order=second) == [(0, {})]
    assert orders(room) == []
    assert orders(store.room(game="other"), uid=8) == []


def test_a_shipped_order_is_code_5_and_stores_nothing(make_room):
    # H-6
    room, other = make_room(), make_room()
    order = room.storage.place_order(UID, "add_money_100")
    assert put(room, order=order, money=100) == [(0, {"money": 100})]
    messages = []

    def callback(data):
        messages.append((data["code"], data["message"]))
        return True

    other.storage.LobbySetStorageAndUserItem(callback, UID, order, lambda: [{"key": "money", "value": 200}])
    assert messages == [(5, "订单冲突")]
    assert put(other, order=order, money=200) == [(5, {"money": 100})]
    assert get(room, "money") == {"money": 100}
    assert other.tick() == 0


def test_a_data_conflict_ships_nothing_yet(make_room):
    # H-5, H-6
    room, other = make_room(), make_room()
    put(other, money=50)
    order = room.storage.place_order(UID, "add_money_100")
    waiting = []

    def callback(data):
        waiting.append((data["code"], len(orders(other))))

    room.storage.LobbySetStorageAndUserItem(callback, UID, order, lambda: [{"key": "money", "value": 150}])
    assert waiting == [(2, 1), (0, 0)]


@pytest.mark.parametrize("what", ["unknown", "another player's", "another game's", "a list item"])
def test_an_order_that_is_not_there_fails(store, room, caplog, what):
    # H-6
    number = {
        "unknown": lambda: 5,
        "another player's": lambda: room.storage.place_order(8, "x"),
        "another game's": lambda: store.room(game="other").storage.place_order(UID, "x"),
        "a list item": lambda: list_item(room),
    }[what]()
    assert put(room, order=number, money=1) == [None]
    assert f"has no order {number}" in caplog.text
    assert get(room, "money") == {}


def list_item(room):
    with room.score.get_commit() as c:
        return c.list_add(user_id=UID, key="k", value=[1])


def test_an_order_is_shipped_exactly_once(address):
    # H-6, C-7
    with cloudvars.open(address) as store, cloudvars.open(address) as other:
        numbers = [store.room().storage.place_order(UID, "add_money_1") for _ in range(8)]
        barrier = threading.Barrier(4)
        shipped, money = [], []

        def ship(number):
            room = (store, other)[number % 2].room(f"{number}", limits=False, delivery="tick")
            held = [0]

            def upload(order):
                def callback(data):
                    # Whatever the code is: what it brings counts as seen.
                    held[0] = {one["key"]: one["value"] for one in data["entity"]["data"]}.get("money", 0)
                    if data["code"] != 2:
                        shipped.append((order, data["code"]))

                room.storage.LobbySetStorageAndUserItem(
                    callback, UID, order, lambda: [{"key": "money", "value": held[0] + 1}]
                )

            barrier.wait()
            for order in numbers:
                upload(order)
            while len(shipped) < 32:
                room.tick()
            money.append(get(room, "money")["money"])

        threads = [threading.Thread(target=ship, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(shipped) == sorted((order, code) for order in numbers for code in (0, 5, 5, 5))
        assert money == [8] * 4
        assert orders(store.room()) == []


SHIP = """if True:
    import sys, cloudvars
    with cloudvars.open(sys.argv[1]) as store:
        room = store.room()
        print("ready", flush=True)
        sys.stdin.readline()
        for order in map(int, sys.argv[2:]):
            room.storage.LobbySetStorageAndUserItem(lambda data: print(data["code"], flush=True), 7, order)
            while room._may_deliver():
                room.tick()
"""


def test_processes_ship_an_order_once(address, start_python):
    # H-6, C-7
    with cloudvars.open(address) as store:
        numbers = [str(store.room().storage.place_order(UID, "x")) for _ in range(10)]
        children = [start_python("-c", SHIP, address, *numbers) for _ in range(2)]
        for child in children:
            assert child.stdout.readline() == "ready\n"
        for child in children:
            child.stdin.write("go\n")
        codes = [[child.stdout.readline().strip() for _ in numbers] for child in children]
        assert sorted(map(sorted, zip(*codes, strict=True))) == [["0", "5"]] * 10
        assert orders(store.room()) == []


# --- sorted keys ---


def test_a_board_has_the_most_or_the_least_first(store, make_room):
    # H-3
    store.storage.sort_keys("money", "level")
    room = make_room(limits=False)
    for uid, money in [(1, 30), (2, -5), (3, 30), (4, 2**63 - 1), (0, 99)]:
        put(room, uid=uid, money=money, level=1)
    assert places(room, "money") == [(4, 2**63 - 1), (1, 30), (3, 30), (2, -5)]
    assert places(room, "money", ascend=True) == [(2, -5), (1, 30), (3, 30), (4, 2**63 - 1)]
    assert places(room, "money", False, 1, 2) == [(1, 30), (3, 30)]
    assert places(room, "money", False, 4, 50) == []
    assert places(room, "money", False, 0, 0) == []
    assert places(room, "level") == [(1, 1), (2, 1), (3, 1), (4, 1)]


def test_a_board_is_up_to_two_minutes_old(store, make_room, clock):
    # H-3
    store.storage.sort_keys("money")
    room, other = make_room(), make_room()
    put(room, uid=1, money=10)
    assert places(other, "money") == [(1, 10)]
    put(room, uid=2, money=20)
    put(room, uid=1, money=30)
    clock.advance(seconds=119)
    assert places(room, "money") == places(other, "money") == [(1, 10)]
    assert get(other, "money", uid=2) == {"money": 20}
    clock.advance(seconds=1)
    assert places(other, "money") == [(1, 30), (2, 20)]


def test_a_board_has_200_players_on_each_end(store, make_room, clock):
    # H-3
    store.storage.sort_keys("money")
    room = make_room()
    for uid in range(1, 252):
        if uid % 50 == 0:
            clock.advance(seconds=1)
        put(room, uid=uid, money=uid)
    for ascend in (False, True):
        found = [place for offset in range(0, 300, 50) for place in places(room, "money", ascend, offset)]
        wanted = range(1, 201) if ascend else range(251, 51, -1)
        assert found == [(uid, uid) for uid in wanted]


def test_nicknames(store, make_room, clock):
    # H-3
    store.storage.sort_keys("money")
    room, other = make_room(), make_room()
    room.storage.set_nickname(1, "史蒂夫")
    put(room, uid=1, money=2)
    put(room, uid=2, money=1)
    answers = []
    other.storage.LobbyGetStorageBySort(answers.append, "money", False, 0, 50)
    assert [one["nickname"] for one in answers[0]["entity"]["data"]] == ["史蒂夫", "2"]


def test_a_sorted_key_takes_int64_only(store, room, caplog):
    # H-3, H-4
    store.storage.sort_keys("money")
    for value in ("5", 5.0, True, None, 2**63, [1]):
        assert put(room, money=value, other=1) == [None]
    assert "key 'money' is sorted: an int64 is accepted" in caplog.text
    assert get(room, "money", "other") == {}
    assert put(room, money=-(2**63)) == [(0, {"money": -(2**63)})]


def test_a_key_that_is_not_sorted_fails(store, room, caplog):
    # H-3
    put(room, money=5)
    answers = []
    room.storage.LobbyGetStorageBySort(answers.append, "money", True, 0, 50)
    assert answers == [None]
    assert "key 'money' is not sorted" in caplog.text
    # What was stored before is sorted too.
    store.storage.sort_keys("money")
    assert places(room, "money") == [(UID, 5)]
    with pytest.raises(CloudValueError, match="key: ''"):
        store.storage.sort_keys("fine", "")


def test_a_player_leaves_a_board_with_what_is_no_number(store, room, clock):
    # H-3
    put(room, money=5)
    put(room, money="much")
    put(room, **{"money\x018": 6})
    store.storage.sort_keys("money")
    assert places(room, "money") == []


# --- the file ---


def test_the_views_show_it(path):
    # H-2
    store = cloudvars.open(path)
    room = store.room()
    store.storage.sort_keys("money")
    order = room.storage.place_order(UID, "sword")
    put(room, order=order, money=5, bag=["sword"])
    store.close()
    with sqlite3.connect(path) as sql:
        rows = sql.execute("SELECT * FROM storage ORDER BY key").fetchall()
        assert rows == [("default", UID, "bag", '["sword"]', 1), ("default", UID, "money", "5", 1)]
        [row] = sql.execute('SELECT uid, order_id, cmd, product_count, shipped FROM "order"')
        assert row == (UID, order, "sword", 1, 1)
        assert sql.execute("SELECT * FROM place").fetchall() == [("default", "money", UID, 5, 1)]
    sql.close()


def test_an_older_file_gets_the_views_and_stays_what_it_is(path):
    # H-2
    store = cloudvars.open(path)
    with store.room().score.get_commit() as c:
        c.money_add(user_id=1, key="gold", value=5)
    store.close()
    views = {"storage", "order", "place"}
    with sqlite3.connect(path) as sql:
        for view in views:
            sql.execute(f'DROP VIEW "{view}"')
    sql.close()
    store = cloudvars.open(path)
    assert put(store.room(), money=1) == [(0, {"money": 1})]
    assert store.room().score.money_get(user_id=1, key="gold").unwrap()[0]["value"] == 5
    store.close()
    with sqlite3.connect(path) as sql:
        there = {name for (name,) in sql.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")}
        assert views <= there
        assert sql.execute("PRAGMA user_version").fetchone() == (1,)
    sql.close()


def test_a_closed_room_refuses(make_room):
    # H-2
    room = make_room()
    comp = room.storage
    room.close()
    with pytest.raises(cloudvars.StoreError, match="is closed"):
        comp.LobbyGetStorage(print, UID, ["a"])
    with pytest.raises(cloudvars.StoreError, match="is closed"):
        comp.place_order(UID, "x")
