"""Keys and names, the separation of kinds and games, and the bounds of counters."""

import pytest
from cloudvars import CloudValueError
from model import INT64_MAX, INT64_MIN
from score_calls import commit, everything, numbers
from stores import one_store

PAIRS_THAT_DIFFER = [
    ("a", "A"),
    ("ß", "ss"),
    ("é", "e\u0301"),
    ("a", "a "),
    ("a\0b", "a\0c"),
    ("a", "a\0"),
    ("ı", "i"),
    ("1", "１"),
    ("k", "k\u200b"),
    ("苹果", "蘋果"),
]


def test_kinds_never_collide(score):
    # G-6
    ops = everything(5, "k", 0)
    for index, (name, fields) in enumerate(ops):
        field = next(f for f in ("i_value", "value") if f in fields)
        kind = type(fields[field])
        fields[field] = index + 1 if kind is int else [index + 1] if kind is list else str(index + 1)
        assert commit(score, (name, fields)).ok
    assert score.message_send(src_user_id=1, key="k", target_user_id=5, value=8).ok
    assert numbers(score, 5, "k") == [[n] for n in range(1, 9)]


def test_games_never_collide(make_room):
    # G-6, N-1, S-2
    first, second, default = make_room(game="a").score, make_room(game="b").score, make_room().score
    for number, score in enumerate((first, second), 1):
        assert commit(score, *everything(5, "k", number)).ok
        assert score.message_send(src_user_id=1, key="k", target_user_id=5, value=number).ok
    assert numbers(first, 5, "k") == [[1]] * 8
    assert numbers(second, 5, "k") == [[2]] * 8
    assert numbers(default, 5, "k") == [[]] * 8


def test_rooms_of_one_game_share_everything(make_room):
    # G-6
    first, second = make_room(game="a").score, make_room(game="a").score
    assert commit(first, *everything(5, "k", 3)).ok
    assert first.message_send(src_user_id=1, key="k", target_user_id=5, value=3).ok
    assert numbers(second, 5, "k") == [[3]] * 8


def test_a_uuid_of_another_game_is_unknown(make_room):
    # G-6, L-2
    first, second = make_room(game="a").score, make_room(game="b").score
    c = first.get_commit()
    uuid = c.list_add(user_id=1, key="k", value=[1])
    world_uuid = c.world_list_add(user_id=1, key="k", value=[1], world_id=7)
    assert c.commit().ok
    object_id = first.message_send(src_user_id=1, key="k", target_user_id=1, value=1).data["objectId"]
    changes = [("list_modify", {"uuid": uuid, "value": [2]}), ("list_delete", {"uuid": uuid})]
    world = [(f"world_{name}", {**fields, "uuid": world_uuid}) for name, fields in changes]
    assert commit(second, *changes, *world).ok
    assert second.message_delete(objectId=object_id) == (0, {}, None)
    assert second.list_query_by_uuid(uuid=uuid).data == []
    assert [row["value"] for row in first.list_query(user_id=1, key="k").data] == [[1]]
    assert [row["value"] for row in first.world_list_query(user_id=1, key="k", world_id=7).data] == [[1]]
    assert len(first.message_query(key="k").data) == 1


@pytest.mark.parametrize("pair", PAIRS_THAT_DIFFER, ids=ascii)
def test_keys_are_compared_by_code_point(score, pair):
    # G-7
    for number, key in enumerate(pair, 1):
        assert commit(score, *everything(5, key, number)).ok
    for number, key in enumerate(pair, 1):
        assert numbers(score, 5, key)[:7] == [[number]] * 7
        assert score.get(user_id=5, key=key).data[0]["key"] == key


@pytest.mark.parametrize("letter", ["a", "é", "苹", "😀"])
def test_keys_and_names_have_180_characters(score, letter):
    # G-7, C-3
    longest = letter * 180
    assert commit(score, *everything(5, longest, 1)).ok
    assert numbers(score, 5, longest)[:7] == [[1]] * 7
    assert commit(score, ("name_new", {"key": "k", "name": longest, "value": ""})).ok
    assert [row["name"] for row in score.name_search(key="k", name_prefix=letter).data] == [longest]
    for name, fields in everything(5, longest + letter, 1):
        with pytest.raises(CloudValueError) as caught:
            getattr(score.get_commit(), name)(**fields)
        assert caught.value.code == 1405
    for query in (score.get, score.money_get, score.list_query, score.withlimit_query):
        with pytest.raises(CloudValueError) as caught:
            query(user_id=5, key=longest + letter)
        assert caught.value.code == 1405
    with pytest.raises(CloudValueError) as caught:
        score.get_commit().name_new(key="k", name=longest + letter, value="")
    assert caught.value.code == 1405


@one_store
@pytest.mark.parametrize("key", ["", 5, None, b"k", "\ud800", True], ids=ascii)
def test_what_is_no_key_is_refused(score, key):
    # G-7
    for name, fields in everything(5, "k", 1):
        with pytest.raises(CloudValueError) as caught:
            getattr(score.get_commit(), name)(**{**fields, "key": key})
        assert caught.value.code == 10003
    with pytest.raises(CloudValueError):
        score.get_commit().name_new(key="k", name=key, value="v")
    with pytest.raises(CloudValueError):
        score.message_send(src_user_id=1, key=key, target_user_id=2, value=1)


OVERFLOWS = [
    ("set", "i_value", "addi", "value", INT64_MAX, 1),
    ("set", "i_value", "add", "i_value", INT64_MIN, -1),
    ("money_add", "value", "money_add", "value", INT64_MAX, 1),
    ("money_add", "value", "money_add", "value", INT64_MIN, -1),
    ("money_add", "value", "money_add", "value", INT64_MAX, INT64_MAX),
]


@pytest.mark.parametrize(("first", "held", "then", "amount", "start", "step"), OVERFLOWS)
@pytest.mark.parametrize("together", [False, True])
def test_an_overflow_fails_the_commit(score, together, first, held, then, amount, start, step):
    # G-8
    place = {"user_id": 1, "key": "k"}
    ops = [(first, {**place, held: start}), (then, {**place, amount: step})]
    if not together:
        assert commit(score, ops.pop(0)).ok
    reply = commit(score, *ops, ("set", {"user_id": 2, "key": "k", "i_value": 1}))
    assert reply.error_code == 1690
    assert reply.data["op"] == len(ops) - 1
    assert reply.data["name"] in ({"add", "addi"} if then != "money_add" else {"money_add"})
    assert score.get(user_id=2, key="k").data == []
    row = (score.money_get if then == "money_add" else score.get)(place).data
    assert row == ([] if together else [{**place, held: start}])


def test_the_ends_of_int64_are_reached_exactly(score):
    # G-8
    place = {"user_id": 1, "key": "k"}
    assert commit(score, ("set", {**place, "i_value": INT64_MAX}), ("addi", {**place, "value": INT64_MIN})).ok
    assert score.get(place).data == [{**place, "i_value": -1}]
    assert commit(score, ("addi", {**place, "value": INT64_MIN + 1})).ok
    assert score.get(place).data == [{**place, "i_value": INT64_MIN}]
    assert commit(score, ("money_add", {**place, "value": INT64_MAX})).ok
    assert commit(score, ("money_cost", {**place, "value": INT64_MAX})).ok
    assert score.money_get(place).data == [{**place, "value": 0}]


@one_store
@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 1e19])
def test_a_number_outside_int64_is_malformed(score, number):
    # G-8, G-4
    place = {"user_id": 1, "key": "k"}
    calls = [
        ("set", "i_value"),
        ("add", "i_value"),
        ("addi", "value"),
        ("money_add", "value"),
        ("money_cost", "value"),
    ]
    for name, field in calls:
        with pytest.raises(CloudValueError, match=field):
            getattr(score.get_commit(), name)(**place, **{field: number})
