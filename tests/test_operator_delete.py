"""`store.operator.delete`: one row of any table."""

import time

import cloudvars
import pytest
from achievement_calls import achieve, achieved, answer_codes
from cloudvars import CloudTypeError, CloudValueError, codes
from lobby import get, orders, places, put
from score_calls import commit
from stores import one_store

DONE = (0, {}, None)
PLACE = {"user_id": 1, "key": "k"}
OPERATIONS = {
    "general": ("set", {**PLACE, "i_value": 1}),
    "money": ("money_add", {**PLACE, "value": 1}),
    "world_data": ("world_data_set", {**PLACE, "world_id": 7, "value": [1]}),
    "with_limit": ("withlimit_add", {**PLACE, "value": 1, "limit": 3}),
    "name": ("name_new", {"key": "k", "name": "n", "value": "v"}),
}


def rows(store, table):
    """How many rows the store has of a kind, as the dump tells it."""
    return len(store.dump()["games"].get("default", {}).get(table, []))


@pytest.mark.parametrize("table", OPERATIONS)
def test_a_row_is_gone_and_others_stay(store, score, table):
    # P-5
    name, fields = OPERATIONS[table]
    other = {**fields, "key": "other"}
    assert commit(score, (name, fields), (name, other)).ok
    key = {field: fields[field] for field in ("user_id", "key", "world_id", "name") if field in fields}
    assert rows(store, table) == 2
    for _ in range(2):  # what is not there is a success
        assert store.operator.delete(table, **key) == DONE
        assert rows(store, table) == 1
    assert commit(score, (name, fields)).ok
    assert rows(store, table) == 2


@pytest.mark.parametrize("table", ["list", "world_list"])
def test_an_item_goes_by_its_uuid(store, score, table):
    # P-5, L-2
    world = {"world_id": 7} if table == "world_list" else {}
    c = score.get_commit()
    uuids = [getattr(c, f"{table}_add")(**PLACE, **world, value=[number]) for number in range(3)]
    assert c.commit().ok
    delete = store.operator.delete
    assert delete(table, uuid=uuids[0]) == DONE
    assert delete(table, uuid=str(uuids[1]), **PLACE, **world) == DONE
    for wrong in ({"user_id": 2}, {"key": "other"}, *([{"world_id": 8}] if world else [])):
        assert delete(table, uuid=uuids[2], **wrong) == DONE
    assert delete("list" if world else "world_list", uuid=uuids[2]) == DONE
    assert delete("message", object_id=uuids[2]) == DONE
    left = getattr(score, f"{table}_query")(**PLACE, **world).unwrap()
    assert [row["uuid"] for row in left] == [uuids[2]]


def test_a_message_is_gone_and_not_delivered(store, make_room):
    # P-5, S-3, S-4
    score = make_room(limits=False).score
    ticked, got = make_room(delivery="tick"), []
    ticked.score.subscribe_channel(2, "mail", lambda message: got.append(message["value"]))
    sent = [
        score.message_send(src_user_id=1, key="mail", target_user_id=2, value=number).unwrap()["objectId"]
        for number in range(4)
    ]
    assert store.operator.delete("message", object_id=sent[0]) == DONE
    assert store.operator.delete("message", object_id=sent[1], key="mail", target_user_id=2) == DONE
    assert store.operator.delete("message", object_id=sent[2], target_user_id=3) == DONE
    ticked.tick()
    assert got == [2, 3]
    assert [row["value"] for row in score.message_query(key="mail", target_user_id=2).unwrap()] == [2, 3]
    assert rows(store, "message") == 2
    late = []
    score.subscribe_channel(2, "mail", lambda message: late.append(message["value"]))
    assert late == [2, 3]
    assert score.message_modify_read(objectId=sent[0], new_read_value=1).ok


def test_a_stored_value_leaves_its_place_and_begins_anew(store, make_room, clock):
    # P-5, H-3, H-5
    store.storage.sort_keys("money")
    room, other = make_room(limits=False), make_room(limits=False)
    for money in (10, 20):
        assert put(room, uid=1, money=money) == [(0, {"money": money})]
    put(room, uid=2, money=5)
    assert get(other, "money", uid=1) == {"money": 20}
    assert store.operator.delete("storage", user_id=1, key="money") == DONE
    assert get(make_room(), "money", uid=1) == {}
    clock.advance(seconds=121)
    assert places(make_room(), "money") == [(2, 5)]
    assert rows(store, "storage") == 1
    # A room that knew a version hears of it once, and goes on; one that asked goes on at once.
    assert put(room, uid=1, money=30) == [(2, {}), (0, {"money": 30})]
    assert store.operator.delete("storage", user_id=1, key="money") == DONE
    assert get(room, "money", uid=1) == {}
    assert put(room, uid=1, money=40) == [(0, {"money": 40})]
    clock.advance(seconds=121)
    assert places(make_room(), "money") == [(1, 40), (2, 5)]


def test_an_order_goes_by_its_id(store, make_room):
    # P-5, H-6
    room = make_room(limits=False)
    first, second = room.storage.place_order(1, "a"), room.storage.place_order(1, "b")
    assert store.operator.delete("order", order_id=first) == DONE
    assert store.operator.delete("order", order_id=second, user_id=2) == DONE
    assert [order["order_id"] for order in orders(room, uid=1)] == [second]
    assert put(room, uid=1, order=first, money=1) == [None]


def test_progress_begins_anew(store, make_room):
    # P-5, A-5
    store.achievements.define("kill", total=9)
    room = make_room(limits=False)
    assert answer_codes(achieve(room, 4, "a")) == [0]
    assert store.operator.delete("achievement", player_id=5, node_id="kill") == DONE
    assert achieved(make_room()) == {}
    answers = achieve(room, 1, "b", again=True)
    assert answer_codes(answers) == [5, 0]
    assert (answers[0]["entity"]["progress"], achieved(room)["kill"]["progress"]) == (0, 1)


def test_a_node_goes_and_progress_stays(store, make_room):
    # P-5, A-1
    store.achievements.define("kill", total=9)
    room = make_room(limits=False)
    assert answer_codes(achieve(room, 4)) == [0]
    assert store.operator.delete("node", node_id="kill") == DONE
    assert achieve(room, 1) == [None]
    assert achieved(room)["kill"]["progress"] == 4
    store.achievements.define("kill", total=9)
    assert answer_codes(achieve(room, 1)) == [0]


def test_a_parent_is_not_deleted_before_its_children(store, node_tree, room):
    # P-5, A-9
    delete = store.operator.delete
    code, data, message = delete("node", node_id="cloud")
    assert (code, data) == (codes.BAD_VALUE, {"op": 0, "name": "delete"})
    assert message == "op 0 (delete): node 'cloud' is the parent of 'later'; delete that one first"
    assert delete("node", node_id="later") == DONE
    assert delete("node", node_id="cloud") == DONE
    assert "cloud" not in room.achievement.GetChildrenNode("root")


@one_store
@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        (
            {"table": "list", **PLACE},
            CloudTypeError,
            "delete: the field 'uuid', which names one row, is missing",
        ),
        ({"table": "world_list", "uuid": None}, CloudTypeError, "delete: the field 'uuid'"),
        ({"table": "message", "key": "k"}, CloudTypeError, "delete: the field 'object_id'"),
        ({"table": "message", "objectId": 5}, CloudTypeError, "delete: the field 'object_id'"),
        ({"table": "money", "user_id": 1}, CloudTypeError, "delete: the field 'key' is missing"),
        ({"table": "money", **PLACE, "value": 1}, CloudTypeError, "delete: unknown field 'value'"),
        ({"table": "money", "user_id": [1, 2], "key": "k"}, CloudValueError, "user_id: [1, 2]"),
        ({"table": "list", "uuid": 0}, CloudValueError, "uuid: 0"),
        (
            {"table": "player", "user_id": 1},
            CloudValueError,
            "table: 'player' counts the rows of the other tables",
        ),
        (
            {"table": "mony", **PLACE},
            CloudValueError,
            "table: 'mony' (did you mean 'money'?); accepted are general",
        ),
        ({"table": 5}, CloudValueError, "table: 5"),
    ],
)
def test_what_names_no_single_row_is_refused(store, arguments, error, told):
    # P-5, G-3, G-4
    with pytest.raises(error) as caught:
        store.operator.delete(**arguments)
    assert str(caught.value).startswith(told)


def test_a_row_that_others_made_anew_is_no_lost_commit(path):
    """Another store deletes a row that this one changed last, and makes it anew: nothing was lost, and writing goes on."""
    with cloudvars.open(path) as store, cloudvars.open(path) as other:
        scores = [one.room(limits=False).score for one in (store, other)]

        def add(score):
            with score.get_commit() as c:
                c.money_add(user_id=1, key="gold", value=1)

        for _ in range(3):
            add(scores[0])
        time.sleep(0.01)  # a row that is made anew is younger
        assert other.operator.delete("money", user_id=1, key="gold").ok
        add(scores[1])
        add(scores[0])
        assert scores[0].money_get(user_id=1, key="gold").unwrap() == [
            {"user_id": 1, "key": "gold", "value": 2}
        ]
