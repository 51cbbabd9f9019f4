"""Who has played another game of the store."""

from cloudvars import Reply


def old(room, user_id=5):
    reply = room.score.is_old_player({"user_id": user_id})
    assert isinstance(reply, Reply)
    assert reply in ((0, True, None), (0, False, None))
    assert type(reply.data) is bool
    return reply.data


def test_a_player_of_another_game_is_old(make_room):
    # O-1
    first, second, third = make_room(game="a"), make_room(game="b"), make_room(game="b")
    assert not any(old(room) for room in (first, second, third))
    first.player_join(5)
    assert [old(room) for room in (first, second, third)] == [False, True, True]
    assert not old(second, 6)
    first.player_leave(5)
    assert [old(room) for room in (first, second, third)] == [False, True, True]


def test_a_player_of_both_games_is_old_in_both(make_room):
    # O-1
    first, second = make_room(game="a"), make_room(game="b")
    for room in (first, second):
        room.player_join(5)
        room.player_join(5)
    assert old(first)
    assert old(second)


def test_every_form_of_a_user_id(make_room):
    # O-1, G-2
    make_room(game="a").player_join("5")
    for user_id in (5, "5", 5.0):
        assert old(make_room(game="b"), user_id)


def test_what_is_known_survives_reopening(open_store, reopen):
    # O-1
    store = open_store()
    store.room(game="a").player_join(5)
    store = reopen(store, game="b")
    assert old(store.room())
    assert not old(store.room(game="a"))


def test_one_who_never_joined_may_leave(room):
    # O-1, S-5
    room.player_leave(5)
    assert not old(room)
