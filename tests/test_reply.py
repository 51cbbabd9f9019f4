"""What calls take and what they answer: Reply, fields, user ids, arrays."""

import types
from collections import OrderedDict, UserDict

import cloudvars
import pytest
from cloudvars import CloudError, CloudValueError, CommitError, Reply
from cloudvars.types import MoneyRow
from score_calls import commit
from stores import one_store
from verbs import MALFORMED, OPERATIONS, READS, WRITES

MESSAGE = WRITES["message_send"].fields
BAD_FIELDS = [
    (name, field) for name, one in {**READS, **WRITES}.items() for field in one.names if field in MALFORMED
]


class Index:
    """As a numpy integer: no int, but an index."""

    def __init__(self, number):
        self.number = number

    def __index__(self):
        return self.number


@pytest.mark.parametrize("name", READS)
def test_a_read_answers_code_data_message(score, name):
    # G-1, G-5
    empty = READS[name].empty
    reply = getattr(score, name)(**READS[name].fields)
    assert isinstance(reply, Reply)
    assert isinstance(reply, tuple)
    error_code, data, err_msg = reply
    assert (error_code, data, err_msg) == (0, empty, None)
    assert reply.ok
    assert reply.unwrap() == empty


def test_a_failure_has_code_detail_and_text(score):
    # G-1
    reply = commit(score, ("money_cost", {"user_id": 1, "key": "gold", "value": 1}))
    error_code, data, err_msg = reply
    assert error_code == cloudvars.codes.NOT_ENOUGH_MONEY == reply.error_code
    assert data == reply.data
    assert isinstance(err_msg, str)
    assert err_msg
    assert not reply.ok
    with pytest.raises(CommitError) as caught:
        reply.unwrap()
    assert (caught.value.code, caught.value.op, caught.value.name) == (error_code, 0, "money_cost")


def test_a_reply_is_true_if_the_call_succeeded(score):
    # G-1
    found = score.money_get(user_id=1, key="gold")
    assert found
    assert found.ok
    assert not found.data
    refused = commit(score, ("money_cost", {"user_id": 1, "key": "gold", "value": 5}))
    assert not refused
    assert not refused.ok
    code, data, message = refused
    assert (code, data, message) == refused


def test_a_reply_can_be_annotated_with_its_data():
    # G-1
    reply = Reply[list[MoneyRow]](0, [], None)
    assert type(reply) is Reply
    assert reply == (0, [], None)


def test_unwrap_of_a_refused_read_raises(score):
    # G-1
    while (reply := score.get(user_id=1, key="k")).ok:
        pass
    assert reply.error_code == -429
    assert isinstance(reply.err_msg, str)
    assert reply.err_msg
    with pytest.raises(CloudError) as caught:
        reply.unwrap()
    assert caught.value.code == -429
    assert caught.value.message


@pytest.mark.parametrize("user_id", [0, 1, 2, -7, 2**63 - 1, -(2**63)])
def test_every_form_of_a_user_id_is_that_int(score, user_id):
    # G-2
    forms = [user_id, str(user_id), Index(user_id)]
    if float(user_id).is_integer() and abs(user_id) < 2**53:
        forms.append(float(user_id))
    for count, form in enumerate(forms, 1):
        assert commit(score, ("addi", {"user_id": form, "key": "k", "value": 1})).ok
        for asked in forms:
            [row] = score.get(user_id=asked, key="k").data
            assert row == {"user_id": user_id, "key": "k", "i_value": count}
            assert type(row["user_id"]) is int


BAD_USER_IDS = [
    "abc",
    "",
    "1.5",
    "1x",
    "0x10",
    1.5,
    float("nan"),
    float("inf"),
    1e30,
    True,
    False,
    None,
    b"5",
    {},
    {5},
    object(),
    2**63,
    -(2**63) - 1,
    str(2**63),
    Index(2**63),
]


@one_store
@pytest.mark.parametrize("user_id", BAD_USER_IDS, ids=lambda value: repr(value).split(" at ")[0])
def test_what_is_no_user_id_is_refused(score, room, user_id):
    # G-2, G-4
    for call in (score.get, score.money_get, score.is_old_player, score.withlimit_query):
        fields = {"user_id": user_id} if call == score.is_old_player else {"user_id": user_id, "key": "k"}
        with pytest.raises(CloudValueError, match="user_id"):
            call(**fields)
    with pytest.raises(CloudValueError, match="user_id"):
        score.get_commit().addi(user_id=user_id, key="k", value=1)
    with pytest.raises(CloudValueError):
        room.player_join(user_id)


@one_store
def test_an_array_of_user_ids_is_no_user_id_of_an_operation(score):
    # G-2
    with pytest.raises(CloudValueError):
        score.get_commit().addi(user_id=[1, 2], key="k", value=1)


@pytest.mark.parametrize("mapping", [dict, OrderedDict, UserDict, types.MappingProxyType])
def test_a_mapping_and_keywords_are_the_same(score, mapping):
    # G-3
    fields = {"user_id": 1, "key": "k", "i_value": 7}
    committer = score.get_commit()
    committer.set(mapping(fields))
    committer.addi(**{"user_id": 1, "key": "k", "value": 2})
    assert committer.commit() == (0, {}, None)
    expected = (0, [{"user_id": 1, "key": "k", "i_value": 9}], None)
    assert score.get(mapping({"user_id": 1, "key": "k"})) == expected == score.get(user_id=1, key="k")


@one_store
@pytest.mark.parametrize("name", READS)
def test_reads_refuse_wrong_fields_by_name(score, name):
    # G-3, G-4
    call, fields, empty = getattr(score, name), READS[name].fields, READS[name].empty
    assert call(dict(fields)) == call(**fields) == (0, empty, None)
    with pytest.raises(TypeError, match="bogus"):
        call(**fields, bogus=1)
    with pytest.raises(TypeError, match="bogus"):
        call({**fields, "bogus": 1})
    with pytest.raises(TypeError):
        call(dict(fields), **fields)
    with pytest.raises(TypeError):
        call(dict(fields), dict(fields))
    first = next(iter(fields))
    with pytest.raises(TypeError, match=first):
        call({})
    with pytest.raises(TypeError, match=first):
        call()
    with pytest.raises((TypeError, ValueError)):
        call([1, 2])


@one_store
@pytest.mark.filterwarnings("ignore:a committer of room:ResourceWarning")
@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_refuse_wrong_fields_by_name(score, name):
    # G-3, G-4
    fields = OPERATIONS[name].fields

    def call(*mappings, **keywords):
        return getattr(score.get_commit(), name)(*mappings, **keywords)

    call(**fields)
    call(dict(fields))
    with pytest.raises(TypeError, match="bogus"):
        call(**fields, bogus=1)
    with pytest.raises(TypeError, match="bogus"):
        call({**fields, "bogus": 1})
    with pytest.raises(TypeError):
        call(dict(fields), **fields)
    for field in OPERATIONS[name].required:
        rest = {other: fields[other] for other in fields if other != field}
        with pytest.raises((TypeError, CloudValueError), match=field):
            call(**rest)


@one_store
@pytest.mark.parametrize("name", WRITES)
def test_writes_refuse_wrong_fields_by_name(score, name):
    # G-3, G-4
    call, fields = getattr(score, name), WRITES[name].fields
    with pytest.raises(TypeError, match="bogus"):
        call(**fields, bogus=1)
    for field in fields:
        with pytest.raises(TypeError, match=field):
            call({other: fields[other] for other in fields if other != field})


def test_none_for_an_optional_field_leaves_it_out(score):
    # G-3
    assert commit(score, ("set", {"user_id": 1, "key": "k", "i_value": 1, "s_value": None, "value": None})).ok
    assert score.get(user_id=1, key="k").data == [{"user_id": 1, "key": "k", "i_value": 1}]
    assert score.list_query(user_id=1, key="k", timetype=None, limit=None).data == []
    assert score.message_query(key="k", src_user_id=None, target_user_id=None, read=None).data == []
    limited = {"user_id": 1, "key": "k", "value": 1, "limit": 3}
    assert commit(score, ("withlimit_add", {**limited, "refresh_day": None, "week_start": None})).ok
    assert score.withlimit_query(user_id=1, key="k").data == limited
    assert score.message_send({**MESSAGE, "read": None, "deleted": None}).ok
    assert [row["read"] for row in score.message_query(key="k").data] == [0]


def refused(call, field, shown):
    with pytest.raises(CloudValueError) as caught:
        call()
    error = caught.value
    assert isinstance(error, ValueError)
    assert isinstance(error, CloudError)
    assert error.code == cloudvars.codes.BAD_VALUE
    assert field in error.message
    assert shown in error.message
    assert error.message in str(error)


@one_store
@pytest.mark.parametrize(("name", "field"), BAD_FIELDS)
def test_malformed_arguments_raise_and_name_the_field(score, name, field):
    # G-4
    for value, shown in MALFORMED[field].items():
        fields = {**READS, **WRITES}[name].fields | {field: value}
        refused(lambda: getattr(score, name)(**fields), field, shown)


@one_store
@pytest.mark.parametrize(
    ("fields", "field", "shown"),
    [
        ({"user_id": [1, 1.5], "key": "k"}, "user_id", "1.5"),
        ({"user_id": 1, "key": ["a", 57]}, "key", "57"),
        ({"user_id": 1, "key": "k", "limit": 0}, "limit", "0"),
    ],
)
def test_malformed_parts_of_arguments_are_named_too(score, fields, field, shown):
    # G-4
    refused(lambda: (score.list_query if "limit" in fields else score.get)(fields), field, shown)


@one_store
def test_a_missing_field_is_a_type_error_and_a_value_error(score):
    # G-4
    with pytest.raises(TypeError, match="key") as caught:
        score.get(user_id=1)
    assert isinstance(caught.value, CloudValueError)
    assert caught.value.code == cloudvars.codes.BAD_VALUE


def test_arrays_answer_the_product_in_request_order(score):
    # G-5
    ops = [("addi", {"user_id": user, "key": key, "value": 1}) for key in "abc" for user in (1, 2, 3)]
    coins = [("money_add", fields) for _, fields in ops]
    assert commit(score, *ops[:-1], *coins[:-1]).ok
    for query in (score.get, score.money_get):
        rows = query(user_id=[3, 1, "3", 1.0, 9], key=("c", "a", "c", "z")).data
        assert [(row["user_id"], row["key"]) for row in rows] == [(3, "a"), (1, "c"), (1, "a")]
        assert [row["key"] for row in query(user_id=2, key=["b", "a"]).data] == ["b", "a"]
        assert [row["user_id"] for row in query(user_id=[2, 1], key="b").data] == [2, 1]
        assert query(user_id=[], key="a") == (0, [], None)
        assert query(user_id=1, key=[]) == (0, [], None)
        assert query(user_id=[], key=[]) == (0, [], None)


def test_a_large_product(make_room):
    # G-5
    score = make_room(limits=False).score
    users, keys = list(range(200)), [f"k{n}" for n in range(20)]
    ops = [("addi", {"user_id": u, "key": k, "value": u}) for u in users for k in keys]
    assert commit(score, *ops).ok
    rows = score.get(user_id=users[::-1], key=keys).data
    assert [(row["user_id"], row["key"]) for row in rows] == [(u, k) for u in users[::-1] for k in keys]
