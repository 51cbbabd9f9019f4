"""Cloud achievements: two rooms and one player, retries, errors in callbacks."""

import logging

import pytest
from cloudvars import CloudValueError
from model import achieve as add
from model import achieved as stored
from model import answer_codes as codes

PLAYER = 5
START = 1767196800
FAILED = None
CONFLICT = "操作冲突"


@pytest.fixture(autouse=True)
def nodes(store):
    store.achievements.define("kill", total=6)
    store.achievements.define("Node2", total=10, title="Second")


def test_a_stale_room_conflicts_and_obtains(make_room):
    #
    first, second = make_room(), make_room()
    assert codes(add(first, 1, "a")) == [0]
    [answer] = add(second, 1, "b")
    assert (answer["code"], answer["message"]) == (5, CONFLICT)
    assert answer["entity"] == {"completed_at": 0, "extra": "a", "progress": 1, "version": 1}
    assert stored(first)["kill"]["progress"] == 1
    assert codes(add(second, 1, "b")) == [0]
    assert codes(add(first, 1, "a")) == [5]
    assert stored(first)["kill"] == {**stored(second)["kill"], "extra": "b", "progress": 2, "version": 2}


def test_a_get_obtains_the_version(make_room):
    #
    first, second = make_room(), make_room()
    add(first, 1, "a")
    add(first, 1, node="Node2")
    stored(second)
    assert codes(add(second, 1, "b")) == [0]
    assert codes(add(second, 1, "b", node="Node2")) == [0]
    assert codes(add(first, 1, "a")) == [5]
    stored(first)
    assert codes(add(first, 1, "a")) == [0]


def test_versions_are_of_a_player_and_a_node(make_room):
    #
    first, second = make_room(), make_room()
    add(first, 1, "a")
    assert codes(add(second, 1, "b", player=6)) == [0]
    assert codes(add(second, 1, "b", node="Node2")) == [0]
    assert codes(add(second, 1, "b")) == [5]


def test_the_version_is_checked_before_the_completion(make_room):
    #
    first, second = make_room(), make_room()
    assert codes(add(first, 6, "done")) == [0]
    [answer] = add(second, 1, "b")
    assert answer["code"] == 5
    assert answer["entity"] == {"completed_at": START, "extra": "done", "progress": 6, "version": 1}
    assert add(second, 1, "b") == [FAILED]
    assert add(first, 1, "a") == [FAILED]


@pytest.mark.parametrize("delivery", ["inline", "tick"])
def test_true_sends_again(make_room, delivery):
    #
    room, other = make_room(delivery=delivery), make_room()
    assert codes(add(other, 2, "theirs")) == [0]
    local = {"extra": "stale"}
    answers, extras = [], []

    def callback(data):
        answers.append(data)
        local["extra"] = data["entity"]["extra"] + "+mine"
        return data["code"] == 5

    def getter():
        extras.append(local["extra"])
        return local["extra"]

    room.achievement.LobbySetAchievementStorage(callback, PLAYER, "kill", 1, getter)
    room.tick()
    assert codes(answers) == [5, 0]
    assert extras == ["stale", "theirs+mine"]
    entry = stored(other)["kill"]
    assert (entry["progress"], entry["extra"], entry["version"]) == (3, "theirs+mine", 2)


def test_the_second_try_may_conflict_again(make_room):
    #
    room, other = make_room(), make_room()
    add(other, 1, "0")
    answers = []

    def callback(data):
        answers.append(data)
        if data["code"] == 5 and len(answers) < 4:
            assert codes(add(other, 1, str(len(answers)))) == [0]
        return True

    room.achievement.LobbySetAchievementStorage(callback, PLAYER, "kill", 1, lambda: "mine")
    assert codes(answers) == [5, 5, 5, 5, 0]
    assert [answer["entity"]["extra"] for answer in answers] == ["0", "1", "2", "3", "3"]
    assert stored(room)["kill"]["progress"] == 5


@pytest.mark.parametrize("again", [False, None, 0, "", "yes", [True]], ids=repr)
def test_anything_but_true_drops(make_room, again):
    #
    room, other = make_room(), make_room()
    add(other, 1, "theirs")
    assert codes(add(room, 1, "mine", again=again)) == [5]
    assert room.tick() == 0
    assert stored(room)["kill"]["extra"] == "theirs"


def test_true_after_a_success_or_failure_means_nothing(room):
    #
    assert codes(add(room, 6, "x", again=True)) == [0]
    assert add(room, 1, "x", again=True) == [FAILED]
    assert room.tick() == 0
    assert stored(room)["kill"]["version"] == 1


def test_an_add_without_extra_keeps_an_up_to_date_room_up_to_date(make_room):
    #
    first, second = make_room(), make_room()
    assert codes(add(first, 1, "a")) == [0]
    assert codes(add(first, 1)) == [0]
    assert codes(add(first, 1, "b")) == [0]
    assert codes(add(second, 1)) == [0]
    assert codes(add(second, 1, "c")) == [5]
    assert codes(add(first, 1, "d")) == [5]


def test_requests_of_one_room_for_one_player_never_conflict(make_room):
    #
    room, answers = make_room(delivery="tick"), []
    for number in range(5):
        room.achievement.LobbySetAchievementStorage(
            answers.append, PLAYER, "kill", 1, lambda n=number: str(n)
        )
    room.tick()
    assert codes(answers) == [0] * 5
    assert stored(make_room())["kill"] == {**stored(room)["kill"], "extra": "4", "version": 5}


class Game:
    """The mod of the documentation: 3 cows and 3 sheep, reported when the room closes."""

    def __init__(self, room):
        self.room, self.cows, self.sheep, self.progress, self.answers = room, 0, 0, 0, []

    def enter(self):
        entry = stored(self.room).get("kill")
        if entry:
            self.load(entry)

    def load(self, entry):
        self.progress = entry["progress"]
        self.cows, self.sheep = map(int, entry["extra"].split(","))

    def report(self, cows):
        """Reports the kills of this session; on a conflict looks again whether they still count."""
        self.cows += cows

        def callback(data):
            self.answers.append(data)
            if data["code"] != 5:
                return False
            self.load(data["entity"])
            if self.progress >= 6 or self.cows >= 3:
                return False
            self.cows += cows
            return True

        self.room.achievement.LobbySetAchievementStorage(
            callback, PLAYER, "kill", cows, lambda: f"{self.cows},{self.sheep}"
        )


@pytest.mark.parametrize(("killed_in_b", "outcome", "progress"), [(3, [5], 3), (1, [5, 0], 2)])
def test_the_story_of_the_documentation(make_room, killed_in_b, outcome, progress):
    #
    a, b = Game(make_room("A")), Game(make_room("B"))
    a.enter()
    b.enter()
    b.report(cows=killed_in_b)
    assert codes(b.answers) == [0]
    a.report(cows=1)
    assert codes(a.answers) == outcome
    entry = stored(make_room())["kill"]
    assert (entry["progress"], entry["extra"]) == (progress, f"{progress},0")
    assert a.cows == progress


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
