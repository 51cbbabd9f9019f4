"""Sorted keys of the lobby storage: boards, nicknames."""

import pytest
from cloudvars import CloudValueError
from lobby import UID, get, places, put


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
