"""Fields that a call does not know, and those that it lacks: every verb names both, and what was meant."""

import pytest
from cloudvars import CloudTypeError
from hypothesis import given
from hypothesis import strategies as st
from verbs import PLACE, VERBS, call_verb

REQUIRED = [(verb, field) for verb, one in VERBS.items() for field in one.required]
MISSPELT = {
    "more": lambda field: field + "s",
    "less": lambda field: field[:-1],
    "swapped": lambda field: field[:-2] + field[-1] + field[-2],
    "otherwise": lambda field: "".join(part.title() for part in field.split("_")),
}


@pytest.fixture
def target():
    """One kind of store: fields are read before any is asked."""
    return ":memory:"


@pytest.fixture
def refusal(score):
    """What a call's `CloudTypeError` says."""

    def refusal(verb, fields):
        with pytest.raises(CloudTypeError) as caught:
            call_verb(score, verb, fields)
        assert str(caught.value).startswith(f"{verb}: ")
        return str(caught.value)

    return refusal


@pytest.mark.parametrize("how", MISSPELT)
@pytest.mark.parametrize(("verb", "field"), REQUIRED)
def test_a_misspelt_field_is_named_with_the_one_that_is_missing(refusal, verb, field, how):
    # G-3
    fields = VERBS[verb].fields
    written = MISSPELT[how](field)
    message = refusal(verb, {written if name == field else name: value for name, value in fields.items()})
    assert f"'{field}'" in message.partition("; unknown ")[0]
    assert "missing" in message
    assert f"unknown field '{written}' (did you mean '{field}'?); accepted are " in message


@pytest.mark.parametrize(("verb", "field"), REQUIRED)
def test_a_field_that_is_missing(refusal, verb, field):
    # G-3
    fields = {name: value for name, value in VERBS[verb].fields.items() if name != field}
    message = refusal(verb, fields)
    assert f"'{field}'" in message
    assert message.endswith(" is missing")


@pytest.mark.parametrize("verb", VERBS)
def test_a_field_that_is_unknown(refusal, verb):
    # G-3
    fields = VERBS[verb].fields
    assert f"{verb}: unknown field 'colour'; accepted are " in refusal(verb, {**fields, "colour": 1})
    assert f"{verb}: unknown fields 'colour', 5; accepted are " in refusal(
        verb, {**fields, "colour": 1, 5: 1}
    )


def test_a_field_that_is_there_is_not_what_was_meant(refusal):
    # G-3
    assert refusal("get", {**PLACE, "keys": "k"}) == "get: unknown field 'keys'; accepted are user_id, key"


def test_optional_fields_are_meant_too(refusal):
    # G-3
    assert "'refresh_days' (did you mean 'refresh_day'?)" in refusal(
        "withlimit_add", {**VERBS["withlimit_add"].fields, "refresh_days": 1}
    )
    assert "'val' (did you mean 'value'?)" in refusal("set", {**PLACE, "val": {}})


def test_the_commit_says_it_too(score):
    # C-3, G-3
    c = score.get_commit()
    with pytest.raises(CloudTypeError):
        c.money_add(user_id=1, keys="k", value=1)
    message = c.commit().err_msg
    assert message == (
        "op 0 (money_add): the field 'key' is missing; unknown field 'keys' (did you mean 'key'?); "
        "accepted are user_id, key, value"
    )


@given(st.dictionaries(st.one_of(st.text(max_size=200), st.integers(), st.none()), st.none(), min_size=1))
def test_any_unknown_field_is_refused(free, fields):
    # G-3
    fields = {name: value for name, value in fields.items() if name not in {"user_id", "key"}}
    if fields:
        with pytest.raises(CloudTypeError, match="unknown field"):
            free.get({**PLACE, **fields})
