"""The clocks a store may be opened with."""

from datetime import UTC, datetime, timedelta, timezone

import cloudvars
import pytest

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
