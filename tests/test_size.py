"""Many rows, many operations, big values."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model import packed_length, same
from score_calls import commit

PLACE = {"user_id": 1, "key": "k"}


KEYS = st.text("ab\0\x01\x7fé😀\uffff", min_size=1, max_size=3)
FRESH_USERS = itertools.count(1, 10)


@pytest.fixture
def free_room(make_room):
    return make_room(limits=False)


@pytest.fixture
def wide(free_room):
    return free_room.score


def test_a_long_array(wide):
    # G-5
    assert commit(
        wide, *[("money_add", {"user_id": n, "key": "k", "value": n}) for n in range(0, 40_000, 1000)]
    ).ok
    rows = wide.money_get(user_id=list(range(40_000)), key="k").data
    assert [row["value"] for row in rows] == list(range(0, 40_000, 1000))
    rows = wide.money_get(user_id=1000, key=["x" * (n % 100) + "k" for n in range(40_000)]).data
    assert [row["user_id"] for row in rows] == [1000]


@given(
    held=st.sets(st.tuples(st.integers(0, 2), KEYS), max_size=60),
    users=st.lists(st.integers(0, 3), max_size=5),
    keys=st.lists(KEYS, max_size=40),
)
def test_any_array_answers_as_a_dict(free, held, users, keys):
    # G-5, G-7
    base = next(FRESH_USERS)
    assert commit(
        free, *[("money_add", {"user_id": base + user, "key": key, "value": 1}) for user, key in held]
    ).ok
    rows = free.money_get(user_id=[base + user for user in users], key=keys).data
    expected = [(u, k) for u in dict.fromkeys(users) for k in dict.fromkeys(keys) if (u, k) in held]
    assert [(row["user_id"] - base, row["key"]) for row in rows] == expected


@pytest.mark.parametrize("step", [1, 7, 50, 190])
def test_a_few_keys_of_a_user_who_has_many(wide, step):
    # G-5, C-4
    held = [f"k{n:04}" for n in range(2000)]
    assert commit(wide, *[("addi", {"user_id": 1, "key": key, "value": 1}) for key in held]).ok
    asked = [*held[5::step], "k", "k0005x", "zzz", *held[::-step]][:1500]
    rows = wide.get(user_id=[2, 1], key=asked).data
    assert [row["key"] for row in rows] == [key for key in dict.fromkeys(asked) if key in set(held)]
    assert commit(
        wide, *[("addi", {"user_id": 1, "key": key, "value": 1}) for key in dict.fromkeys(asked)]
    ).ok
    touched = set(asked)
    values = {row["key"]: row["i_value"] for row in wide.get(user_id=1, key=[*held, *touched]).data}
    assert values == {key: (key in touched) + (key in set(held)) for key in {*held, *touched}}


def test_a_commit_of_many_operations(wide):
    # C-1, C-4
    ops = [("addi", {"user_id": n % 7000, "key": "k", "value": 1}) for n in range(14_000)]
    assert commit(wide, *ops) == (0, {}, None)
    rows = wide.get(user_id=list(range(7000)), key="k").data
    assert [row["i_value"] for row in rows] == [2] * 7000
    reply = commit(wide, *ops, ("money_cost", {**PLACE, "value": 1}))
    assert (reply.error_code, reply.data["op"]) == (10001, 14_000)
    assert wide.get(user_id=6999, key="k").data[0]["i_value"] == 2


def test_many_names_and_messages(wide):
    # N-2, S-2
    names = [f"n{number}" for number in range(1500)]
    assert commit(wide, *[("name_new", {"key": "k", "name": name, "value": ""}) for name in names]).ok
    assert [row["name"] for row in wide.name_search(key="k", name_prefix="n").data] == names
    for number in range(1100):
        wide.message_send(src_user_id=1, key="k", target_user_id=5, value=number).unwrap()
    assert [row["value"] for row in wide.message_query(key="k").data] == list(range(1100))
    seen = []
    assert wide.subscribe_channel(5, "k", lambda message: seen.append(message["value"]))
    assert seen == list(range(1100))


def nested(depth):
    value = 1
    for level in range(depth):
        value = [value] if level % 2 else {"in": value}
    return value


def test_the_deepest_value_in_every_kind(free_room):
    # V-1, V-2
    value, seen, score = nested(100), [], free_room.score
    assert score.subscribe_message("live", lambda message: seen.append(message["message"]))
    assert score.subscribe_channel(5, "k", lambda message: seen.append(message["value"]))
    c = score.get_commit()
    c.set(**PLACE, value=value)
    c.list_add(**PLACE, value=value)
    c.world_list_add(**PLACE, value=value, world_id=7)
    c.world_data_set(**PLACE, value=value, world_id=7)
    assert c.commit().ok
    assert score.message_send(src_user_id=1, key="k", target_user_id=5, value=value).ok
    score.publish_message("live", value)
    rows = [
        score.get(PLACE),
        score.list_query(PLACE),
        score.world_list_query(**PLACE, world_id=7),
        score.world_data_get(**PLACE, world_id=7),
        score.message_query(key="k"),
    ]
    assert all(same(reply.data[0]["value"], value) for reply in rows)
    assert len(seen) == 2
    assert all(same(message, value) for message in seen)


@pytest.mark.parametrize("make", ["text", "rows", "numbers"])
def test_big_values(free_room, make):
    # V-2, V-3
    value = {
        "text": {"text": 'é😀\0\\"' * 300_000},
        "rows": [{"id": n, "name": f"n{n}", "x": n / 7} for n in range(40_000)],
        "numbers": {n: n * n for n in range(100_000)},
    }[make]
    score = free_room.score
    assert score.test_cloud_value(value=value).data == packed_length(value)
    assert commit(score, ("set", {**PLACE, "value": value, "s_value": "x" * 2_000_000})).ok
    [row] = score.get(PLACE).data
    assert same(row["value"], value)
    assert row["s_value"] == "x" * 2_000_000
