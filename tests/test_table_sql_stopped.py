"""Queries that would run for days are stopped: by their time limit, and by Ctrl-C. Others go on meanwhile."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from cloudvars import CloudError
from pressed import Pressed

FOREVER = "SELECT count(*) AS n FROM money a, money b, money c, money d, money e WHERE a.value + b.value + c.value + d.value + e.value < 0"

TOO_LONG = "timeout|time limit|seconds"


@pytest.fixture
def wide(store):
    """So many rows that `FOREVER` ends in no test."""
    with store.room(limits=False).score.get_commit() as c:
        for user in range(1000):
            c.money_add(user_id=user, key="gold", value=1)
    return store


@pytest.mark.timeout(300)
def test_a_query_ends_with_its_time_limit(wide):
    #
    with pytest.raises(CloudError, match=TOO_LONG):
        wide.sql(FOREVER, timeout=0.3).rows()
    assert wide.sql("SELECT count(*) AS n FROM money").rows() == [{"n": 1000}]
    with wide.room(limits=False).score.get_commit() as c:
        c.money_add(user_id=1, key="gold", value=1)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("read", ["to_arrow", "count", "__len__", "to_pandas", "to_polars"])
def test_every_way_to_read_has_the_time_limit(wide, read):
    with pytest.raises(CloudError, match=TOO_LONG):
        getattr(wide.sql(FOREVER, timeout=0.3), read)()


@pytest.mark.timeout(300)
def test_a_stream_has_the_time_limit(wide):
    with pytest.raises((CloudError, pa.ArrowException, OSError), match=TOO_LONG):
        pa.table(wide.sql(FOREVER, timeout=0.3))


@pytest.mark.timeout(300)
def test_ctrl_c_ends_a_query(wide, press):
    for read in ("rows", "to_arrow", "count"):
        with pytest.raises(Pressed):
            press(0.5)
            getattr(wide.sql(FOREVER, timeout=250), read)()
    assert wide.sql("SELECT count(*) AS n FROM money").rows() == [{"n": 1000}]
    with wide.room(limits=False).score.get_commit() as c:
        c.money_add(user_id=1, key="gold", value=1)


@pytest.mark.timeout(300)
def test_others_read_and_write_while_a_query_runs(wide):
    started = threading.Event()

    def ask():
        started.set()
        with pytest.raises(CloudError, match=TOO_LONG):
            wide.sql(FOREVER, timeout=3).rows()

    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(ask) for _ in range(2)]
        started.wait()
        score = wide.room(limits=False).score
        for _ in range(20):
            with score.get_commit() as c:
                c.money_add(user_id=1, key="gold", value=1)
        assert [row["value"] for row in wide.tables["money"].where(user_id=1)] == [21]
        for one in asked:
            one.result()


@pytest.mark.timeout(300)
def test_many_timeouts_leave_the_store_usable(wide):
    for _ in range(40):
        with pytest.raises(CloudError):
            wide.sql(FOREVER, timeout=0.01).rows()
    assert wide.tables["money"].count() == 1000
