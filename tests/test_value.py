"""Cloud values: what may be stored, that it comes back unchanged, and how long it is."""

import collections
import decimal
import enum
import math

import cloudvars
import pytest
from cloudvars import CloudValueError
from hypothesis import given
from model import packed_length, same
from score_calls import commit
from stores import one_store
from values import VALUES

Point = collections.namedtuple("Point", "x y")


class Colour(enum.IntEnum):
    RED = 3


class Mood(enum.StrEnum):
    GOOD = "good"


class Half(float):
    pass


class Index:
    def __init__(self, number=7):
        self.number = number

    def __index__(self):
        if self.number is None:
            raise RuntimeError("no number")
        return self.number


def nested(depth, leaf=1):
    """A value of `depth` containers, lists and dicts in turn."""
    value = leaf
    for level in range(depth):
        value = [value] if level % 2 else {"in": value}
    return value


def cycle():
    value = [1]
    value.append({"again": value})
    return value


REFUSED = {
    "set": ({"items": [1, 2, 3, {"owner": {1}}]}, "value.items[3].owner", "set"),
    "frozenset": ([frozenset()], "value[0]", "frozenset"),
    "bytes": ({"a": b"x"}, "value.a", "bytes"),
    "bytearray": ({"a": bytearray()}, "value.a", "bytearray"),
    "object": ([[object()]], "value[0][0]", "object"),
    "function": ({"f": print}, "value.f", ""),
    "class": ([int], "value[0]", ""),
    "complex": ([1, 2j], "value[1]", "complex"),
    "decimal": ({"a": {"b": decimal.Decimal(1)}}, "value.a.b", "Decimal"),
    "generator": ([(n for n in "ab")], "value[0]", "generator"),
    "nan": ({"a": [math.nan]}, "value.a[0]", ""),
    "inf": ({"a": math.inf}, "value.a", ""),
    "-inf": ([-math.inf], "value[0]", ""),
    "big": ({"n": 2**63}, "value.n", ""),
    "small": ([-(2**63) - 1], "value[0]", ""),
    "huge": ([10**400], "value[0]", ""),
    "big index": ([Index(2**63)], "value[0]", ""),
    "broken index": ([Index(None)], "value[0]", ""),
    "surrogate": ({"s": "\ud800"}, "value.s", ""),
    "surrogate key": ({"s": {"\udfff": 1}}, "value.s", ""),
    "bool key": ({"s": {True: 1}}, "value.s", ""),
    "none key": ({"s": {None: 1}}, "value.s", ""),
    "float key": ({"s": {1.0: 1}}, "value.s", ""),
    "tuple key": ({"s": {(1,): 1}}, "value.s", ""),
    "big key": ({"s": {2**63: 1}}, "value.s", ""),
    "self": (cycle(), "value", ""),
    "deep list": (nested(101), "value", ""),
    "very deep": (nested(50_000), "value", ""),
}


@one_store
@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_stored_is_refused_with_its_path(score, kind):
    # V-1, V-3
    value, path, named = REFUSED[kind]
    code, length, reason = score.test_cloud_value(value=value)
    assert code == cloudvars.codes.BAD_VALUE
    assert length is None
    assert path in reason
    assert named in reason
    calls = [
        lambda c: c.set(user_id=1, key="k", value=value),
        lambda c: c.list_add(user_id=1, key="k", value=value),
        lambda c: c.world_data_set(user_id=1, key="k", value=value, world_id=7),
        lambda _: score.message_send(src_user_id=1, key="k", target_user_id=2, value=value),
        lambda _: score.publish_message("channel", value),
    ]
    for call in calls:
        with pytest.raises(CloudValueError) as caught:
            call(score.get_commit())
        assert path in caught.value.message


@one_store
def test_the_path_of_the_promise(score):
    # V-1
    with pytest.raises(CloudValueError, match=r"value\.items\[3\]\.owner: set is not storable"):
        score.get_commit().set(user_id=1, key="k", value={"items": [1, 2, 3, {"owner": {1}}]})


@one_store
@pytest.mark.parametrize(("first", "second"), [(list, dict), (dict, list), (list, list), (dict, dict)])
def test_containers_that_hold_each_other(score, first, second):
    # V-1
    one, two = first(), second()
    for holder, held in ((one, two), (two, one)):
        if isinstance(holder, list):
            holder.append(held)
        else:
            holder["in"] = held
    assert score.test_cloud_value(value=one)[0] == 10003
    with pytest.raises(CloudValueError):
        score.get_commit().set(user_id=1, key="k", value=one)


@pytest.mark.parametrize("leaf", [1, [], {}])
def test_the_depth_is_100(score, leaf):
    # V-1
    depth = 100 if leaf == 1 else 99
    deepest = nested(depth, leaf)
    assert score.test_cloud_value(value=deepest) == (0, packed_length(deepest), None)
    assert commit(score, ("set", {"user_id": 1, "key": "k", "value": deepest})).ok
    assert same(score.get(user_id=1, key="k").data[0]["value"], deepest)
    assert not score.test_cloud_value(value=nested(depth + 1, leaf)).ok


def test_what_appears_twice_is_no_cycle(score):
    # V-1
    shared = [1]
    assert commit(score, ("set", {"user_id": 1, "key": "k", "value": [shared, {"a": shared}, shared]})).ok
    assert score.get(user_id=1, key="k").data[0]["value"] == [[1], {"a": [1]}, [1]]


BASE_TYPES = [
    (Colour.RED, 3),
    (Mood.GOOD, "good"),
    (Half(0.5), 0.5),
    (Index(7), 7),
    (Index(-(2**63)), -(2**63)),
    (Point(1, 2), [1, 2]),
    ((), []),
    (collections.OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
    (collections.defaultdict(list, a=(1,)), {"a": [1]}),
    (collections.Counter("aab"), {"a": 2, "b": 1}),
    ({Colour.RED: 1, Mood.GOOD: 2}, {3: 1, "good": 2}),
    (True, True),
]


@pytest.mark.parametrize(("given_value", "stored"), BASE_TYPES, ids=lambda value: ascii(value)[:30])
def test_subclasses_count_as_their_base_type(score, given_value, stored):
    # V-1, V-2
    assert score.test_cloud_value(value=given_value) == (0, packed_length(stored), None)
    assert commit(score, ("set", {"user_id": 1, "key": "k", "value": {"in": [given_value]}})).ok
    assert same(score.get(user_id=1, key="k").data[0]["value"], {"in": [stored]})


@given(VALUES)
def test_every_value_comes_back_unchanged(free, value):
    # V-2
    c = free.get_commit()
    c.set(user_id=1, key="k", value=[value])
    uuid = c.list_add(user_id=1, key="k", value={"in": value})
    c.world_data_set(user_id=1, key="k", value=[value], world_id=7)
    assert c.commit() == (0, {}, None)
    assert same(free.get(user_id=1, key="k").data[0]["value"], [value])
    assert same(free.list_query_by_uuid(uuid=uuid).data[0]["value"], {"in": value})
    assert same(free.world_data_get(user_id=1, key="k", world_id=7).data[0]["value"], [value])


@given(VALUES)
def test_every_message_comes_back_unchanged(free, value):
    # V-2, V-4
    seen, published = [], []
    object_id = free.message_send(src_user_id=1, key="m", target_user_id=2, value=value).data["objectId"]
    assert same(free.message_query(key="m").data[0]["value"], value)
    free.subscribe_channel(2, "m", {"ok": seen.append})
    free.subscribe_message("live", {"ok": published.append})
    free.publish_message("live", value)
    free.unsubscribe_channel(2, "m")
    free.unsubscribe_message("live")
    free.message_delete(objectId=object_id)
    assert same([message["value"] for message in seen], [value])
    assert same(published, [{"message": value}])


@pytest.mark.parametrize(
    "value",
    [0.1, 1e308, 5e-324, -0.0, 1.0, 1e22, 2.0**53, 123456789.123456789, 1e16, 1.7976931348623157e308],
)
def test_floats_stay_the_same_floats(score, value):
    # V-2
    assert commit(score, ("set", {"user_id": 1, "key": "k", "value": [value]})).ok
    assert same(score.get(user_id=1, key="k").data[0]["value"], [value])


def test_int_and_text_keys_are_different_keys_in_order(score):
    # V-2
    value = {"1": "text", 1: "int", -5: 0, "-5": 1, "b": {2: [], "2": {}}, "a": None, "": 1, 0: 2}
    assert commit(score, ("set", {"user_id": 1, "key": "k", "value": value})).ok
    assert same(score.get(user_id=1, key="k").data[0]["value"], value)


def test_text_is_untouched(score):
    # V-2
    text = "é e\u0301 \0 \u2028 \ufeff \uffff 😀 \x7f \r\n\t\\ \" ' </script>"
    fields = {"user_id": 1, "key": "k", "s_value": text, "value": {text: text}}
    assert commit(score, ("set", fields)).ok
    assert score.get(user_id=1, key="k").data == [fields]


def test_a_change_of_the_object_after_the_call_changes_nothing(score):
    # V-2, C-1
    value = {"a": [1]}
    c = score.get_commit()
    c.set(user_id=1, key="k", value=value)
    value["a"].append(2)
    assert c.commit().ok
    assert score.get(user_id=1, key="k").data[0]["value"] == {"a": [1]}


@pytest.mark.parametrize(
    "value", [5, "text", 1.5, True, Index(3)], ids=["int", "str", "float", "bool", "index"]
)
def test_only_a_message_may_be_a_scalar(score, value):
    # V-4
    calls = [
        ("set", {"user_id": 1, "key": "k"}),
        ("list_add", {"user_id": 1, "key": "k"}),
        ("list_modify", {"uuid": 5}),
        ("world_data_set", {"user_id": 1, "key": "k", "world_id": 7}),
        ("world_list_add", {"user_id": 1, "key": "k", "world_id": 7}),
        ("world_list_modify", {"uuid": 5}),
    ]
    for name, fields in calls:
        with pytest.raises(CloudValueError, match="value"):
            getattr(score.get_commit(), name)(**fields, value=value)
    assert score.message_send(src_user_id=1, key="k", target_user_id=2, value=value).ok


@pytest.mark.parametrize("value", [[], {}, (1, 2), {"a": 1}])
def test_lists_and_dicts_are_values(score, value):
    # V-4
    assert commit(score, ("set", {"user_id": 1, "key": "k", "value": value})).ok
    stored = score.get(user_id=1, key="k").data[0]["value"]
    assert same(stored, list(value) if isinstance(value, tuple) else value)
