"""Messages: send, query, mark, delete."""

import pytest
from cloudvars import CloudValueError
from stores import one_store

CHAT = {"src_user_id": 55555555, "key": "聊天_1", "target_user_id": 66666666}


def send(score, value, **more):
    reply = score.message_send(**{**CHAT, **more}, value=value)
    assert reply.error_code == 0
    assert list(reply.data) == ["objectId"]
    assert type(reply.data["objectId"]) is int
    assert reply.data["objectId"] > 0
    return reply.data["objectId"]


def values(score, **query):
    reply = score.message_query(**{"key": CHAT["key"], **query})
    assert reply.ok
    return [row["value"] for row in reply.data]


def test_send_answers_the_object_id(score):
    # S-1
    ids = [send(score, {"信息": "天气不错"}) for _ in range(5)]
    assert len(set(ids)) == 5
    assert score.message_send({**CHAT, "value": 1, "read": 0, "deleted": 0}).err_msg is None


def test_a_sent_message_is_durable(open_store, reopen):
    # S-1
    store = open_store()
    object_id = send(store.room().score, "hello")
    score = reopen(store).room().score
    assert [row["objectId"] for row in score.message_query(CHAT).data] == [object_id]
    assert send(score, "again") != object_id


def test_rows(score, clock):
    # S-2
    clock.set("2022-12-09T15:34:19+08:00")
    object_id = send(score, "asdasdqwe", src_user_id="55555555")
    row = {
        "objectId": object_id,
        **CHAT,
        "read": 0,
        "deleted": 0,
        "createAt": "2022-12-09 15:34:19",
        "value": "asdasdqwe",
    }
    assert score.message_query({**CHAT, "read": 0}) == (0, [row], None)
    clock.advance(days=1)
    assert score.message_modify_read(objectId=object_id, new_read_value=1).ok
    assert score.message_query(CHAT).data == [{**row, "read": 1}]


def test_create_at_is_printed_in_the_zone_of_the_store(open_store):
    # S-2
    score = open_store(timezone="UTC").room().score
    send(score, 1)
    assert score.message_query(CHAT).data[0]["createAt"] == "2025-12-31 16:00:00"


def test_source_and_target_are_optional(score):
    # S-2
    for src in (1, 2):
        for target in (1, 2):
            send(score, [src, target], src_user_id=src, target_user_id=target)
    send(score, "other key", key="other", src_user_id=1, target_user_id=1)
    assert values(score) == [[1, 1], [1, 2], [2, 1], [2, 2]]
    assert values(score, src_user_id=2) == [[2, 1], [2, 2]]
    assert values(score, target_user_id="2") == [[1, 2], [2, 2]]
    assert values(score, src_user_id=2, target_user_id=1) == [[2, 1]]
    assert values(score, src_user_id=3) == []
    with pytest.raises(TypeError, match="key"):
        score.message_query(src_user_id=1)


@pytest.mark.parametrize("seconds", [0, 1])
def test_the_oldest_comes_first(score, clock, seconds):
    # S-2
    for number in range(10):
        send(score, number)
        clock.advance(seconds=seconds)
    assert values(score) == list(range(10))


def test_read_and_unread(score):
    # S-2
    send(score, "new")
    send(score, "old", read=1)
    assert values(score, read=1) == ["old"]
    assert values(score, read=2) == ["new"]
    assert values(score, read=0) == ["new"]
    assert values(score) == ["new", "old"]


def test_deleted_messages_are_never_answered(score):
    # S-2, S-3
    send(score, "never", deleted=1)
    gone = send(score, "gone")
    send(score, "stays")
    assert score.message_delete(objectId=gone) == (0, {}, None)
    for read in (None, 0, 2):
        assert values(score, read=read) == ["stays"]
    assert values(score, read=1) == []
    assert score.message_modify_read(objectId=gone, new_read_value=1) == (0, {}, None)
    assert values(score, read=1) == []


def test_marking(score, make_room):
    # S-3
    object_id = send(score, "text")
    assert make_room().score.message_modify_read(objectId=object_id, new_read_value=1) == (0, {}, None)
    assert values(score, read=1) == ["text"]
    assert score.message_modify_read({"objectId": str(object_id), "new_read_value": 0}) == (0, {}, None)
    assert values(score, read=2) == ["text"]


def test_an_unknown_message_has_no_effect(score):
    # S-3
    send(score, "text")
    assert score.message_modify_read(objectId=5, new_read_value=1) == (0, {}, None)
    assert score.message_delete(objectId=5) == (0, {}, None)
    assert values(score, read=2) == ["text"]


def test_a_list_item_is_no_message(score):
    # S-3, G-6
    c = score.get_commit()
    uuid = c.list_add(user_id=1, key="k", value=[1])
    assert c.commit().ok
    object_id = send(score, "text")
    assert score.message_delete(objectId=uuid).ok
    c = score.get_commit()
    c.list_delete(uuid=object_id)
    c.world_list_delete(uuid=object_id)
    assert c.commit().ok
    assert len(score.list_query(user_id=1, key="k").data) == 1
    assert values(score) == ["text"]


@pytest.mark.parametrize("value", [None, "text", 5, -1.5, True, [], {}, {1: [2]}], ids=repr)
def test_a_message_may_be_any_value(score, value):
    # S-1, V-4
    send(score, value)
    assert values(score) == [value]


@one_store
@pytest.mark.parametrize(
    "fields", [{"read": 2.5}, {"read": "x"}, {"deleted": 5}, {"deleted": "x"}, {"value": {1}}]
)
def test_malformed_messages_are_refused(score, fields):
    # S-1, G-4
    with pytest.raises(CloudValueError, match=next(iter(fields))):
        score.message_send({**CHAT, "value": 1, **fields})
    assert values(score) == []
