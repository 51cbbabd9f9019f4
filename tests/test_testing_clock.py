"""``clock="python"``: a store that goes by what ``time.time_ns()`` says."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import cloudvars
import freezegun
import pytest
import time_machine

NOON = datetime(2030, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def python(target):
    with cloudvars.open(target, clock="python", timezone="UTC") as store:
        yield store


def add(score):
    c = score.get_commit()
    c.list_add(user_id=7, key="bag", value={})
    return c.commit()


def times(score):
    return [row["updatedAt"] for row in score.list_query(user_id=7, key="bag").data]


def test_time_machine_moves_it(python):
    # F-6 T-3 Q-1
    room = python.room()
    with time_machine.travel(NOON, tick=False) as traveller:
        for _ in range(300):
            add(room.score)
        assert add(room.score).error_code == cloudvars.codes.QUOTA
        assert room.budget()["resets_in"] == 60
        traveller.shift(timedelta(seconds=59))
        assert room.budget()["resets_in"] == 1
        traveller.shift(timedelta(seconds=1))
        assert room.budget()["writes"] == 300
        assert add(room.score).ok
        assert times(room.score)[0] == "2030-05-01 12:01:00"
        c = room.score.get_commit()
        c.withlimit_add(user_id=7, key="daily", value=1, limit=1, refresh_day=1)
        assert c.commit().ok
        assert room.score.withlimit_query(user_id=7, key="daily").data["value"] == 1
        traveller.move_to(datetime(2030, 5, 2, tzinfo=UTC))
        assert room.score.withlimit_query(user_id=7, key="daily").data["value"] == 0
        assert python.clock.now() == datetime(2030, 5, 2, tzinfo=UTC)


def test_freezegun_moves_it(python):
    # F-6 L-4
    score = python.room().score
    with freezegun.freeze_time(NOON) as frozen:
        add(score)
        frozen.tick(timedelta(hours=1))
        add(score)
        assert times(score) == ["2030-05-01 13:00:00", "2030-05-01 12:00:00"]
        assert isinstance(python.clock, cloudvars.PythonClock)
    add(score)
    # Back in the present: the document's service is younger than 2030 was.
    assert python.clock.now().tzinfo is not None


def test_threads_and_asyncio_see_it_and_nobody_waits_for_ever(python):
    # F-6 C-7
    with time_machine.travel(NOON, tick=False):
        scores = [python.room(f"r{n}", limits=False).score for n in range(8)]
        codes = []

        def work(score):
            codes.extend(add(score).error_code for _ in range(30))

        threads = [threading.Thread(target=work, args=(score,)) for score in scores]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert codes == [0] * 240

        async def tasks():
            async def one():
                c = scores[0].aio.get_commit()
                c.list_add(user_id=7, key="bag", value={})
                return (await c.commit()).error_code

            return await asyncio.gather(*(one() for _ in range(30)))

        assert asyncio.run(tasks()) == [0] * 30
        assert set(times(scores[0])) == {"2030-05-01 12:00:00"}
        assert len(times(scores[0])) == 270


def test_a_broken_clock_raises_and_does_not_stick(python, monkeypatch):
    # F-6
    score = python.room().score
    with monkeypatch.context() as patch:
        patch.setattr("time.time_ns", lambda: "noon")
        with pytest.raises(TypeError):
            add(score)
    assert add(score).ok


def test_the_name_and_the_object_are_one(path):
    # F-6
    with cloudvars.open(clock=cloudvars.PythonClock()) as store, store.fork() as fork:
        assert repr(store.clock) == repr(fork.clock) == "PythonClock()"
    with pytest.raises(cloudvars.CloudValueError, match="'python'"):
        cloudvars.open(clock="lua")
