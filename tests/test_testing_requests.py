"""``store.faults`` in calls that answer by a callback: failures, answers that come twice, conflicts."""

import cloudvars
import pytest


@pytest.fixture
def faults(store):
    return store.faults


@pytest.fixture
def hunt(store):
    store.achievements.define("hunt", total=10)
    return store


def sets(room, answers, extra=None, player=7):
    """One set; what its callback gets, and True to every question."""

    def answered(data):
        answers.append(data and (data["code"], data["entity"]["progress"], data["entity"]["extra"]))
        return True

    getter = None if extra is None else (lambda: extra)
    room.achievement.LobbySetAchievementStorage(answered, player, "hunt", 1, getter)


def test_a_pushed_message_and_an_answer_come_twice(hunt, make_room, faults):
    # F-2 S-4 A-3
    room, seen, answers = make_room(), [], []
    room.score.subscribe_channel(7, "k", lambda data: seen.append(data["value"]))
    room.score.subscribe_message("news", lambda data: seen.append(data["message"]))
    faults.duplicate("subscribe_channel")
    faults.duplicate("subscribe_message", key="news")
    faults.duplicate("LobbySetAchievementStorage", user_id=7)
    for value in ("a", "b"):
        room.score.message_send(src_user_id=1, key="k", target_user_id=7, value=value)
        room.score.publish_message("news", value.upper())
    assert seen == ["a", "a", "A", "A", "b", "B"]
    sets(room, answers, "x")
    sets(room, answers, "y")
    assert answers == [(0, 0, ""), (0, 0, ""), (0, 1, "x")]


def test_a_duplicated_answer_that_raises_does_not_block_the_player(hunt, make_room, faults, caplog):
    # F-2 A-8
    room, answers = make_room(), []
    faults.duplicate("LobbySetAchievementStorage")

    def broken(data):
        answers.append(data["code"])
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        room.achievement.LobbySetAchievementStorage(broken, 7, "hunt", 1)
    sets(room, answers)
    assert answers == [0, 0, (0, 1, "")]


def test_the_lobby_storage_fails_and_answers_twice(make_room, faults, caplog):
    # F-1 F-2 H-2 H-4 A-8
    storage, answers = make_room().storage, []

    def told(answer):
        found = answer and [one["value"] for one in answer["entity"].get("data", [])]
        answers.append(answer and (answer.get("code"), found))

    def put(value):
        storage.LobbySetStorageAndUserItem(told, 7, None, lambda: [{"key": "k", "value": value}])

    faults.fail("LobbySetStorageAndUserItem", user_id=7, key="k")
    put(1)
    storage.LobbyGetStorage(told, 7, ["k"])
    assert answers == [None, (None, [])]
    answers.clear()
    faults.fail("LobbySetStorageAndUserItem", applied=True)
    faults.duplicate("LobbyGetStorage", user_id=7, key="k")
    put(2)
    storage.LobbyGetStorage(told, 7, ["k"])
    assert answers == [None, (None, [2]), (None, [2])]
    answers.clear()
    for op, call in (
        ("LobbyGetStorageBySort", lambda: storage.LobbyGetStorageBySort(told, "k", True, 0, 5)),
        ("QueryLobbyUserItem", lambda: storage.QueryLobbyUserItem(told, 7)),
    ):
        with faults.fail(op) as fault:
            call()
            assert fault.injected == 1
    assert answers == [None, None]
    assert "fails on purpose" in caplog.text


def test_achievement_requests_fail_with_none(hunt, make_room, faults, caplog):
    # F-1 A-3
    room, answers = make_room(), []
    faults.fail("LobbySetAchievementStorage")
    faults.fail("LobbyGetAchievementStorage", 1213)
    sets(room, answers, "x")
    room.achievement.LobbyGetAchievementStorage(answers.append, 7)
    assert answers == [None, None]
    assert "on purpose" in caplog.text
    assert "1213" in caplog.text
    faults.fail("LobbySetAchievementStorage", applied=True)
    sets(room, answers, "x")
    # The room did not learn that it was stored: its next set is stale.
    sets(room, answers, "y")
    assert answers[2:] == [None, (5, 1, "x"), (0, 1, "x")]


def test_a_conflict_is_real(hunt, make_room, faults):
    # F-3 A-5 A-6
    a, b, answers = make_room("a"), make_room("b"), []
    sets(a, answers, "mine")
    faults.conflict(7, "hunt", progress=4, extra="theirs")
    sets(b, answers)  # without extra: it cannot conflict, and uses nothing up
    sets(a, answers, "mine too")
    assert answers == [(0, 0, ""), (0, 1, "mine"), (5, 4, "theirs"), (0, 4, "theirs")]
    b.achievement.LobbyGetAchievementStorage(lambda data: answers.append(data["entity"][0]), 7)
    assert (answers[-1]["progress"], answers[-1]["extra"], answers[-1]["version"]) == (5, "mine too", 4)
    assert [(one["fault"], one["room"]) for one in faults.trace] == [("conflict", "a")]


def test_conflicts_come_as_often_as_told(hunt, make_room, faults):
    # F-3 A-6
    room, answers = make_room(), []
    with faults.conflict(7, "hunt", times=3) as conflict:
        sets(room, answers, "x")
    assert [code for code, *_ in answers] == [5, 5, 5, 0]
    assert conflict.injected == 3


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"node": "unknown"}, "not defined"),
        ({"progress": 1}, "2 (what is stored) to 10"),
        ({"progress": 11}, "2 (what is stored) to 10"),
        ({"node": "done"}, "completed"),
    ],
)
def test_a_conflict_that_no_room_could_cause_is_refused(hunt, make_room, faults, fields, part):
    # F-3 A-4
    room = make_room()
    hunt.achievements.define("done", total=1)
    room.achievement.LobbySetAchievementStorage(print, 7, "hunt", 2)
    room.achievement.LobbySetAchievementStorage(print, 7, "done", 1)
    with pytest.raises(cloudvars.CloudValueError, match=r".") as raised:
        faults.conflict(**{"player": 7, "node": "hunt", **fields})
    assert part in str(raised.value)
