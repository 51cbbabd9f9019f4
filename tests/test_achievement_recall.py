"""A get whose answer is in memory: nobody can tell it from one that was read, but by its speed."""

import threading

import cloudvars
import pytest
from achievement_calls import achieve, achieved, answer_codes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NODES = {"kill": 6, "Node2": 10}
PLAYERS = (5, 6)
CACHES = (0, 64 << 20)


@pytest.fixture(params=CACHES, ids=["read", "in memory"])
def rooms(request, tmp_path):
    """Two rooms, of two stores on one file: what one of them sets, the other learns only by asking."""
    with (
        cloudvars.open(tmp_path / "save.db", cache=request.param) as store,
        cloudvars.open(tmp_path / "save.db", cache=request.param) as other,
    ):
        for node, total in NODES.items():
            store.achievements.define(node, total=total)
        one, two = store.room("one", limits=False), other.room("two", limits=False)
        for player in PLAYERS:
            achieve(one, 1, "first", player=player)
        yield one, two


def warm(room):
    """Whatever can be in memory is."""
    for player in PLAYERS * 3:
        achieved(room, player)


def test_what_another_process_set_is_seen(rooms):
    # C-9, A-2
    one, two = rooms
    for progress in range(2, 6):
        warm(one)
        assert answer_codes(achieve(two, 1)) == [0]
        seen = achieved(one)["kill"]
        assert (seen["progress"], seen["version"]) == (progress, progress)


def test_a_get_from_memory_counts_as_obtained(rooms):
    #
    one, two = rooms
    warm(one)
    assert answer_codes(achieve(two, 1)) == [0]
    assert answer_codes(achieve(one, 1, "stale", again=False)) == [5]
    assert answer_codes(achieve(two, 1)) == [0]
    achieved(one)
    achieved(one)
    assert answer_codes(achieve(one, 1, "fresh", again=False)) == [0]


def test_answers_share_nothing(rooms):
    #
    one, _ = rooms
    warm(one)
    first = achieved(one)
    before = {node: dict(data) for node, data in first.items()}
    for data in first.values():
        data.clear()
    first.clear()
    assert achieved(one) == before


def test_callbacks_are_never_nested(rooms):
    # D-1
    one, _ = rooms
    warm(one)
    seen = []

    def outer(answer):
        seen.append("outer begins")
        one.achievement.LobbyGetAchievementStorage(lambda _: seen.append("inner"), 6)
        seen.append("outer ends")

    one.achievement.LobbyGetAchievementStorage(outer, 5)
    assert seen == ["outer begins", "outer ends", "inner"]


def test_what_a_callback_raises_is_raised_and_the_room_goes_on(rooms):
    #
    one, _ = rooms
    warm(one)
    seen = []

    def fails(answer):
        one.achievement.LobbyGetAchievementStorage(seen.append, 6)
        raise ZeroDivisionError("of the mod")

    with pytest.raises(ZeroDivisionError, match="of the mod"):
        one.achievement.LobbyGetAchievementStorage(fails, 5)
    assert len(seen) == 1
    with pytest.raises(ZeroDivisionError):
        one.achievement.LobbyGetAchievementStorage(lambda _: 1 // 0, 5)
    achieved(one)


@pytest.mark.parametrize("what", ["room", "store"])
def test_a_room_that_its_callback_closes_ends_after_it(rooms, what):
    # S-8
    one, _ = rooms
    warm(one)
    seen = []

    def callback(answer):
        (one if what == "room" else one.store).close()
        assert one.score.money_get(user_id=5, key="gold").ok
        one.achievement.LobbyGetAchievementStorage(lambda _: seen.append("asked meanwhile"), 6)
        seen.append("callback")

    one.achievement.LobbyGetAchievementStorage(callback, 5)
    assert seen == ["callback", "asked meanwhile"]
    with pytest.raises(cloudvars.StoreError, match="closed"):
        one.achievement.LobbyGetAchievementStorage(lambda _: None, 5)


def test_closing_beside_a_callback_waits_for_it(rooms):
    # S-8
    one, _ = rooms
    warm(one)
    seen = []

    def callback(answer):
        closer.start()
        closer.join(0.3)
        seen.append("callback")
        assert one.score.money_get(user_id=5, key="gold").ok

    def close():
        one.close()
        seen.append("closed")

    closer = threading.Thread(target=close)
    one.achievement.LobbyGetAchievementStorage(callback, 5)
    closer.join(60)
    assert seen == ["callback", "closed"]


def test_an_exception_among_those_asked_for_meanwhile_stops_none(rooms):
    #
    one, _ = rooms
    warm(one)
    seen = []

    def first(answer):
        seen.append("first")
        raise ZeroDivisionError("first")

    def outer(answer):
        one.achievement.LobbyGetAchievementStorage(first, 5)
        one.achievement.LobbyGetAchievementStorage(lambda _: seen.append("second"), 6)

    with pytest.raises(ZeroDivisionError, match="first"):
        one.achievement.LobbyGetAchievementStorage(outer, 5)
    assert seen == ["first", "second"]


def test_a_coroutine_that_nobody_awaits_is_refused(rooms):
    #
    one, _ = rooms
    warm(one)

    async def callback(answer):
        """Nobody awaits it."""

    with pytest.raises(cloudvars.errors.CloudTypeError, match="coroutine"):
        one.achievement.LobbyGetAchievementStorage(callback, 5)


STEPS = st.one_of(
    st.tuples(st.just("get"), st.integers(0, 1), st.sampled_from(PLAYERS)),
    st.tuples(
        st.just("set"),
        st.integers(0, 1),
        st.sampled_from(PLAYERS),
        st.sampled_from(sorted(NODES)),
        st.booleans(),
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=20))
def test_every_story_goes_as_without_memory(tmp_path_factory, steps):
    """The same gets and sets of two rooms, with and without rows in memory: all answers are equal."""
    # C-9, A-2 to A-7
    told = []
    for cache in CACHES:
        clock = cloudvars.ManualClock()
        path = tmp_path_factory.mktemp("story") / "save.db"
        with (
            cloudvars.open(path, cache=cache, clock=clock) as store,
            cloudvars.open(path, cache=cache, clock=clock) as other,
        ):
            for node, total in NODES.items():
                store.achievements.define(node, total=total)
            rooms = [one.room("room", limits=False) for one in (store, other)]
            told.append([step(rooms, *one) for one in steps])
    assert told[0] == told[1]


def step(rooms, what, which, player, node=None, with_extra=False):
    if what == "get":
        return achieved(rooms[which], player)
    return achieve(rooms[which], 1, "extra" if with_extra else None, node=node, player=player, again=True)
