"""Cloud achievements: nodes, get, set, conflicts."""

import logging

import pytest
from achievement_calls import achieve as add
from achievement_calls import achieved as stored
from achievement_calls import answer_codes as codes
from cloudvars import CloudValueError
from stores import one_store

PLAYER = 5
START = 1767196800
FAILED = None


@pytest.fixture(autouse=True)
def nodes(store):
    store.achievements.define("kill", total=6)
    store.achievements.define("Node2", total=10, title="Second")


def test_nothing_is_held_for_a_new_player(room):
    #
    answers = []
    assert room.achievement.LobbyGetAchievementStorage(callback=answers.append, playerId="5") is None
    assert answers == [{"code": 0, "message": "正常返回", "details": "", "entity": []}]


def test_get_answers_each_node_with_data(room):
    #
    add(room, 2, "cows")
    add(room, 3, node="Node2")
    add(room, 1, player=6)
    held = stored(room)
    assert set(held) == {"kill", "Node2"}
    entry = {
        "achievement_id": "kill",
        "completed_at": 0,
        "extra": "cows",
        "max_progress": 6,
        "progress": 2,
        "version": 1,
    }
    assert held["kill"] == entry
    assert set(held["Node2"]) == set(entry)
    assert (held["Node2"]["progress"], held["Node2"]["max_progress"]) == (3, 10)
    assert stored(room, "5") == held


def test_set_answers_the_data_before(room):
    #
    [first] = add(room, 2, "one")
    assert first["code"] == 0
    assert set(first["entity"]) == {"completed_at", "extra", "progress", "version"}
    assert (first["entity"]["progress"], first["entity"]["version"]) == (0, 0)
    assert first["entity"]["completed_at"] == 0
    [second] = add(room, 3, "two")
    assert second["code"] == 0
    assert second["entity"] == {"completed_at": 0, "extra": "one", "progress": 2, "version": 1}
    assert stored(room)["kill"]["version"] == 2


def test_arguments_by_keyword(room):
    #
    answers = []
    comp = room.achievement
    result = comp.LobbySetAchievementStorage(
        callback=answers.append, playerId="5", nodeId="kill", delta=1, getExtraData=lambda: "x"
    )
    assert result is None
    assert codes(answers) == [0]
    assert comp.LobbySetAchievementStorage(answers.append, 5, "kill", 1, None) is None
    assert stored(room)["kill"]["extra"] == "x"


@one_store
@pytest.mark.parametrize("delta", [0, -1, 1.5, "x", True, None], ids=repr)
def test_a_delta_is_a_positive_int(room, delta):
    #
    with pytest.raises(CloudValueError, match="delta"):
        room.achievement.LobbySetAchievementStorage(print, PLAYER, "kill", delta)
    assert stored(room) == {}


@one_store
@pytest.mark.parametrize("player", ["abc", 1.5, True, None], ids=repr)
def test_what_is_no_player_is_refused(room, player):
    # G-2
    with pytest.raises(CloudValueError, match="playerId"):
        room.achievement.LobbySetAchievementStorage(print, player, "kill", 1)
    with pytest.raises(CloudValueError, match="playerId"):
        room.achievement.LobbyGetAchievementStorage(print, player)


@pytest.mark.parametrize("extra", [None, "x"])
def test_an_unknown_node_fails_and_the_log_says_why(room, caplog, extra):
    #
    with caplog.at_level(logging.DEBUG, logger="cloudvars"):
        assert add(room, 1, extra, node="Nowhere") == [FAILED]
    assert any("Nowhere" in record.getMessage() for record in caplog.records)
    assert stored(room) == {}


def test_nodes_belong_to_a_game_and_stay(open_store, reopen):
    #
    store = open_store(game="a")
    store.achievements.define("mine", total=2)
    assert codes(add(store.room(), node="mine")) == [0]
    assert add(store.room(game="b"), node="mine") == [FAILED]
    store = reopen(store, game="a")
    assert codes(add(store.room(), node="mine")) == [0]
    assert stored(store.room())["mine"]["progress"] == 2
    assert add(reopen(store, game="b").room(), node="mine") == [FAILED]


def test_the_default_total_is_one(store, room):
    #
    store.achievements.define("once")
    assert codes(add(room, 1, node="once")) == [0]
    assert stored(room)["once"]["max_progress"] == 1
    assert stored(room)["once"]["completed_at"] == START


@pytest.mark.parametrize("delta", [6, 7, 2**62])
def test_progress_is_clamped_and_completion_dated(room, clock, delta):
    #
    clock.advance(seconds=100)
    assert codes(add(room, delta)) == [0]
    entry = stored(room)["kill"]
    assert (entry["progress"], entry["completed_at"]) == (6, START + 100)
    clock.advance(days=1)
    assert add(room, 1) == [FAILED]
    assert add(room, 1, "x") == [FAILED]
    assert stored(room)["kill"] == entry


def test_completion_in_steps(room, clock):
    #
    for progress in range(1, 7):
        clock.advance(seconds=1)
        assert codes(add(room, 1, f"{progress}")) == [0]
        entry = stored(room)["kill"]
        assert (entry["progress"], entry["version"], entry["extra"]) == (progress, progress, f"{progress}")
        assert entry["completed_at"] == (START + 6 if progress == 6 else 0)


@pytest.mark.parametrize("delivery", ["inline", "tick"])
def test_the_getter_runs_when_the_request_is_sent(make_room, delivery):
    # A-5, D-1
    room, calls, answers = make_room(delivery=delivery), [], []

    def getter(*arguments):
        calls.append(arguments)
        return "x"

    room.achievement.LobbySetAchievementStorage(answers.append, PLAYER, "kill", 1, getter)
    assert [len(calls), len(answers)] == ([1, 1] if delivery == "inline" else [0, 0])
    room.tick()
    assert calls == [()]
    assert codes(answers) == [0]


def test_an_add_without_extra_never_conflicts(make_room):
    #
    first, second = make_room(), make_room()
    assert codes(add(first, 1, "kept")) == [0]
    for version in (1, 2, 3):
        [answer] = add((first, second)[version % 2], 1)
        assert (answer["code"], answer["entity"]["version"], answer["entity"]["extra"]) == (
            0,
            version,
            "kept",
        )
    entry = stored(first)["kill"]
    assert (entry["progress"], entry["version"], entry["extra"]) == (4, 4, "kept")


def test_tick_sends_nothing_before_tick(make_room):
    # D-1, A-5
    room, other, answers = make_room(delivery="tick"), make_room(), []
    room.achievement.LobbySetAchievementStorage(answers.append, PLAYER, "kill", 1)
    room.achievement.LobbyGetAchievementStorage(answers.append, PLAYER)
    assert answers == []
    assert stored(other) == {}
    assert room.tick() == 2
    assert codes(answers) == [0, 0]
    assert [entry["progress"] for entry in answers[1]["entity"]] == [1]


def test_a_request_made_in_a_callback_waits_for_the_next_tick(make_room):
    # D-1
    room, answers = make_room(delivery="tick"), []

    def callback(data):
        answers.append(data)
        if len(answers) < 3:
            room.achievement.LobbySetAchievementStorage(callback, PLAYER, "kill", 1)

    room.achievement.LobbySetAchievementStorage(callback, PLAYER, "kill", 1)
    for expected in (1, 2, 3, 3):
        room.tick()
        assert len(answers) == expected
    assert stored(room)["kill"]["progress"] == 3


def test_a_total_that_is_lowered_takes_no_progress_back(store, room):
    #
    store.achievements.define("kill", total=6)
    assert codes(add(room, 5)) == [0]
    store.achievements.define("kill", total=3)
    assert codes(add(room, 1)) == [0]
    assert stored(room)["kill"]["progress"] == 5
    assert add(room, 1) == [FAILED]


def test_achievements_survive_reopening(open_store, reopen):
    # A-4, C-6
    store = open_store()
    store.achievements.define("kill", total=6)
    add(store.room(), 2, "x")
    before = stored(store.room())
    store = reopen(store)
    first, second = store.room(), store.room()
    assert stored(first) == before
    assert codes(add(first, 1, "y")) == [0]
    assert codes(add(second, 1, "z")) == [5]
