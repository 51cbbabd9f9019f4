"""Closing a room or a store: what waits is sent at once, and every callback is called."""

import threading

import cloudvars
import pytest

SETS = 120


def set_achievement(room, player, callback, getter=None):
    room.achievement.LobbySetAchievementStorage(callback, player, "n", 1, getter)


def set_storage(room, player, callback, getter=None):
    room.storage.LobbySetStorageAndUserItem(
        callback, player, None, getter or (lambda: [{"key": "k", "value": 1}])
    )


def get_achievement(judge, player):
    answers = []
    judge.achievement.LobbyGetAchievementStorage(answers.append, player)
    return bool(answers[0]["entity"])


def get_storage(judge, player):
    answers = []
    judge.storage.LobbyGetStorage(answers.append, player, ["k"])
    return bool(answers[0]["entity"]["data"])


KINDS = {"achievement": (set_achievement, get_achievement), "storage": (set_storage, get_storage)}
CLOSES = {
    "room.close": lambda room: room.close(),
    "store.close": lambda room: room.store.close(),
    "leaving the room": lambda room: room.__exit__(None, None, None),
    "leaving the store": lambda room: room.store.__exit__(None, None, None),
}


@pytest.fixture
def opened(open_store):
    """A store that outlives being closed."""
    store = open_store(durability="normal")
    store.achievements.define("n", total=10)
    return store


@pytest.mark.parametrize("close", CLOSES)
@pytest.mark.parametrize("delivery", ["inline", "tick", "tick, never ticked"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_waits_is_sent_and_answered(opened, open_store, kind, delivery, close):
    # Q-4, D-1
    send, stored = KINDS[kind]
    room, answered, threads = opened.room(delivery=delivery.split(",")[0]), [], set()

    def callback(data):
        threads.add(threading.get_ident())
        answered.append(data["code"])

    for player in range(SETS):
        send(room, player, callback)
    if delivery == "tick":
        room.tick()
    assert len(answered) == (0 if "never" in delivery else 50)
    CLOSES[close](room)
    assert answered == [0] * SETS
    assert threads == {threading.get_ident()}
    judge = open_store().room(limits=False)
    assert all(stored(judge, player) for player in range(SETS))


def test_a_store_closes_all_of_its_rooms(opened):
    # also those that nobody closed, and only those that somebody has
    rooms, answered = [opened.room(delivery="tick") for _ in range(100)], []
    for player, room in enumerate(rooms[::2]):
        set_achievement(room, player, answered.append)
    del rooms[1::2]
    opened.close()
    assert [data["code"] for data in answered] == [0] * 50
    for room in rooms:
        with pytest.raises(cloudvars.StoreError, match="closed"):
            room.tick()


def test_every_request_is_answered(opened):
    # D-1: not only the sets
    room, answered = opened.room(delivery="tick"), []
    room.achievement.LobbyGetAchievementStorage(answered.append, 1)
    room.storage.LobbyGetStorage(answered.append, 1, ["k"])
    room.storage.QueryLobbyUserItem(answered.append, 1)
    opened.storage.sort_keys("s")
    room.storage.LobbyGetStorageBySort(answered.append, "s", True, 0, 10)
    room.close()
    assert len(answered) == 4
    assert all(answer is not None for answer in answered)


def test_code_5_is_asked_as_usual(opened):
    #
    room, other, codes, extras = opened.room(), opened.room(limits=False), [], []
    for player in range(50):
        set_achievement(room, player, lambda data: None)

    def getter():
        extras.append(len(extras))
        return f"extra {len(extras)}"

    def callback(data):
        codes.append(data["code"])
        return len(codes) < 3

    set_achievement(room, 100, callback, getter)
    assert codes == []
    set_achievement(other, 100, lambda data: None)
    opened.faults.conflict(100, "n", extra="theirs", times=2)
    room.close()
    assert codes == [5, 5, 0]
    assert len(extras) == 3


@pytest.mark.parametrize("kind", ["achievement", "storage"])
def test_endless_conflicts_end(opened, caplog, kind):
    # bounded, and the log says so; the others are sent all the same
    room, other, codes, done = opened.room(delivery="tick"), opened.room(limits=False), [], []

    def getter():
        # Somebody else is always faster.
        KINDS[kind][0](other, 7, lambda data: None)
        return "extra" if kind == "achievement" else [{"key": "k", "value": len(codes)}]

    def callback(data):
        codes.append(data["code"])
        return True

    opened.achievements.define("n", total=10**6)
    if kind == "storage":
        # What this room saw of the key is old from now on.
        other.storage.LobbyGetStorage(lambda data: None, 7, ["k"])
    KINDS[kind][0](room, 7, callback, getter)
    for player in range(3):
        KINDS[kind][0](room, player, lambda data: done.append(data["code"]))
    room.close()
    assert set(codes) == ({5} if kind == "achievement" else {2})
    assert 10 <= len(codes) <= 1000
    assert done == [0] * 3
    assert "given up" in caplog.text


def test_what_callbacks_ask_for_is_done_too(opened):
    # bounded
    room, answered = opened.room(delivery="tick"), []

    def callback(data):
        answered.append(data["code"])
        assert room.score.get(user_id=1, key="k").ok
        if len(answered) < 5:
            set_achievement(room, len(answered), callback)

    set_achievement(room, 100, callback)
    room.close()
    assert answered == [0] * 5


def test_endless_requests_end(opened, caplog):
    #
    room, answered = opened.room(delivery="tick"), []

    def callback(data):
        answered.append(data)
        room.achievement.LobbyGetAchievementStorage(callback, 1)

    room.achievement.LobbyGetAchievementStorage(callback, 1)
    room.close()
    assert 10 <= len(answered) <= 1000
    assert "1 achievement or storage requests that waited were not done" in caplog.text


@pytest.mark.parametrize("close", CLOSES)
def test_a_callback_that_raises_stops_nothing(opened, close, caplog):
    # all are called, all is closed, the first exception is raised with the others behind it
    room, other, answered = opened.room(delivery="tick"), opened.room(delivery="tick"), []

    def callback(data):
        answered.append(data["code"])
        if len(answered) in (2, 4):
            raise ZeroDivisionError(len(answered))

    for player in range(6):
        set_achievement(room, player, callback)
    set_achievement(other, 7, lambda data: answered.append(data["code"]))
    with pytest.raises(ZeroDivisionError, match="2") as raised:
        CLOSES[close](room)
    assert str(raised.value.__context__) == "4"
    assert caplog.text.count("Traceback") == 2
    with pytest.raises(cloudvars.StoreError, match="closed"):
        room.tick()
    CLOSES[close](room)
    other.close()
    assert answered == [0] * 7


def test_a_getter_that_raises_drops_its_set(opened):
    #
    room, answered = opened.room(delivery="tick"), []
    set_achievement(room, 1, answered.append, lambda: 1 / 0)
    set_achievement(room, 2, answered.append)
    with pytest.raises(ZeroDivisionError):
        room.close()
    assert [answer["code"] for answer in answered] == [0]


@pytest.mark.parametrize("what", ["room", "store"])
def test_closed_inside_a_callback(opened, what):
    # Q-4, D-1: never nested; it ends when the callback has ended
    room, other, answered, depth = opened.room(delivery="tick"), opened.room(delivery="tick"), [], []

    def callback(data):
        assert depth == []
        depth.append(1)
        answered.append(data["code"])
        if len(answered) == 2:
            (room if what == "room" else opened).close()
        depth.pop()

    for player in range(5):
        set_achievement(room, player, callback)
    set_achievement(other, 9, lambda data: answered.append(data["code"]))
    room.tick()
    with pytest.raises(cloudvars.StoreError, match="closed"):
        room.tick()
    if what == "store":
        with pytest.raises(cloudvars.StoreError, match="closed"):
            opened.dump()
    else:
        assert len(answered) == 5
        other.close()
    assert answered == [0] * 6


def test_closed_by_a_thread_while_another_delivers(opened):
    # Q-4, D-1: one callback at a time
    room, answered, running, go_on = opened.room(delivery="tick"), [], threading.Event(), threading.Event()

    def callback(data):
        running.set()
        assert go_on.wait(60)
        answered.append(threading.get_ident())

    for player in range(3):
        set_achievement(room, player, callback)
    ticker = threading.Thread(target=room.tick)
    ticker.start()
    assert running.wait(60)
    closer = threading.Thread(target=room.close)
    closer.start()
    go_on.set()
    ticker.join(60)
    closer.join(60)
    assert len(answered) == 3
    assert answered[0] == ticker.ident


def test_a_room_without_limits_never_waits(opened):
    #
    room, answered = opened.room(limits=False), []
    for player in range(SETS):
        set_achievement(room, player, answered.append)
    assert len(answered) == SETS


def test_the_rate_of_others_is_not_used_up(opened):
    # sets that closing sends do not count
    room, other, answered = opened.room(delivery="tick"), opened.room(), []
    for player in range(SETS):
        set_achievement(room, player, lambda data: None)
    room.close()
    set_achievement(other, 1, answered.append)
    assert len(answered) == 1


def test_a_closed_room_does_nothing_more(opened):
    # S-5: twice is fine
    room, answered = opened.room(delivery="tick"), []
    set_achievement(room, 1, answered.append)
    for _ in range(3):
        room.close()
    opened.close()
    opened.close()
    assert len(answered) == 1
    with pytest.raises(cloudvars.StoreError, match="closed"):
        set_achievement(room, 1, answered.append)
