"""With-limit counters: bounds, refreshes, the calendar."""

import cloudvars
import pytest
from cloudvars import CloudValueError
from limits import QUEST, add, query
from model import INT64_MAX
from score_calls import commit
from stores import one_store


def test_between_zero_and_the_limit(score):
    # T-1
    for value, total in ((1, 1), (2, 3), (-3, 0), (0, 0), (3, 3)):
        assert commit(score, add(value, 3)).ok
        assert query(score) == {**QUEST, "value": total, "limit": 3}
    for value in (1, -4, INT64_MAX, -INT64_MAX - 1):
        reply = commit(score, ("addi", {**QUEST, "value": 1}), add(value, 3))
        assert reply.error_code == cloudvars.codes.LIMIT_EXCEEDED == 10002
        assert (reply.data["op"], reply.data["name"]) == (1, "withlimit_add")
        assert query(score)["value"] == 3
    assert score.get(QUEST).data == []


@pytest.mark.parametrize(
    ("value", "limit", "stored"), [(3, 3, 3), (4, 3, None), (-1, 3, None), (0, 0, 0), (1, 0, None)]
)
def test_the_first_add(score, value, limit, stored):
    # T-1
    assert commit(score, add(value, limit)).ok == (stored is not None)
    assert query(score) == ({} if stored is None else {**QUEST, "value": stored, "limit": limit})


def test_the_last_limit_is_stored(score):
    # T-1, T-2
    assert commit(score, add(3, 3, refresh_day=1)).ok
    assert not commit(score, add(1, 3, refresh_day=1)).ok
    assert commit(score, add(1, 4, refresh_day=1)).ok
    assert query(score) == {**QUEST, "value": 4, "limit": 4, "refresh_day": 1}
    assert not commit(score, add(0, 2, refresh_day=1)).ok
    assert commit(score, add(-2, 2, refresh_day=1)).ok
    assert query(score) == {**QUEST, "value": 2, "limit": 2, "refresh_day": 1}


def test_the_widest_limit(score):
    # T-1
    assert commit(score, add(INT64_MAX, INT64_MAX)).ok
    assert commit(score, add(1, INT64_MAX)).error_code == 10002
    assert query(score)["value"] == INT64_MAX


MALFORMED = [
    {"value": "1"},
    {"value": 1.5},
    {"value": True},
    {"value": None},
    {"limit": "3"},
    {"limit": 2.5},
    {"limit": None},
    {"refresh_hour": 0},
    {"refresh_day": -1},
    {"refresh_week": 1.5},
    {"refresh_month": "1"},
    {"refresh_year": True},
    {"week_start": "monday"},
    {"refresh_day": 1, "week_start": "monday"},
    {"refresh_week": 1, "week_start": "Monday"},
    {"refresh_week": 1, "week_start": "someday"},
    {"refresh_week": 1, "week_start": 1},
    {"refresh_day": 1, "refresh_hour": 1},
    {"refresh_week": 1, "refresh_year": 1},
]


@one_store
@pytest.mark.parametrize("fields", MALFORMED, ids=repr)
def test_malformed_adds_raise(score, fields):
    # T-1, G-4
    c = score.get_commit()
    with pytest.raises(CloudValueError):
        c.withlimit_add(**{**QUEST, "value": 1, "limit": 3, **fields})
    assert c.commit().error_code == 10003
    assert query(score) == {}


def test_another_refresh_restarts_the_counter(score):
    # T-2
    adds = [add(1, 1000, refresh_day=1), add(10, 1000, refresh_day=3), add(100, 1000, refresh_hour=5)]
    for op in adds:
        assert commit(score, op).ok
    assert query(score) == {**QUEST, "value": 100, "limit": 1000, "refresh_hour": 5}
    other = {"user_id": 1, "key": "one commit"}
    assert commit(score, *[(name, {**fields, **other}) for name, fields in adds]).ok
    assert score.withlimit_query(other).data == {**other, "value": 100, "limit": 1000, "refresh_hour": 5}


CHANGES = [
    {},
    {"refresh_hour": 24},
    {"refresh_day": 2},
    {"refresh_week": 1},
    {"refresh_month": 1},
    {"refresh_year": 1},
]


@pytest.mark.parametrize("refresh", CHANGES, ids=repr)
def test_every_change_of_refresh_restarts(score, refresh):
    # T-2
    assert commit(score, add(3, 3, refresh_day=1)).ok
    assert commit(score, add(2, 3, **refresh)).ok
    assert query(score)["value"] == 2
    assert commit(score, add(1, 3, **refresh)).ok
    assert query(score)["value"] == 3
    assert commit(score, add(1, 3, refresh_day=1)).ok
    assert query(score)["value"] == 1


def test_the_start_of_the_week_is_part_of_the_refresh(score):
    # T-2, T-3, T-4
    assert commit(score, add(1, 3, refresh_week=1)).ok
    assert query(score) == {**QUEST, "value": 1, "limit": 3, "refresh_week": 1, "week_start": "monday"}
    assert commit(score, add(1, 3, refresh_week=1, week_start="monday")).ok
    assert query(score)["value"] == 2
    assert commit(score, add(1, 3, refresh_week=1, week_start="sunday")).ok
    assert query(score) == {**QUEST, "value": 1, "limit": 3, "refresh_week": 1, "week_start": "sunday"}


def test_a_restart_that_fails_changes_nothing(score):
    # T-2, C-2
    assert commit(score, add(2, 3, refresh_day=1)).ok
    assert not commit(score, add(4, 3, refresh_day=2)).ok
    assert not commit(score, add(-1, 3, refresh_day=2)).ok
    assert query(score) == {**QUEST, "value": 2, "limit": 3, "refresh_day": 1}


def test_without_a_refresh_nothing_ends(score, clock):
    # T-3
    assert commit(score, add(1, 1)).ok
    clock.advance(days=100_000)
    assert query(score) == {**QUEST, "value": 1, "limit": 1}
    assert not commit(score, add(1, 1)).ok


def test_the_anchor_is_the_last_successful_add(score, clock):
    # T-3
    clock.advance(minutes=50)
    assert commit(score, add(1, 2, refresh_hour=2)).ok
    clock.advance(minutes=20)
    assert not commit(score, add(5, 2, refresh_hour=2)).ok
    assert commit(score, add(1, 2, refresh_hour=2)).ok
    clock.advance(minutes=50)
    assert query(score)["value"] == 2
    assert not commit(score, add(1, 2, refresh_hour=2)).ok
    clock.advance(hours=1)
    assert query(score)["value"] == 0


def test_a_failed_add_does_not_move_the_anchor(score, clock):
    # T-3
    assert commit(score, add(1, 1, refresh_hour=1)).ok
    clock.advance(minutes=59)
    assert not commit(score, add(1, 1, refresh_hour=1)).ok
    clock.advance(minutes=1)
    assert commit(score, add(1, 1, refresh_hour=1)).ok


def test_an_add_after_the_end_starts_from_zero(score, clock):
    # T-3
    assert commit(score, add(3, 3, refresh_day=1)).ok
    clock.advance(days=1)
    assert not commit(score, add(-1, 3, refresh_day=1)).ok
    assert commit(score, add(2, 3, refresh_day=1)).ok
    assert query(score)["value"] == 2


def test_query(score, clock, make_room):
    # T-4
    assert query(score) == {}
    assert commit(score, add(2, 3, refresh_month=2)).ok
    assert score.withlimit_query({**QUEST, "user_id": "55555555"}).data == query(score)
    assert query(score) == {**QUEST, "value": 2, "limit": 3, "refresh_month": 2}
    clock.advance(days=365)
    assert query(score) == {**QUEST, "value": 0, "limit": 3, "refresh_month": 2}
    clock.set("2026-01-01T00:00:00+08:00")
    assert make_room().score.withlimit_query(QUEST).data["value"] == 0


def test_counters_survive_reopening(open_store, reopen, clock):
    # T-4, C-6
    store = open_store()
    assert commit(store.room().score, add(2, 3, refresh_week=1, week_start="sunday")).ok
    expected = {**QUEST, "value": 2, "limit": 3, "refresh_week": 1, "week_start": "sunday"}
    score = reopen(store).room().score
    assert query(score) == expected
    clock.set("2026-01-04T00:00:00+08:00")
    assert query(score) == {**expected, "value": 0}
