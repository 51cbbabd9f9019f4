"""When a with-limit counter starts again: the calendar of the store's time zone."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import cloudvars
import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import QUEST, TICK, add, query
from model import REFRESHES, WEEKDAYS, expiry
from score_calls import commit

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
    ("America/Havana", "2026-10-31T12:00:00", {"refresh_day": 1}, "2026-11-01T00:00:00"),  # the first of two
    ("America/Havana", "2026-11-01T12:00:00", {"refresh_day": 1}, "2026-11-02T00:00:00"),
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
def test_the_calendar(target, clock, row):
    # T-3, T-5
    zone, added, refresh, ends = row
    end = datetime.fromisoformat(ends).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    clock.set(datetime.fromisoformat(added).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))
    with cloudvars.open(target, clock=clock, timezone=zone) as store:
        score = store.room().score
        assert commit(score, add(1, 1, **refresh), add(1, 1, {**QUEST, "key": "queried"}, **refresh)).ok
        clock.set(end - TICK)
        assert commit(score, add(1, 1, **refresh)).error_code == 10002
        assert query(score)["value"] == 1
        clock.set(end)
        assert commit(score, add(1, 1, **refresh)).ok
        assert query(score)["value"] == 1
        assert score.withlimit_query({**QUEST, "key": "queried"}).data["value"] == 0


@pytest.mark.parametrize(("zone", "value"), [(None, 0), ("Asia/Shanghai", 0), ("UTC", 1), ("Asia/Tokyo", 0)])
def test_the_zone_is_shanghai_unless_told(target, clock, zone, value):
    # T-5
    clock.set("2026-01-01T23:00:00+08:00")
    with cloudvars.open(target, clock=clock, **({} if zone is None else {"timezone": zone})) as store:
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
