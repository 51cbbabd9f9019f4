"""Subscriptions: stored messages to a user, and live ones of a channel."""

import asyncio

import pytest
from cloudvars import CloudValueError, StoreError
from messages import send
from stores import one_store


@pytest.fixture(params=["memory", "file", "mariadb", "mariadb+redis"])
def target(request, make_target):
    return make_target(request.param)


@pytest.fixture(params=["file", "mariadb", "mariadb+redis"])
def address(request, make_target):
    return make_target(request.param)


def test_a_message_carries_these_fields(score, inbox):
    # S-4
    object_id = send(score, {"text": "hi"})
    assert score.subscribe_channel(5, "k", {"ok": inbox.append}) is True
    message = {
        "src_user_id": 9,
        "target_user_id": 5,
        "key": "k",
        "read": False,
        "value": {"text": "hi"},
        "message_id": object_id,
    }
    assert inbox == [message]
    assert inbox[0]["read"] is False


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("player", [5, "5", 5.0, -5, 0])
def test_subscribing_delivers_the_past_and_then_the_new(score, inbox, player, wrapped):
    # S-4, G-2
    target = int(player)
    for number in range(3):
        send(score, number, target)
    send(score, "other key", target, key="other")
    send(score, "other user", 77)
    callback = {"ok": inbox.append} if wrapped else inbox.append
    assert score.subscribe_channel(player, "k", callback) is True
    assert [message["value"] for message in inbox] == [0, 1, 2]
    for number in range(3, 6):
        send(score, number, target)
        assert [message["value"] for message in inbox] == list(range(number + 1))
    send(score, "other key", target, key="other")
    assert len(inbox) == 6


def test_the_second_subscription_is_refused_and_the_first_stays(score, make_room, inbox):
    # S-4
    second, other = [], []
    assert score.subscribe_channel(5, "k", inbox.append) is True
    assert score.subscribe_channel("5", "k", second.append) is False
    assert score.subscribe_channel(6, "k", second.append) is True
    assert score.subscribe_channel(5, "K", second.append) is True
    room = make_room()
    assert room.score.subscribe_channel(5, "k", other.append) is True
    send(score, "hi")
    room.tick()
    assert [len(inbox), len(second), len(other)] == [1, 0, 1]


def test_a_message_of_another_room_arrives_at_the_next_tick_or_call(make_room, inbox):
    # S-4, D-1
    here, there = make_room(), make_room()
    assert here.score.subscribe_channel(5, "k", inbox.append)
    send(there.score, 1)
    assert inbox == []
    assert here.tick() == 1
    send(there.score, 2)
    here.score.get(user_id=1, key="k")
    assert [message["value"] for message in inbox] == [1, 2]
    assert here.tick() == 0


def test_an_unread_message_comes_again_at_the_next_subscription(make_room, score, inbox):
    # S-4
    first, second = send(score, 1), send(score, 2)
    third = send(score, 3)
    for expected in ([1, 2, 3], [1, 2, 3]):
        assert score.subscribe_channel(5, "k", inbox.append)
        assert [message["value"] for message in inbox] == expected
        assert score.unsubscribe_channel(5, "k") is True
        inbox.clear()
    score.message_modify_read(objectId=first, new_read_value=1)
    score.message_delete(objectId=third)
    assert make_room().score.subscribe_channel(5, "k", inbox.append)
    assert [message["message_id"] for message in inbox] == [second]


def test_unread_messages_wait_for_another_process_of_the_store(open_store, reopen, inbox):
    # S-4
    store = open_store()
    send(store.room().score, "offline")
    score = reopen(store).room().score
    assert score.subscribe_channel(5, "k", inbox.append)
    assert [message["value"] for message in inbox] == ["offline"]


def test_a_message_sent_as_read_is_pushed_but_not_kept(score, make_room, inbox):
    # S-4
    send(score, "before", read=1)
    assert score.subscribe_channel(5, "k", inbox.append)
    assert inbox == []
    send(score, "live", read=1)
    assert [(message["value"], message["read"]) for message in inbox] == [("live", True)]
    late = []
    assert make_room().score.subscribe_channel(5, "k", late.append)
    assert late == []


def test_a_message_sent_as_deleted_is_not_delivered(score, inbox):
    # S-4
    send(score, "before", deleted=1)
    assert score.subscribe_channel(5, "k", inbox.append)
    send(score, "live", deleted=1)
    assert inbox == []


@pytest.mark.parametrize("change", ["read", "deleted"])
@pytest.mark.parametrize("sent", ["before", "after"])
def test_what_was_read_or_deleted_before_its_delivery_is_not_delivered(make_room, inbox, sent, change):
    # S-4
    room, other = make_room(delivery="tick"), make_room()
    if sent == "after":
        assert room.score.subscribe_channel(5, "k", inbox.append)
    object_id = send(other.score, "gone")
    send(other.score, "stays")
    if sent == "before":
        assert room.score.subscribe_channel(5, "k", inbox.append)
    if change == "read":
        other.score.message_modify_read(objectId=object_id, new_read_value=1)
    else:
        other.score.message_delete(objectId=object_id)
    assert room.tick() == 1
    assert [message["value"] for message in inbox] == ["stays"]


def test_unread_again_is_not_delivered_again(score, inbox):
    # S-4
    assert score.subscribe_channel(5, "k", inbox.append)
    object_id = send(score, "once")
    for read in (1, 0):
        score.message_modify_read(objectId=object_id, new_read_value=read)
    send(score, "next")
    assert [message["value"] for message in inbox] == ["once", "next"]
    score.unsubscribe_channel(5, "k")
    assert score.subscribe_channel(5, "k", inbox.append)
    assert [message["value"] for message in inbox] == ["once", "next", "once", "next"]


def test_unsubscribing(score, inbox):
    # S-5
    assert score.unsubscribe_channel(5, "k") is False
    assert score.subscribe_channel(5, "k", inbox.append) is True
    assert score.unsubscribe_channel("5", "k") is True
    assert score.unsubscribe_channel(5, "k") is False
    send(score, "missed")
    assert inbox == []


def test_what_waits_is_not_delivered_after_unsubscribing(make_room, inbox):
    # S-5
    room = make_room(delivery="tick")
    assert room.score.subscribe_channel(5, "k", inbox.append)
    assert room.score.subscribe_message("live", inbox.append)
    send(room.score, "missed")
    room.score.publish_message("live", 1)
    assert room.score.unsubscribe_channel(5, "k")
    assert room.score.unsubscribe_message("live")
    assert room.tick() == 0
    assert inbox == []


def test_going_offline_ends_the_subscriptions_of_that_user(room, score, inbox):
    # S-5
    room.player_join(5)
    for key in ("k", "other"):
        assert score.subscribe_channel(5, key, inbox.append)
    assert score.subscribe_channel(6, "k", inbox.append)
    assert score.subscribe_message("live", inbox.append)
    room.player_leave(5)
    send(score, "missed")
    assert inbox == []
    assert score.unsubscribe_channel(5, "k") is False
    assert score.unsubscribe_channel(6, "k") is True
    assert score.unsubscribe_message("live") is True


def test_closing_the_room_ends_all_subscriptions(make_room, inbox):
    # S-5
    room, other = make_room(), make_room()
    assert room.score.subscribe_channel(5, "k", inbox.append)
    assert room.score.subscribe_message("live", inbox.append)
    room.close()
    send(other.score, "missed")
    other.score.publish_message("live", 1)
    with pytest.raises(StoreError):
        room.tick()
    with pytest.raises(StoreError):
        room.score.subscribe_channel(5, "k", inbox.append)
    assert inbox == []


@one_store
@pytest.mark.parametrize("awaited", [False, True])
def test_no_player(make_room, awaited):
    # S-9: the document allows nil and does not say what it means
    score = make_room().score
    for call in (
        lambda: score.subscribe_channel(None, "k", print),
        lambda: score.unsubscribe_channel(None, "k"),
    ):
        with pytest.raises(CloudValueError, match="player: None; .*nil without saying what it means"):
            call()

    async def main():
        with pytest.raises(CloudValueError, match="nil without saying what it means"):
            await score.aio.subscribe_channel(None, "k", print)

    asyncio.run(main())
