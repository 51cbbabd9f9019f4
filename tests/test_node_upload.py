"""Custom nodes whose progress goes to the cloud: by themselves, or by the mod."""

import logging

import pytest
from achievement_calls import achieve, achieved, answer_codes
from cloudvars import CloudValueError
from nodes import PLAYER, ROOT, progress, send


def test_a_cloud_node_is_sent_and_answers_the_callback(node_tree, room, completed):
    #
    [first] = send(room, 3, "x")
    assert first == {
        "code": 0,
        "message": "正常返回",
        "details": "",
        "entity": {"completed_at": 0, "extra": "", "progress": 0, "version": 0},
    }
    assert progress(room, "cloud") == 3
    assert completed == []
    assert answer_codes(send(room, 7, "y")) == [0]
    assert completed == [(PLAYER, "cloud")]
    assert achieved(room)["cloud"]["progress"] == 4
    assert send(room, 1) == [None]
    assert completed == [(PLAYER, "cloud")]


@pytest.mark.parametrize("call", ["AddNodeProgress", "SetNodeFinish"])
def test_without_callback_a_cloud_node_is_not_sent(node_tree, room, caplog, call):
    #
    arguments = (1,) if call == "AddNodeProgress" else ()
    with caplog.at_level(logging.WARNING, logger="cloudvars"):
        answer = getattr(room.achievement, call)(
            PLAYER, "cloud", *arguments, callback=None, getExtra=lambda: "x"
        )
    assert answer is False
    assert any("callback" in record.getMessage() for record in caplog.records)
    assert achieved(room) == {}
    assert progress(room, "cloud") == 0


def test_finish_sends_what_is_missing(node_tree, make_room, room, completed):
    #
    other, answers = make_room(), []
    assert answer_codes(send(other, 1)) == [0]
    assert room.achievement.SetNodeFinish(PLAYER, "cloud", callback=answers.append, getExtra=None) is True
    assert answer_codes(answers) == [0]
    assert answers[0]["entity"]["progress"] == 1
    assert achieved(room)["cloud"]["progress"] == 4
    assert completed == [(PLAYER, "cloud")]
    assert room.achievement.SetNodeFinish(PLAYER, "cloud", answers.append) is True
    assert answers[1] is None
    assert completed == [(PLAYER, "cloud")]


@pytest.mark.parametrize("delivery", ["inline", "tick"])
def test_a_stale_room_conflicts_and_true_sends_again(node_tree, make_room, delivery):
    #
    room, other = make_room(delivery=delivery), make_room()
    completed = []
    room.achievement._on_complete(lambda player, node: completed.append(len(answers)))
    assert answer_codes(send(other, 2, "theirs")) == [0]
    answers, extras = [], []

    def callback(data):
        answers.append(data)
        return data["code"] == 5

    def getter():
        extras.append(answers[-1]["entity"]["extra"] + "+mine" if answers else "stale")
        return extras[-1]

    assert room.achievement.AddNodeProgress(PLAYER, "cloud", 2, callback=callback, getExtra=getter) is True
    assert answer_codes(answers) == ([5, 0] if delivery == "inline" else [])
    room.tick()
    assert answer_codes(answers) == [5, 0]
    assert answers[0]["message"] == "操作冲突"
    assert extras == ["stale", "theirs+mine"]
    assert completed == [2]
    assert achieved(other)["cloud"]["extra"] == "theirs+mine"


def test_anything_but_true_drops(node_tree, make_room):
    #
    room, other = make_room(), make_room()
    send(other, 2, "theirs")
    assert answer_codes(send(room, 2, "mine", again="yes")) == [5]
    assert achieved(other)["cloud"]["progress"] == 2
    assert progress(room, "cloud") == 2


def test_a_getter_that_returns_no_str_is_named(node_tree, room):
    #
    with pytest.raises(CloudValueError, match="AddNodeProgress: getExtra returned int"):
        room.achievement.AddNodeProgress(PLAYER, "cloud", 1, print, lambda: 5)
    assert achieved(room) == {}


def test_lobby_set_is_refused_where_the_node_sends_itself(node_tree, room, caplog):
    #
    with caplog.at_level(logging.WARNING, logger="cloudvars"):
        assert achieve(room, 1, node="cloud") == [None]
        assert achieve(room, 1, "x", node="cloud") == [None]
    assert any("auto_sent_cloud" in record.getMessage() for record in caplog.records)
    assert achieved(room) == {}


def test_the_crossing_is_told_in_the_room_that_made_it(node_tree, make_room):
    #
    told = []
    rooms = [make_room(str(number)) for number in range(4)]
    for room in rooms:
        room.achievement._on_complete(lambda player, node, room=room: told.append(room.name))
    for room in rooms:
        assert answer_codes(send(room, 1)) == [0]
    assert told == ["3"]
    for room in rooms:
        room.achievement._load_cloud(PLAYER)
        room.tick()
    assert told == ["3"]


def test_a_raised_goal_opens_a_cloud_node_again(load_nodes, room, completed, clock):
    #
    load_nodes({**ROOT, "is_cloud": True, "goal_number": 2})
    assert answer_codes(send(room, 2, node="root")) == [0]
    first = achieved(room)["root"]["completed_at"]
    load_nodes({**ROOT, "is_cloud": True, "goal_number": 5})
    clock.advance(seconds=10)
    assert answer_codes(send(room, 1, node="root")) == [0]
    assert completed == [(PLAYER, "root")]
    assert answer_codes(send(room, 2, node="root")) == [0]
    assert completed == [(PLAYER, "root")] * 2
    assert send(room, 1, node="root") == [None]
    assert achieved(room)["root"]["completed_at"] == first


def test_a_child_may_wait_for_a_parent_in_the_cloud(node_tree, make_room):
    #
    room, other = make_room(), make_room()
    assert room.achievement.SetNodeFinish(PLAYER, "later") is False
    assert answer_codes(send(other, 4)) == [0]
    room.achievement._load_cloud(PLAYER)
    assert room.achievement.SetNodeFinish(PLAYER, "later") is True


def test_cloud_progress_is_read_at_each_entry(node_tree, make_room):
    #
    room, other = make_room(), make_room()
    assert progress(room, "cloud") == 0
    assert answer_codes(send(other, 2)) == [0]
    assert progress(room, "cloud") == 0
    room.player_leave(PLAYER)
    assert progress(room, "cloud") == 2
    assert answer_codes(send(other, 1)) == [0]
    room.achievement._load_cloud(str(PLAYER))
    assert progress(room, "cloud") == 3


@pytest.mark.parametrize(("loaded", "code"), [(True, 0), (False, 5)])
def test_loading_obtains_the_version_and_looking_does_not(node_tree, make_room, loaded, code):
    #
    room, other = make_room(), make_room()
    send(other, 1, "theirs")
    assert progress(room, "cloud") == 1
    if loaded:
        room.achievement._load_cloud(PLAYER)
    assert answer_codes(send(room, 1, "mine")) == [code]


def test_a_node_with_auto_sent_cloud_false_counts_and_the_mod_sends(node_tree, room, completed, make_room):
    #
    assert room.achievement.AddNodeProgress(PLAYER, "own", 3) is True
    assert achieved(room) == {}
    assert progress(room, "own") == 3
    assert answer_codes(achieve(room, 3, "x", node="own")) == [0]
    assert progress(room, "own") == 3
    assert room.achievement.AddNodeProgress(PLAYER, "own", 2, print, lambda: "never called") is True
    assert completed == [(PLAYER, "own")]
    assert answer_codes(achieve(room, 2, "y", node="own")) == [0]
    assert completed == [(PLAYER, "own")]
    assert room.achievement.SetNodeFinish(PLAYER, "own") is False
    other = make_room()
    assert progress(other, "own") == 5
    assert other.achievement.SetNodeFinish(PLAYER, "own") is False


def test_a_mod_that_only_sends_completes_the_node_too(node_tree, room, completed):
    #
    assert answer_codes(achieve(room, 4, node="own")) == [0]
    assert progress(room, "own") == 4
    assert answer_codes(achieve(room, 4, node="own")) == [0]
    assert completed == [(PLAYER, "own")]
