"""Orders of the lobby storage: shipped exactly once."""

import threading

import cloudvars
import pytest
from lobby import UID, get, orders, put

START = 1767196800


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
