"""`chart()`: what Altair is given."""

from collections import Counter

import cloudvars
import pytest

altair = pytest.importorskip("altair")


@pytest.fixture
def store():
    clock = cloudvars.ManualClock("2026-01-01T12:00:00+08:00")
    with cloudvars.open(clock=clock) as store, store.room(limits=False) as room:
        room.score.bulk(
            "money_add", [{"user_id": user, "key": "gold", "value": user % 100} for user in range(7000)]
        )
        clock.advance(days=10)
        room.score.bulk(
            "money_add", [{"user_id": user, "key": "gems", "value": user * 1000} for user in range(6000)]
        )
        yield store


def drawn(chart, column):
    """What the chart holds: how many rows each value has; and the specification."""
    spec = chart.to_dict()
    held = Counter()
    for value in spec["data"]["values"]:
        held[value[column]] += value["rows"]
    return held, spec


def test_a_histogram_is_of_all_rows(store):
    #
    gold = store.tables["money"].where(key="gold")
    held, spec = drawn(gold.chart(x="value"), "value")
    assert held == Counter(row["value"] for row in gold)
    assert spec["encoding"]["x"]["bin"]


def test_many_different_numbers_become_ranges(store):
    #
    gems = store.tables["money"].where(key="gems")
    held, spec = drawn(gems.chart(x="value"), "value")
    assert held.total() == 6000
    assert len(held) <= 5000
    assert 0 <= min(held) <= max(held) <= 5999 * 1000


def test_times_are_counted_by_day_or_hour(store):
    #
    held, spec = drawn(store.tables["money"].chart(x="updated"), "updated")
    assert held == {"2026-01-01T00:00:00.000Z": 7000, "2026-01-11T00:00:00.000Z": 6000}
    assert spec["encoding"]["x"]["timeUnit"] == "utcyearmonthdate"
    held, spec = drawn(store.tables["money"].where(key="gold").chart(y="updated"), "updated")
    assert held == {"2026-01-01T04:00:00.000Z": 7000}
    assert spec["encoding"]["x"]["timeUnit"] == "utcyearmonthdatehours"


def test_texts_are_counted(store):
    held, _ = drawn(store.tables["money"].chart(x="key"), "key")
    assert held == {"gold": 7000, "gems": 6000}


def test_an_empty_table_is_a_chart(store):
    for name in ("value", "key", "updated"):
        assert drawn(store.tables["money"].limit(0).chart(x=name), name)[0] == {}


def test_two_columns_are_cut_and_say_so(store):
    #
    spec = store.tables["money"].chart(x="user_id", y="value").to_dict()
    assert len(spec["data"]["values"]) == 5000
    assert "5,000" in str(spec["title"])
    assert not store.tables["money"].limit(10).chart(x="user_id", y="value").to_dict().get("title")
