"""Live messages of a channel, and how both kinds of subscription share one name."""

import cloudvars
import pytest
from cloudvars import CloudValueError
from messages import send
from stores import one_store


@pytest.fixture(params=["memory", "file", "mariadb", "mariadb+redis"])
def target(request, make_target):
    return make_target(request.param)


@pytest.mark.parametrize("value", [{"test": 1}, [1], "text", 5, 1.5, True, None], ids=repr)
def test_publishing_reaches_the_publisher_and_other_rooms(score, make_room, inbox, value):
    # S-6
    other, there = make_room(), []
    assert score.subscribe_message("channelxxx", {"ok": inbox.append}) is True
    assert other.score.subscribe_message("channelxxx", there.append) is True
    assert score.publish_message("channelxxx", value) is None
    assert inbox == [{"message": value}]
    assert there == []
    assert other.tick() == 1
    assert there == [{"message": value}]


def test_publishing_keeps_the_order_of_each_publisher(make_room, inbox):
    # S-6
    reader = make_room(delivery="tick")
    writers = [make_room(limits=False) for _ in range(3)]
    assert reader.score.subscribe_message("live", inbox.append)
    for number in range(40):
        for index, writer in enumerate(writers):
            writer.score.publish_message("live", [index, number])
    assert reader.tick() == 120
    for index in range(3):
        numbers = [message["message"][1] for message in inbox if message["message"][0] == index]
        assert numbers == list(range(40))


def test_nothing_is_kept_for_later_subscribers(score, make_room, inbox):
    # S-6
    other = make_room()
    score.publish_message("live", "before")
    assert score.subscribe_message("live", inbox.append)
    assert other.score.subscribe_message("live", inbox.append)
    other.tick()
    assert inbox == []
    assert score.unsubscribe_message("live") is True
    score.publish_message("live", "between")
    assert score.subscribe_message("live", inbox.append)
    assert inbox == []
    score.publish_message("live", "after")
    assert inbox == [{"message": "after"}]


@pytest.mark.parametrize("delivery", ["inline", "tick"])
@pytest.mark.parametrize("who", ["same room", "another room"])
def test_a_new_subscription_loses_nothing_of_the_old_ones(make_room, inbox, who, delivery):
    # S-4, S-6
    room, sender = make_room(delivery=delivery), make_room()
    newcomer = room if who == "same room" else make_room()
    assert room.score.subscribe_message("live", lambda message: inbox.append(message["message"]))
    assert room.score.subscribe_channel(5, "k", lambda message: inbox.append(message["value"]))
    for number, subscribe in enumerate(
        [
            lambda: newcomer.score.subscribe_message("other", inbox.append),
            lambda: newcomer.score.subscribe_channel(6, "k", inbox.append),
            lambda: newcomer.score.unsubscribe_message("other"),
        ]
    ):
        sender.score.publish_message("live", number)
        send(sender.score, number)
        assert subscribe() is True
    room.tick()
    assert inbox == [0, 0, 1, 1, 2, 2]


def test_live_messages_stay_in_their_game_and_channel(make_room, inbox):
    # S-6, G-7
    first, second = make_room(game="a"), make_room(game="b")
    assert first.score.subscribe_message("live", inbox.append)
    assert second.score.subscribe_message("live", inbox.append)
    assert first.score.subscribe_message("Live", lambda message: inbox.append("wrong"))
    first.score.publish_message("live", 1)
    second.tick()
    assert inbox == [{"message": 1}]


def test_a_second_subscription_of_a_channel_is_refused(score, inbox):
    # S-6
    assert score.subscribe_message("live", inbox.append) is True
    assert score.subscribe_message("live", lambda message: inbox.append("second")) is False
    score.publish_message("live", 1)
    assert inbox == [{"message": 1}]
    assert score.unsubscribe_message("live") is True
    assert score.unsubscribe_message("live") is False


def test_both_kinds_of_subscription_are_one_registration(score, inbox):
    # S-7
    assert score.subscribe_channel(5, "k", inbox.append) is True
    assert score.subscribe_message("5_k", inbox.append) is False
    score.publish_message("5_k", "not for it")
    assert inbox == []
    send(score, "stored")
    assert [message["value"] for message in inbox] == ["stored"]
    assert score.unsubscribe_message("5_k") is True
    assert score.unsubscribe_channel(5, "k") is False
    send(score, "missed")
    assert len(inbox) == 1


def test_the_first_registration_decides_the_shape(score, inbox):
    # S-7
    assert score.subscribe_message("5_k", inbox.append) is True
    assert score.subscribe_channel(5, "k", inbox.append) is False
    score.publish_message("5_k", 1)
    assert inbox == [{"message": 1}]
    assert score.unsubscribe_channel(5, "k") is True
    assert score.unsubscribe_message("5_k") is False


@one_store
@pytest.mark.parametrize(
    "callback", [None, 5, {}, {"ok": None}, {"ok": 5}, {"fail": print}, "print"], ids=repr
)
def test_what_is_no_callback_is_refused(score, callback):
    # S-4, S-6, G-4
    with pytest.raises(CloudValueError):
        score.subscribe_channel(5, "k", callback)
    with pytest.raises(CloudValueError):
        score.subscribe_message("live", callback)
    assert score.unsubscribe_channel(5, "k") is False
    assert score.unsubscribe_message("live") is False


def test_channels_and_keys_are_checked(score, inbox):
    # S-4, S-6, G-7
    calls = [
        lambda: score.subscribe_channel("abc", "k", inbox.append),
        lambda: score.subscribe_channel(5, 7, inbox.append),
        lambda: score.subscribe_channel(5, "", inbox.append),
        lambda: score.unsubscribe_channel(1.5, "k"),
        lambda: score.subscribe_message(5, inbox.append),
        lambda: score.unsubscribe_message(None),
        lambda: score.publish_message(5, {}),
        lambda: score.publish_message("live", {1}),
    ]
    for call in calls:
        with pytest.raises(CloudValueError) as caught:
            call()
        assert caught.value.code == cloudvars.codes.BAD_VALUE
    with pytest.raises(CloudValueError) as caught:
        score.subscribe_channel(5, "k" * 181, inbox.append)
    assert caught.value.code == cloudvars.codes.TOO_LONG


@pytest.mark.parametrize("address", ["file"], indirect=True)
def test_a_message_that_was_read_comes_at_the_next_subscription_also_after_a_purge(open_store):
    # S-4
    with open_store() as store, open_store() as other:
        reader, writer, got = store.room(), other.room().score, []
        reader.score.subscribe_channel(1, "k", got.append)
        first, _ = (
            writer.message_send(src_user_id=2, key="k", target_user_id=1, value=value).data["objectId"]
            for value in ("first", "second")
        )
        for read in (1, 0):
            assert writer.message_modify_read(objectId=first, new_read_value=read).ok
        other._sweep(2**62)
        reader.tick()
        assert [message["value"] for message in got] == ["second"]
        with store.room() as later:
            later.score.subscribe_channel(1, "k", got.append)
            later.tick()
        assert [message["value"] for message in got] == ["second", "first", "second"]
