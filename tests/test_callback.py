"""Cloud achievements: callbacks and getters that fail."""

import logging

import pytest
from achievement_calls import achieve as add
from achievement_calls import achieved as stored
from achievement_calls import answer_codes as codes
from cloudvars import CloudValueError

PLAYER = 5


@pytest.fixture(autouse=True)
def nodes(store):
    store.achievements.define("kill", total=6)
    store.achievements.define("Node2", total=10, title="Second")


def raising(*_):
    raise ZeroDivisionError("mine")


def logged(caplog):
    return "Traceback" in caplog.text and "ZeroDivisionError: mine" in caplog.text


@pytest.mark.parametrize("delivery", ["inline", "tick"])
@pytest.mark.parametrize("culprit", ["callback", "getter", "get callback"])
def test_an_exception_is_logged_and_raised_again(make_room, caplog, delivery, culprit):
    #
    room, answers = make_room(delivery=delivery), []
    comp = room.achievement

    def request():
        if culprit == "callback":
            comp.LobbySetAchievementStorage(raising, PLAYER, "kill", 1)
        elif culprit == "getter":
            comp.LobbySetAchievementStorage(answers.append, PLAYER, "kill", 1, raising)
        else:
            comp.LobbyGetAchievementStorage(raising, PLAYER)
        if delivery == "tick":
            assert not caplog.text
            room.tick()

    with caplog.at_level(logging.DEBUG, logger="cloudvars"), pytest.raises(ZeroDivisionError, match="mine"):
        request()
    assert logged(caplog)
    held = stored(make_room())
    assert held == {} if culprit != "callback" else held["kill"]["progress"] == 1
    assert codes(add(room, 1, node="Node2")) == [0]


def test_an_exception_at_a_conflict_stores_nothing(make_room, caplog):
    #
    room, other = make_room(), make_room()
    add(other, 1, "theirs")
    with pytest.raises(ZeroDivisionError):
        room.achievement.LobbySetAchievementStorage(raising, PLAYER, "kill", 1, lambda: "mine")
    assert logged(caplog)
    assert room.tick() == 0
    assert stored(other)["kill"]["extra"] == "theirs"


@pytest.mark.parametrize("extra", [None, 5, b"x", ["x"], {}], ids=repr)
def test_an_extra_is_a_str(make_room, extra):
    #
    room = make_room()
    with pytest.raises(CloudValueError):
        room.achievement.LobbySetAchievementStorage(lambda data: None, PLAYER, "kill", 1, lambda: extra)
    assert stored(room) == {}


def test_a_getter_that_fails_at_the_second_try(make_room):
    #
    room, other = make_room(), make_room()
    add(other, 1, "theirs")
    extras = ["mine"]
    with pytest.raises(IndexError):
        room.achievement.LobbySetAchievementStorage(lambda data: True, PLAYER, "kill", 1, extras.pop)
    assert stored(other)["kill"]["extra"] == "theirs"


def test_what_else_was_waiting_is_delivered_later(make_room):
    #
    room, answers = make_room(delivery="tick"), []
    for callback in (answers.append, raising, answers.append, answers.append):
        room.achievement.LobbySetAchievementStorage(callback, PLAYER, "kill", 1)
    with pytest.raises(ZeroDivisionError):
        room.tick()
    for _ in range(3):
        room.tick()
    assert codes(answers) == [0, 0, 0]
    assert stored(make_room())["kill"]["progress"] == 4
