"""General storage: set, add, get."""

import pytest
from cloudvars import CloudValueError
from score_calls import commit
from stores import one_store

HP = {"user_id": 55555555, "key": "hp"}


def held(score, place=HP):
    """The fields of the one row, without its place."""
    [row] = score.get(place).data
    return {field: row[field] for field in row if field not in place}


def test_set_writes_only_what_is_given(score):
    # K-1
    assert commit(score, ("set", {**HP, "value": {"攻击": 10}, "i_value": 100, "s_value": "必胜!"})).ok
    assert held(score) == {"value": {"攻击": 10}, "i_value": 100, "s_value": "必胜!"}
    assert commit(score, ("set", {**HP, "i_value": 1})).ok
    assert held(score) == {"value": {"攻击": 10}, "i_value": 1, "s_value": "必胜!"}
    assert commit(score, ("set", {**HP, "s_value": ""})).ok
    assert held(score) == {"value": {"攻击": 10}, "i_value": 1, "s_value": ""}
    assert commit(score, ("set", {**HP, "value": []})).ok
    assert held(score) == {"value": [], "i_value": 1, "s_value": ""}


def test_set_replaces_the_whole_value(score):
    # K-1
    assert commit(score, ("set", {**HP, "value": {"a": 1}}), ("set", {**HP, "value": {"b": 2}})).ok
    assert held(score) == {"value": {"b": 2}}


@one_store
@pytest.mark.parametrize("fields", [{}, {"value": None}, {"i_value": None, "s_value": None, "value": None}])
def test_set_needs_one_value(score, fields):
    # K-1
    with pytest.raises(CloudValueError):
        score.get_commit().set(**HP, **fields)


@one_store
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("s_value", 5),
        ("s_value", b"x"),
        ("s_value", "\ud800"),
        ("s_value", ["x"]),
        ("i_value", [1]),
        ("value", "x"),
    ],
    ids=ascii,
)
def test_set_refuses_wrong_types(score, field, value):
    # K-1, K-2
    c = score.get_commit()
    with pytest.raises(CloudValueError):
        c.set(**HP, **{field: value})
    assert c.commit().error_code == 10003


ROUNDED = [
    (2.5, 3),
    (-2.5, -2),
    (-0.5, 0),
    (0.5, 1),
    (-0.6, -1),
    (1.4, 1),
    (1.0, 1),
    (-3.0, -3),
    (2**53 + 1, 2**53 + 1),
    (2**63 - 1, 2**63 - 1),
    (-(2**63), -(2**63)),
    ("7", 7),
    ("-7", -7),
    ("2.5", 3),
    ("-2.5", -2),
    ("1e3", 1000),
    ("9007199254740993", 9007199254740993),
]


@pytest.mark.parametrize(("number", "stored"), ROUNDED, ids=lambda value: repr(value))
def test_i_value_is_rounded(score, number, stored):
    # K-2, K-3
    assert commit(score, ("set", {**HP, "i_value": number})).ok
    assert held(score) == {"i_value": stored}
    assert type(held(score)["i_value"]) is int
    for name, field in (("add", "i_value"), ("add", "value"), ("addi", "i_value"), ("addi", "value")):
        assert commit(score, ("set", {**HP, "i_value": 0}), (name, {**HP, field: number})).ok
        assert held(score) == {"i_value": stored}


@one_store
@pytest.mark.parametrize("number", ["abc", "", "1x", [1], {"a": 1}, (1,)], ids=ascii)
def test_what_is_no_number_raises_the_engines_words(score, number):
    # K-2
    words = r"attempt to add a '\w+' with a 'number'"
    if isinstance(number, str):
        words = "attempt to add a 'string' with a 'number'"
    for name, field in (("set", "i_value"), ("add", "i_value"), ("addi", "value")):
        c = score.get_commit()
        with pytest.raises(CloudValueError, match=words):
            getattr(c, name)(**HP, **{field: number})
        reply = c.commit()
        assert reply.error_code == 10003
        assert words in reply.err_msg or not isinstance(number, str)
    assert score.get(HP).data == []


@one_store
@pytest.mark.parametrize(
    "number", [True, False, float("nan"), float("inf"), 1e19, 2**63, "1e30", "nan"], ids=repr
)
def test_what_has_no_int64_is_refused(score, number):
    # K-2
    for name, field in (("set", "i_value"), ("add", "i_value"), ("addi", "value")):
        with pytest.raises(CloudValueError):
            getattr(score.get_commit(), name)(**HP, **{field: number})


@pytest.mark.parametrize("name", ["add", "addi"])
@pytest.mark.parametrize("field", ["i_value", "value"])
def test_add_and_addi_are_one_operation(score, name, field):
    # K-3
    assert commit(score, (name, {**HP, field: 5})).ok
    assert held(score) == {"i_value": 5}
    assert commit(score, (name, {**HP, field: -12})).ok
    assert held(score) == {"i_value": -7}


@pytest.mark.parametrize("name", ["add", "addi"])
def test_add_takes_one_amount(score, name):
    # K-3
    for fields in ({}, {"value": 1, "i_value": 1}, {"value": None, "i_value": None}):
        with pytest.raises(CloudValueError):
            getattr(score.get_commit(), name)(**HP, **fields)
    assert commit(score, (name, {**HP, "value": 1, "i_value": None})).ok
    assert held(score) == {"i_value": 1}


def test_add_keeps_the_other_fields(score):
    # K-3
    assert commit(score, ("set", {**HP, "value": {"a": 1}, "s_value": "s"})).ok
    assert held(score) == {"value": {"a": 1}, "s_value": "s"}
    assert commit(score, ("addi", {**HP, "value": 3})).ok
    assert held(score) == {"value": {"a": 1}, "s_value": "s", "i_value": 3}


def test_adding_zero_makes_the_row(score):
    # K-3, K-4
    assert commit(score, ("addi", {**HP, "value": 0})).ok
    assert held(score) == {"i_value": 0}


def test_never_set_fields_are_absent(score):
    # K-4
    for key, field in (("i", {"i_value": 0}), ("s", {"s_value": ""}), ("v", {"value": {}})):
        assert commit(score, ("set", {"user_id": 1, "key": key, **field})).ok
        assert score.get(user_id=1, key=key).data == [{"user_id": 1, "key": key, **field}]
