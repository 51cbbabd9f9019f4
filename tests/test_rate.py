"""Sets per second of a game: 50 of achievements and 50 of the storage, the others wait."""

import time

import cloudvars
import pytest
from verbs import PLACE


@pytest.fixture
def node(store):
    store.achievements.define("node", total=1000)
    return "node"


def test_50_achievement_sets_per_second_of_a_game(make_room, clock, node):
    #
    first, second, answers = make_room(), make_room(), []
    for number in range(60):
        room = (first, second)[number % 2]
        room.achievement.LobbySetAchievementStorage(answers.append, number, node, 1)
    for room in (first, second):
        room.tick()
    assert len(answers) == 50
    clock.advance(seconds=1)
    for room in (first, second):
        room.tick()
    assert len(answers) == 60
    assert [answer["code"] for answer in answers] == [0] * 60


def test_a_waiting_set_is_answered_at_a_later_call(make_room, clock, node):
    #
    room, answers = make_room(), []
    for number in range(51):
        room.achievement.LobbySetAchievementStorage(answers.append, number, node, 1)
    assert len(answers) == 50
    clock.advance(seconds=1)
    room.score.get(PLACE)
    assert len(answers) == 51


def test_a_clock_that_is_set_back_holds_no_set_for_long(make_room, clock, node):
    #
    room, answers = make_room(), []
    for number in range(51):
        room.achievement.LobbySetAchievementStorage(answers.append, number, node, 1)
    assert len(answers) == 50
    clock.set("2020-01-01T00:00:00+08:00")
    room.tick()
    assert len(answers) == 51


def test_without_limits_no_set_waits_or_counts(make_room, node):
    # H-7
    free, room, answers = make_room(limits=False), make_room(), []
    for number in range(120):
        free.achievement.LobbySetAchievementStorage(answers.append, number, node, 1)
        free.storage.LobbySetStorageAndUserItem(
            answers.append, number, None, lambda: [{"key": "a", "value": 1}]
        )
    assert [answer["code"] for answer in answers] == [0] * 240
    for number in range(60):
        room.achievement.LobbySetAchievementStorage(answers.append, number, node, 1)
        room.storage.LobbySetStorageAndUserItem(answers.append, 200 + number, None, lambda: [])
    assert len(answers) == 240 + 50 + 50
    free.achievement.LobbySetAchievementStorage(answers.append, 1, node, 1)
    assert len(answers) == 341


def test_games_do_not_share_the_rate(open_store):
    #
    stores, answers = [open_store(game=game) for game in "ab"], []
    for store in stores:
        store.achievements.define("node", total=1000)
    busy, other = (store.room() for store in stores)
    for number in range(55):
        busy.achievement.LobbySetAchievementStorage(answers.append, number, "node", 1)
    assert len(answers) == 50
    other.achievement.LobbySetAchievementStorage(answers.append, 1, "node", 1)
    assert answers[50]["code"] == 0
    busy.close()


@pytest.mark.parametrize("kind", ["achievement", "storage"])
def test_sets_that_wait_cost_the_other_calls_nothing(clock, kind):
    # Sets that cannot be sent yet are not looked at again.
    with cloudvars.open(clock=clock) as store:
        store.achievements.define("node", total=10**6)
        rooms = [store.room(delivery="inline"), store.room(delivery="inline")]
        for room, sets in zip(rooms, (60, 12_000), strict=True):
            for player in range(sets):
                if kind == "achievement":
                    room.achievement.LobbySetAchievementStorage(lambda data: None, player, "node", 1)
                else:
                    room.storage.LobbySetStorageAndUserItem(lambda data: None, player, None, lambda: [])

        def seconds(room):
            # Of this thread's own work: other programs do not count.
            began = time.thread_time()
            for _ in range(100):
                assert room.score.test_cloud_value(value=1).ok
                assert room.tick() == 0
            return time.thread_time() - began

        few, many = map(min, zip(*[map(seconds, rooms) for _ in range(20)], strict=True))
        assert many < 8 * few
        clock.advance(seconds=1)
        assert rooms[1].tick() == 50
