"""When and where callbacks run."""

import threading
from functools import partial

import pytest
from cloudvars import CloudValueError
from score_calls import commit
from stores import one_store
from verbs import READS, WRITES, call_verb


def publish_all(score, values):
    for value in values:
        score.publish_message("live", value)


def test_inline_delivers_before_the_call_returns(make_room):
    # D-1, S-8
    room, seen = make_room(), []
    assert room.score.subscribe_message("live", seen.append)
    for number in range(3):
        room.score.publish_message("live", number)
        assert seen == [{"message": n} for n in range(number + 1)]
    assert room.tick() == 0


def test_inline_is_the_default(make_room):
    # D-1
    seen = []
    for room in (make_room(), make_room(delivery="inline")):
        assert room.score.subscribe_message("live", seen.append)
        room.score.publish_message("live", 1)
        assert room.score.unsubscribe_message("live")
    assert len(seen) == 2


def test_tick_delivers_only_in_tick(make_room):
    # D-1, S-8
    room, other, seen = make_room(delivery="tick"), make_room(), []
    fields = {"src_user_id": 1, "key": "k", "target_user_id": 5}
    assert other.score.message_send(**fields, value="past").ok
    assert room.score.subscribe_message("live", seen.append)
    assert room.score.subscribe_channel(5, "k", seen.append)
    room.score.publish_message("live", 1)
    other.score.publish_message("live", 2)
    assert room.score.message_send(**fields, value="new").ok
    room.score.get(user_id=1, key="k")
    assert commit(room.score, ("addi", {"user_id": 1, "key": "k", "value": 1})).ok
    assert seen == []
    assert room.tick() == 4
    assert sorted(str(m.get("message", m.get("value"))) for m in seen) == ["1", "2", "new", "past"]
    assert room.tick() == 0


def test_tick_counts_what_it_delivered(make_room):
    # D-1
    room, seen = make_room(delivery="tick"), []
    assert room.tick() == 0
    assert room.score.subscribe_message("live", seen.append)
    publish_all(room.score, range(7))
    assert room.tick() == 7 == len(seen)


def test_tick_of_an_inline_room_delivers_what_others_caused(make_room):
    # D-1
    room, other, seen = make_room(), make_room(), []
    assert room.score.subscribe_message("live", seen.append)
    publish_all(other.score, range(3))
    assert seen == []
    assert room.tick() == 3
    assert seen == [{"message": n} for n in range(3)]


def test_every_call_of_an_inline_room_delivers_what_others_caused(make_room):
    # D-1
    room, other, seen = make_room(), make_room(), []
    assert room.score.subscribe_message("live", seen.append)
    calls = {
        "commit": lambda: commit(room.score, ("addi", {"user_id": 1, "key": "k", "value": 1})),
        "publish": lambda: room.score.publish_message("nobody", 1),
        **{name: partial(call_verb, room.score, name) for name in [*READS, *WRITES]},
    }
    for name, one in calls.items():
        publish_all(other.score, [name, 2])
        one()
        assert seen == [{"message": name}, {"message": 2}]
        seen.clear()


@pytest.mark.parametrize("delivery", ["inline", "tick"])
def test_callbacks_are_never_nested(make_room, delivery):
    # D-1
    room, order, depth = make_room(delivery=delivery), [], []

    def callback(message):
        number = message["message"]
        assert depth == []
        depth.append(number)
        if number < 5:
            room.score.publish_message("live", number + 1)
            room.score.get(user_id=1, key="k")
        order.append(number)
        depth.pop()

    assert room.score.subscribe_message("live", callback)
    room.score.publish_message("live", 0)
    if delivery == "tick":
        for ticks in range(6):
            assert order == list(range(ticks))
            assert room.tick() == 1
    assert order == [0, 1, 2, 3, 4, 5]
    assert room.tick() == 0


def test_a_call_inside_a_callback_answers_at_once(make_room):
    # D-1
    room, answers = make_room(), []

    def callback(message):
        assert commit(room.score, ("addi", {"user_id": 1, "key": "k", "value": message["message"]})).ok
        answers.append(room.score.get(user_id=1, key="k").data[0]["i_value"])

    assert room.score.subscribe_message("live", callback)
    publish_all(room.score, [1, 2, 3])
    assert answers == [1, 3, 6]


def test_a_callback_may_end_its_subscription(make_room):
    # D-1, S-5
    room, seen = make_room(delivery="tick"), []

    def callback(message):
        seen.append(message)
        assert room.score.unsubscribe_message("live") is True

    assert room.score.subscribe_message("live", callback)
    publish_all(room.score, [1, 2, 3])
    room.tick()
    assert seen == [{"message": 1}]


def test_a_callback_may_subscribe(make_room):
    # D-1, S-4
    room, seen = make_room(), []

    def callback(message):
        assert room.score.subscribe_channel(5, "k", lambda stored: seen.append(stored["value"])) is True
        seen.append("subscribed")

    assert room.score.message_send(src_user_id=1, key="k", target_user_id=5, value="past").ok
    assert room.score.subscribe_message("live", callback)
    room.score.publish_message("live", 1)
    assert seen == ["subscribed", "past"]


@pytest.mark.parametrize("delivery", ["inline", "tick"])
def test_callbacks_run_on_the_thread_that_uses_the_room(make_room, delivery):
    # S-8, D-1
    room, other, threads = make_room(delivery=delivery), make_room(), []
    assert room.score.subscribe_message("live", lambda message: threads.append(threading.get_ident()))
    publisher = threading.Thread(target=publish_all, args=(other.score, range(20)))
    publisher.start()
    publisher.join()
    assert threads == []
    assert room.tick() == 20
    assert threads == [threading.get_ident()] * 20


def test_each_message_is_delivered_once(make_room):
    # D-1, S-4
    room, other, seen = make_room(), make_room(), []
    assert room.score.subscribe_channel(5, "k", seen.append)
    for number in range(10):
        sender = (room, other)[number % 2]
        assert sender.score.message_send(src_user_id=1, key="k", target_user_id=5, value=number).ok
        if number % 3 == 0:
            room.tick()
    room.tick()
    assert [message["value"] for message in seen] == list(range(10))


@one_store
def test_an_unknown_delivery_is_refused(store):
    # D-1, G-4
    with pytest.raises(CloudValueError, match="delivery"):
        store.room(delivery="later")
