"""With-limit counters: bounds, refreshes, the calendar."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import cloudvars
import pytest
from cloudvars import CloudValueError
from hypothesis import given
from hypothesis import strategies as st
from model import INT64_MAX, REFRESHES, WEEKDAYS, commit, expiry

QUEST = {"user_id": 55555555, "key": "每日任务"}
TICK = timedelta(milliseconds=1)


def add(value, limit, place=QUEST, **refresh):
    return "withlimit_add", {**place, "value": value, "limit": limit, **refresh}


def query(score):
    reply = score.withlimit_query(QUEST)
    assert reply.ok
    return reply.data


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


# zone, local time of the add, refresh, local end of the window
CALENDAR = [
    ("Asia/Shanghai", "2026-01-01T01:59:00", {"refresh_hour": 4}, "2026-01-01T05:00:00"),
    ("Asia/Shanghai", "2026-01-01T02:00:00", {"refresh_hour": 1}, "2026-01-01T03:00:00"),
    ("Asia/Shanghai", "2026-12-31T23:59:59.999", {"refresh_hour": 1}, "2027-01-01T00:00:00"),
    ("Asia/Shanghai", "2026-01-01T10:30:00", {"refresh_hour": 168}, "2026-01-08T10:00:00"),
    ("Asia/Kolkata", "2026-01-01T01:59:00", {"refresh_hour": 4}, "2026-01-01T05:00:00"),
    ("Asia/Kathmandu", "2026-01-01T00:10:00", {"refresh_hour": 1}, "2026-01-01T01:00:00"),
    ("Asia/Shanghai", "2026-01-01T00:00:00", {"refresh_day": 1}, "2026-01-02T00:00:00"),
    ("Asia/Shanghai", "2026-01-01T23:59:59.999", {"refresh_day": 1}, "2026-01-02T00:00:00"),
    ("Asia/Shanghai", "2026-01-30T12:00:00", {"refresh_day": 7}, "2026-02-06T00:00:00"),
    ("Asia/Shanghai", "2024-02-28T12:00:00", {"refresh_day": 1}, "2024-02-29T00:00:00"),
    ("Asia/Shanghai", "2026-02-28T12:00:00", {"refresh_day": 1}, "2026-03-01T00:00:00"),
    ("America/New_York", "2026-03-07T12:00:00", {"refresh_day": 1}, "2026-03-08T00:00:00"),
    ("America/New_York", "2026-03-08T12:00:00", {"refresh_day": 1}, "2026-03-09T00:00:00"),
    ("America/New_York", "2026-10-31T12:00:00", {"refresh_day": 2}, "2026-11-02T00:00:00"),
    ("America/Sao_Paulo", "2018-11-03T12:00:00", {"refresh_day": 1}, "2018-11-04T01:00:00"),
    ("Asia/Shanghai", "2026-01-01T12:00:00", {"refresh_week": 1}, "2026-01-05T00:00:00"),
    ("Asia/Shanghai", "2026-01-05T00:00:00", {"refresh_week": 1}, "2026-01-12T00:00:00"),
    ("Asia/Shanghai", "2026-01-04T23:59:59", {"refresh_week": 1}, "2026-01-05T00:00:00"),
    ("Asia/Shanghai", "2026-01-01T12:00:00", {"refresh_week": 3}, "2026-01-19T00:00:00"),
    (
        "Asia/Shanghai",
        "2026-01-01T12:00:00",
        {"refresh_week": 1, "week_start": "thursday"},
        "2026-01-08T00:00:00",
    ),
    (
        "Asia/Shanghai",
        "2026-01-01T12:00:00",
        {"refresh_week": 1, "week_start": "friday"},
        "2026-01-02T00:00:00",
    ),
    (
        "Asia/Shanghai",
        "2026-01-03T12:00:00",
        {"refresh_week": 1, "week_start": "sunday"},
        "2026-01-04T00:00:00",
    ),
    ("Europe/London", "2026-03-25T12:00:00", {"refresh_week": 1}, "2026-03-30T00:00:00"),
    ("Asia/Shanghai", "2026-01-31T12:00:00", {"refresh_month": 1}, "2026-02-01T00:00:00"),
    ("Asia/Shanghai", "2024-01-31T12:00:00", {"refresh_month": 1}, "2024-02-01T00:00:00"),
    ("Asia/Shanghai", "2024-02-29T12:00:00", {"refresh_month": 1}, "2024-03-01T00:00:00"),
    ("Asia/Shanghai", "2026-12-01T00:00:00", {"refresh_month": 1}, "2027-01-01T00:00:00"),
    ("Asia/Shanghai", "2026-11-30T12:00:00", {"refresh_month": 15}, "2028-02-01T00:00:00"),
    ("America/New_York", "2026-02-10T12:00:00", {"refresh_month": 2}, "2026-04-01T00:00:00"),
    ("Asia/Shanghai", "2024-02-29T12:00:00", {"refresh_year": 1}, "2025-01-01T00:00:00"),
    ("Asia/Shanghai", "2026-12-31T23:59:59", {"refresh_year": 1}, "2027-01-01T00:00:00"),
    ("Asia/Shanghai", "2026-01-01T00:00:00", {"refresh_year": 4}, "2030-01-01T00:00:00"),
    ("Pacific/Kiritimati", "2026-12-31T23:00:00", {"refresh_year": 1}, "2027-01-01T00:00:00"),
]


@pytest.mark.parametrize("row", CALENDAR, ids=lambda row: f"{row[0]} {row[1]} {row[2]}")
def test_the_calendar(clock, row):
    # T-3, T-5
    zone, added, refresh, ends = row
    end = datetime.fromisoformat(ends).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    clock.set(datetime.fromisoformat(added).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))
    with cloudvars.open(clock=clock, timezone=zone) as store:
        score = store.room().score
        assert commit(score, add(1, 1, **refresh), add(1, 1, {**QUEST, "key": "queried"}, **refresh)).ok
        clock.set(end - TICK)
        assert commit(score, add(1, 1, **refresh)).error_code == 10002
        assert query(score)["value"] == 1
        clock.set(end)
        assert commit(score, add(1, 1, **refresh)).ok
        assert query(score)["value"] == 1
        assert score.withlimit_query({**QUEST, "key": "queried"}).data["value"] == 0


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


@pytest.mark.parametrize(("zone", "value"), [(None, 0), ("Asia/Shanghai", 0), ("UTC", 1), ("Asia/Tokyo", 0)])
def test_the_zone_is_shanghai_unless_told(clock, zone, value):
    # T-5
    clock.set("2026-01-01T23:00:00+08:00")
    with cloudvars.open(clock=clock, **({} if zone is None else {"timezone": zone})) as store:
        score = store.room().score
        assert commit(score, add(1, 1, refresh_day=1)).ok
        clock.set("2026-01-02T00:00:00+08:00" if zone != "Asia/Tokyo" else "2026-01-03T00:00:00+09:00")
        assert query(score)["value"] == value


@pytest.mark.parametrize("zone", ["Mars/Base", "", 8])
def test_an_unknown_zone_is_refused(path, zone):
    # T-5
    with pytest.raises((cloudvars.CloudError, TypeError)):
        cloudvars.open(path, timezone=zone)
    assert not Path(path).exists()


ZONES = ["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Sydney", "Asia/Kolkata"]
FIXED_ZONES = {"Asia/Shanghai", "Asia/Kolkata"}  # an hour window over a change of the clocks is left open
REFRESH = st.one_of(
    st.tuples(st.sampled_from(REFRESHES), st.integers(1, 30), st.none()),
    st.tuples(st.just("refresh_week"), st.integers(1, 5), st.sampled_from(WEEKDAYS)),
)


@pytest.fixture(scope="module")
def counters():
    """A clock and a room for each zone."""
    stores, rooms = [], {}
    for zone in ZONES:
        clock = cloudvars.ManualClock()
        stores.append(cloudvars.open(clock=clock, timezone=zone))
        rooms[zone] = clock, stores[-1].room(limits=False)
    yield rooms
    for store in stores:
        store.close()


@given(
    zone=st.sampled_from(ZONES),
    anchor=st.datetimes(datetime(2008, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),
    refresh=REFRESH,
    key=st.uuids(),
)
def test_every_window_ends_as_the_calendar_says(counters, zone, anchor, refresh, key):
    # T-3
    kind, n, week_start = refresh
    if kind == "refresh_hour" and zone not in FIXED_ZONES:
        zone = "Asia/Shanghai"
    clock, room = counters[zone]
    anchor = anchor.replace(microsecond=anchor.microsecond // 1000 * 1000)
    place = {"user_id": 1, "key": str(key)}
    fields = {kind: n} if week_start is None else {kind: n, "week_start": week_start}
    end = expiry(anchor, ZoneInfo(zone), kind, n, week_start or "monday").astimezone(UTC)
    clock.set(anchor)
    assert commit(room.score, add(1, 1, place, **fields)).ok
    clock.set(end - TICK)
    assert room.score.withlimit_query(place).data["value"] == 1
    clock.set(end)
    assert room.score.withlimit_query(place).data["value"] == 0
