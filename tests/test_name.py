"""Names: unique per key, found by prefix."""

import itertools

import cloudvars
import pytest
from cloudvars import CloudValueError
from hypothesis import given
from hypothesis import strategies as st
from model import Model
from score_calls import commit
from stores import one_store

ROLE = "游戏角色名"
FRESH_KEYS = itertools.count()


def new(name, value="55555555", key=ROLE):
    return "name_new", {"key": key, "name": name, "value": value}


def found(score, prefix, key=ROLE):
    return [row["name"] for row in score.name_search(key=key, name_prefix=prefix).data]


def test_the_example_of_the_documentation(score):
    # N-1, N-2
    assert commit(score, *[new(name) for name in ("大水哥", "天神大水哥", "大水哥666")]).ok
    rows = [{"key": ROLE, "name": name, "value": "55555555"} for name in ("大水哥", "大水哥666")]
    assert score.name_search({"key": ROLE, "name_prefix": "大水哥"}) == (0, rows, None)


def test_a_name_is_given_once(score, make_room):
    # N-1
    assert commit(score, new("Ann", "1")).ok
    for other in (score, make_room().score):
        reply = commit(other, ("addi", {"user_id": 1, "key": "k", "value": 1}), new("Ann", "2"))
        assert reply.error_code == cloudvars.codes.NAME_TAKEN == 1062
        assert (reply.data["op"], reply.data["name"]) == (1, "name_new")
    assert score.get(user_id=1, key="k").data == []
    assert score.name_search(key=ROLE, name_prefix="Ann").data == [{"key": ROLE, "name": "Ann", "value": "1"}]
    assert commit(score, new("Ann", key="other"), new("ann"), new("Ann ")).ok


def test_twice_in_one_commit_fails(score):
    # N-1
    reply = commit(score, new("Ann"), new("Bob"), new("Ann"))
    assert (reply.error_code, reply.data["op"]) == (1062, 2)
    assert found(score, "A") == found(score, "B") == []
    assert commit(score, new("Ann"), new("Bob")).ok


def test_a_name_stays_taken_after_reopening(open_store, reopen):
    # N-1, C-6
    store = open_store()
    assert commit(store.room().score, new("Ann")).ok
    assert commit(reopen(store).room().score, new("Ann")).error_code == 1062


@one_store
@pytest.mark.parametrize("value", [5, None, b"x", ["x"], {"a": 1}, True, "\ud800"], ids=ascii)
def test_a_value_is_a_str(score, value):
    # N-1
    with pytest.raises(CloudValueError, match="value"):
        score.get_commit().name_new(key=ROLE, name="Ann", value=value)


def test_an_empty_value_is_a_value(score):
    # N-1
    assert commit(score, new("Ann", "")).ok
    assert score.name_search(key=ROLE, name_prefix="Ann").data == [{"key": ROLE, "name": "Ann", "value": ""}]


@pytest.mark.parametrize(
    "prefix", ["%", "_", "\\", "a%", "a_", "a\\", "[a]", "*", "?", "'", '"', "a\0", "\U0010ffff"], ids=ascii
)
def test_a_prefix_is_literal(score, prefix):
    # N-2
    decoys = ["a", "abc", "aXb", "Z", "\x01", "b%", "\U0010fffe", "a\x01"]
    wanted = [prefix, prefix + "1", prefix + "\U0010ffff"]
    assert commit(score, *[new(name) for name in [*decoys, *wanted]]).ok
    assert found(score, prefix) == wanted


def test_case_and_normal_form_matter(score):
    # N-2, G-7
    assert commit(score, *[new(name) for name in ("Ann", "ann", "é", "e\u0301")]).ok
    assert found(score, "A") == ["Ann"]
    assert found(score, "a") == ["ann"]
    assert found(score, "é") == ["é"]
    assert found(score, "e") == ["e\u0301"]


@pytest.mark.parametrize("mark", ["\0", "\x01", "\x02", "\x1f", "/", "|", ":", "_", "\uffff"], ids=ascii)
def test_a_key_ends_where_its_name_begins(score, mark):
    # N-1, N-2, G-7
    pairs = [
        (f"a{mark}b", "c"),
        ("a", f"b{mark}c"),
        (f"a{mark}", "bc"),
        ("a", f"{mark}bc"),
        (f"{mark}a", "c"),
    ]
    pairs += [(f"a{mark}1", "c"), (f"a{mark}2", "c"), ("a", f"{mark}1c"), ("a", f"1{mark}c")]
    assert commit(score, *[new(name, f"{number}", key) for number, (key, name) in enumerate(pairs)]).ok
    for number, (key, name) in enumerate(pairs):
        rows = score.name_search(key=key, name_prefix=name).data
        assert {"key": key, "name": name, "value": f"{number}"} in rows
        assert all((row["key"], row["name"]) in pairs and row["key"] == key for row in rows)


def test_keys_that_look_like_each_others_escapes_are_different_keys(score):
    # N-1, G-7
    keys = ["a\x01", "a\x021", "a\x02", "a\x022", "a\x0221"]
    assert commit(score, *[new("Ann", key, key) for key in keys]).ok
    for key in keys:
        assert score.name_search(key=key, name_prefix="A").data == [{"key": key, "name": "Ann", "value": key}]


def test_shorter_names_first_then_by_name(score):
    # N-2
    names = ["x", "xz", "xé", "x\uffee", "x😀", "xab", "xa😀", "xb", "xaaaa"]
    assert commit(score, *[new(name) for name in reversed(names)]).ok
    assert found(score, "x") == sorted(names, key=lambda name: (len(name), name))


@given(st.lists(st.text("ab%_\\é😀\uffff", min_size=1, max_size=4), unique=True, max_size=12))
def test_search_answers_as_the_model(free, names):
    # N-2
    model, key = Model(), f"k{next(FRESH_KEYS)}"
    assert commit(free, *[new(name, key=key) for name in names]).ok
    assert model.apply([new(name, key=key) for name in names], None) is None
    for prefix in {name[:end] for name in names for end in range(1, len(name) + 1)} | {"b", "%"}:
        assert free.name_search(key=key, name_prefix=prefix).data == model.name_search(key, prefix)
