"""Cloud achievements: two rooms and one player, versions, retries."""

import pytest
from achievement_calls import achieve as add
from achievement_calls import achieved as stored
from achievement_calls import answer_codes as codes

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


def test_requests_that_wait_for_the_rate_do_not_conflict(make_room, clock):
    #
    room, answers = make_room(), []
    for player in range(100, 150):
        room.achievement.LobbySetAchievementStorage(lambda data: None, player, "kill", 1)
    for extra in "abc":
        room.achievement.LobbySetAchievementStorage(answers.append, PLAYER, "kill", 1, lambda e=extra: e)
    assert answers == []
    clock.advance(seconds=1)
    room.tick()
    assert codes(answers) == [0, 0, 0]
    assert [answer["entity"]["version"] for answer in answers] == [0, 1, 2]
    assert stored(make_room())["kill"]["extra"] == "c"


def test_a_retry_comes_before_what_was_asked_later(make_room):
    #
    room, other, answers = make_room(), make_room(), []
    add(other, 1, "theirs")

    def later(data):
        answers.append(("later", data["code"], data["entity"]["extra"]))

    def callback(data):
        answers.append(("first", data["code"], data["entity"]["extra"]))
        if data["code"] == 5:
            room.achievement.LobbySetAchievementStorage(later, PLAYER, "kill", 1, lambda: "second")
        return data["code"] == 5

    room.achievement.LobbySetAchievementStorage(callback, PLAYER, "kill", 1, lambda: "first")
    assert answers == [("first", 5, "theirs"), ("first", 0, "theirs"), ("later", 0, "first")]


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
