"""Every long step of a table hears signals all the time, however many rows it works on.

A signal comes again and again, by the CPU time that the process takes. A step that is deaf is a long stretch of that time
in which no handler runs.
"""

import signal
import time
from itertools import pairwise

import cloudvars
import pytest
from pressed import Pressed

USERS, KEYS = 40_000, 8
ALL = 10**9  # what comes after `limit` is not left to the engine
ROUNDS = 5
PART = 0.25


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A table in which each step takes long."""
    rows = (
        {"user_id": user, "key": f"k{key}", "i_value": user * 7919 % 10_007, "value": {"level": user % 99}}
        for user in range(USERS)
        for key in range(KEYS)
    )
    with cloudvars.open(tmp_path_factory.mktemp("large") / "s.db", durability="off") as store:
        assert not store.room(limits=False).score.bulk("set", rows).failed
        yield store


STEPS = {
    "rows": lambda table, _: table.limit(ALL, offset=1).rows(),
    "count": lambda table, _: table.fields({"level": int}).where(level=7).count(),
    "sort by the engine": lambda table, _: table.sort("-i_value").describe(),
    "sort texts by the engine": lambda table, _: table.sort("-key", "i_value").describe(),
    "sort": lambda table, _: table.limit(ALL).sort("-i_value").describe(),
    "sort texts": lambda table, _: table.limit(ALL).sort("-key", "i_value").describe(),
    "sort and keep some": lambda table, _: table.limit(ALL).sort("-i_value").limit(USERS).describe(),
    "sort by a field": lambda table, _: table.fields({"level": int}).sort("level", "-user_id").describe(),
    "pivot": lambda table, _: table.sort("i_value").pivot("i_value").describe(),
    "describe": lambda table, _: table.describe(),
    "csv": lambda table, path: table.to_csv(path),
}

QUERIES = {
    "many rows": "SELECT * FROM general",
    "sorted rows": "SELECT user_id, key, i_value FROM general ORDER BY i_value, key",
    "many groups": "SELECT i_value, key, count(*), max(user_id) FROM general GROUP BY i_value, key",
    "large cells": """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
        SELECT sum(length(hex(zeroblob(4000000 + i)))) AS n FROM n""",
}


def deaf_part(call):
    """The longest stretch in which nothing is heard, as a part of the whole call."""
    heard = []
    before = signal.signal(signal.SIGPROF, lambda *_: heard.append(time.process_time()))
    begin = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
        call()
        end = time.process_time()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    stretches = [after - one for one, after in pairwise([begin, *heard, end])]
    return max(stretches) / (end - begin)


def hears(call):
    """What else happens in the process, such as a collection of garbage, does not happen each time."""
    return any(deaf_part(call) < PART for _ in range(ROUNDS))


@pytest.mark.parametrize("name", STEPS)
def test_a_long_step_hears_signals(large, tmp_path, name):
    assert hears(lambda: STEPS[name](large.tables["general"], tmp_path / "rows.csv"))


@pytest.mark.parametrize("name", QUERIES)
def test_a_long_query_hears_signals(large, name):
    #
    assert hears(lambda: large.sql(QUERIES[name], timeout=600))


def test_rows_that_were_read_hear_signals(large):
    rows = large.sql("SELECT key, i_value FROM general")
    assert hears(lambda: rows.sort("-i_value", "key").describe())


def test_a_sort_that_was_stopped_leaves_the_table_as_it_was(large, press):
    table = large.tables["general"].limit(ALL).sort("-i_value", "user_id", "key")
    first = table.limit(3).rows()
    with pytest.raises(Pressed):
        press(0.2)
        while True:
            table.describe()
    assert table.limit(3).rows() == first
