"""Money: add, cost, get."""

import pytest
from cloudvars import CloudValueError
from score_calls import commit
from stores import one_store

GOLD = {"user_id": 55555555, "key": "gold"}


def add(value, place=GOLD):
    return "money_add", {**place, "value": value}


def cost(value, place=GOLD):
    return "money_cost", {**place, "value": value}


def balance(score, place=GOLD):
    [row] = score.money_get(place).data
    assert row == {**place, "value": row["value"]}
    assert type(row["value"]) is int
    return row["value"]


def test_rows(score):
    # M-1
    assert score.money_get(GOLD) == (0, [], None)
    assert commit(score, add(3)).ok
    assert score.money_get(GOLD) == (0, [{"user_id": 55555555, "key": "gold", "value": 3}], None)


def test_int64_is_exact(score):
    # M-1
    assert commit(score, add(2**53), add(1)).ok
    assert balance(score) == 2**53 + 1


def test_add_may_drive_the_balance_below_zero(score):
    # M-2
    assert commit(score, add(2)).ok
    assert commit(score, add(-5)).ok
    assert balance(score) == -3
    assert not commit(score, cost(1)).ok
    assert commit(score, add(3), add(1), cost(1)).ok
    assert balance(score) == 0


def test_an_integral_float_is_its_int(score):
    # M-2, M-3
    assert commit(score, add(2.0), cost(1.0)).ok
    assert balance(score) == 1


@one_store
@pytest.mark.parametrize(
    "value", [2.5, "5", "x", True, None, [5], float("nan"), float("inf"), 2**63, b"5"], ids=repr
)
def test_what_is_no_integer_is_refused(score, value):
    # M-2, M-3
    for name in ("money_add", "money_cost"):
        c = score.get_commit()
        c.money_add(**GOLD, value=100)
        with pytest.raises(CloudValueError, match="value"):
            getattr(c, name)(**GOLD, value=value)
        assert c.commit().error_code == 10003
    assert score.money_get(GOLD).data == []


@one_store
@pytest.mark.parametrize("value", [0, -1, -(2**63), 0.0, -2.0])
def test_a_cost_is_positive(score, value):
    # M-3
    with pytest.raises(CloudValueError, match="value"):
        score.get_commit().money_cost(**GOLD, value=value)


@pytest.mark.parametrize(
    ("held", "price", "left"), [(3, 3, 0), (3, 2, 1), (3, 4, None), (0, 1, None), (2**63 - 1,) * 2 + (0,)]
)
def test_a_cost_never_leaves_less_than_zero(score, held, price, left):
    # M-3
    assert commit(score, add(held)).ok
    reply = commit(score, cost(price))
    assert reply.ok == (left is not None)
    if not reply.ok:
        assert reply.error_code == 10001
        assert reply.data["name"] == "money_cost"
    assert balance(score) == (held if left is None else left)


def test_nothing_cannot_be_spent(score):
    # M-3
    assert commit(score, cost(1)).error_code == 10001
    assert score.money_get(GOLD).data == []


def test_several_costs_of_one_commit_count_together(score):
    # M-3, C-4
    assert commit(score, add(5)).ok
    reply = commit(score, cost(3), cost(3))
    assert (reply.error_code, reply.data["op"]) == (10001, 1)
    assert balance(score) == 5
    assert commit(score, cost(3), cost(2)).ok
    assert balance(score) == 0


def test_a_trade_is_all_or_nothing(score):
    # M-3, C-2
    buyer, seller = {"user_id": 1, "key": "gold"}, {"user_id": 2, "key": "gold"}
    assert commit(score, add(10, buyer)).ok
    assert commit(score, add(11, seller), cost(11, buyer)).error_code == 10001
    assert score.money_get(user_id=[1, 2], key="gold").data == [{**buyer, "value": 10}]
    assert commit(score, add(10, seller), cost(10, buyer)).ok
    assert [balance(score, buyer), balance(score, seller)] == [0, 10]


def test_no_call_sets_a_balance(score):
    # M-4
    public = [name for name in [*dir(score), *dir(score.get_commit())] if "money" in name]
    assert sorted(public) == ["money_add", "money_cost", "money_get"]
    assert commit(score, add(5), ("set", {**GOLD, "i_value": 99}), ("addi", {**GOLD, "value": 99})).ok
    assert balance(score) == 5
