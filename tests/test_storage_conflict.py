"""Sets of the lobby storage that meet: conflicts, the order of calls, 50 a second."""

import json
import threading

import cloudvars
import pytest
from lobby import UID, get, put


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
