"""The clocks a store may be opened with."""

from datetime import UTC, datetime, timedelta, timezone

import cloudvars
import pytest
from hypothesis import given
from hypothesis import strategies as st

SHANGHAI = timezone(timedelta(hours=8))


def test_a_manual_clock_stands_still(clock):
    assert clock.now() == clock.now() == datetime(2026, 1, 1, tzinfo=SHANGHAI)
    assert clock.now().tzinfo is not None


def test_a_manual_clock_advances(clock):
    clock.advance(days=1, hours=2, minutes=3, seconds=4)
    assert clock.now() == datetime(2026, 1, 2, 2, 3, 4, tzinfo=SHANGHAI)
    clock.advance(seconds=0.5)
    assert clock.now() == datetime(2026, 1, 2, 2, 3, 4, 500_000, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "when",
    ["2024-02-29T12:00:00+08:00", "2024-02-29T04:00:00+00:00", datetime(2024, 2, 29, 4, tzinfo=UTC)],
)
def test_a_manual_clock_is_set(clock, when):
    clock.set(when)
    assert clock.now() == datetime(2024, 2, 29, 12, tzinfo=SHANGHAI)
    assert cloudvars.ManualClock(start=when).now() == clock.now()


@pytest.mark.parametrize("when", ["soon", None, datetime(2024, 1, 1), "2024-13-01T00:00:00+08:00"], ids=repr)
def test_what_is_no_instant_is_refused(clock, when):
    # G-4
    with pytest.raises((ValueError, TypeError)):
        clock.set(when)
    assert clock.now() == datetime(2026, 1, 1, tzinfo=SHANGHAI)


def test_the_store_shows_its_clock(store, clock):
    # T-5
    clock.advance(hours=1)
    assert store.clock.now() == clock.now()


def test_the_system_clock_is_the_default(path):
    # T-5
    before = datetime.now(UTC) - timedelta(milliseconds=2)
    with cloudvars.open(path) as store, cloudvars.open(clock=cloudvars.SystemClock()) as other:
        times = [store.clock.now(), other.clock.now(), cloudvars.SystemClock().now()]
    after = datetime.now(UTC)
    assert all(before <= time <= after for time in times)


def test_stores_may_share_a_clock(clock):
    # T-5
    with cloudvars.open(clock=clock) as one, cloudvars.open(clock=clock) as two:
        for store in (one, two):
            score = store.room().score
            c = score.get_commit()
            c.withlimit_add(user_id=1, key="k", value=1, limit=1, refresh_hour=1)
            assert c.commit().ok
        clock.advance(hours=1)
        assert [s.room().score.withlimit_query(user_id=1, key="k").data["value"] for s in (one, two)] == [
            0,
            0,
        ]


@given(hours=st.integers(), days=st.floats(), seconds=st.integers() | st.floats())
def test_any_step_of_a_clock(hours, days, seconds):
    # T-5, G-4
    clock = cloudvars.ManualClock()
    for fields in ({"hours": hours}, {"days": days}, {"seconds": seconds}):
        before = clock.now()
        try:
            clock.advance(**fields)
        except (ValueError, OverflowError):
            assert clock.now() == before
        assert clock.now().tzinfo is not None


@pytest.mark.parametrize(
    "when", ["0001-01-01T00:00:00+00:00", "1969-07-20T20:17:40+00:00", "9999-12-30T00:00:00+00:00"]
)
def test_far_times(target, when):
    # T-3, L-4, S-2
    clock = cloudvars.ManualClock(when)
    with cloudvars.open(target, clock=clock) as store:
        score, place = store.room().score, {"user_id": 1, "key": "k"}
        c = score.get_commit()
        c.list_add(**place, value=[1])
        c.world_list_add(**place, value=[1], world_id=7)
        for number, unit in enumerate(("hour", "day", "week", "month", "year")):
            c.withlimit_add(user_id=number, key="k", value=1, limit=1, **{f"refresh_{unit}": 2**31})
        assert c.commit() == (0, {}, None)
        assert score.message_send(src_user_id=1, key="k", target_user_id=1, value=1).ok
        assert score.list_query(place).data[0]["updatedAt"][:3] == when[:3]
        assert score.message_query(key="k").data[0]["createAt"][:3] == when[:3]
        assert [score.withlimit_query(user_id=n, key="k").data["value"] for n in range(5)] == [1] * 5


@pytest.mark.parametrize("unit", ["hour", "day", "week", "month", "year"])
@pytest.mark.parametrize("n", [10**6, 2**32 - 1])
def test_endless_windows(score, clock, unit, n):
    # T-1, T-3
    fields = {"user_id": 1, "key": "k", "value": 1, "limit": 1, f"refresh_{unit}": n}
    c = score.get_commit()
    c.withlimit_add(fields)
    assert c.commit().ok
    clock.advance(days=40)
    start = {"week_start": "monday"} if unit == "week" else {}
    assert score.withlimit_query(user_id=1, key="k").data == {**fields, **start}
