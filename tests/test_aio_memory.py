"""Reads through asyncio that memory answers on the loop, and those that go to a thread (C-9)."""

import asyncio
import random
import threading

import cloudvars
import cloudvars.aio
import pytest
from cache_peer import Peer
from loops import aio_commit
from score_calls import add, commit
from verbs import READS

GOLD = {"user_id": 1, "key": "gold"}
SETS = {
    "get": ("set", {"user_id": 1, "key": "k", "value": {"a": [1]}}),
    "money_get": ("money_add", {"user_id": 1, "key": "k", "value": 5}),
    "withlimit_query": ("withlimit_add", {"user_id": 1, "key": "k", "value": 1, "limit": 9}),
    "world_data_get": ("world_data_set", {"user_id": 1, "key": "k", "world_id": 3, "value": {"b": 2}}),
}
FIELDS = {name: {"user_id": 1, "key": "k", **({"world_id": 3} if "world" in name else {})} for name in SETS}


@pytest.fixture(params=["memory", "file"])
def open_kept(request, tmp_path):
    """Opens a store whose rows are kept in memory."""
    stores = []

    def open_kept(**options):
        stores.append(
            cloudvars.open(tmp_path / "save.db" if request.param == "file" else ":memory:", **options)
        )
        return stores[-1]

    yield open_kept
    for store in stores:
        store.close()


@pytest.fixture
def jobs(monkeypatch):
    """What went to a thread."""
    jobs, run = [], cloudvars.aio.run

    def counted(store, call):
        jobs.append(call)
        return run(store, call)

    monkeypatch.setattr(cloudvars.aio, "run", counted)
    return jobs


def fill(score):
    assert commit(score, *SETS.values()).ok
    for name, fields in FIELDS.items():
        assert getattr(score, name)(fields).data


def test_rows_in_memory_are_answered_without_a_thread(open_kept, jobs):
    # C-9, D-1
    score = open_kept().room().score
    fill(score)

    async def main():
        for name, fields in FIELDS.items():
            expected = getattr(score, name)(fields)
            for _ in range(3):
                assert await getattr(score.aio, name)(fields) == expected
                assert await getattr(score.aio, name)(**fields) == expected
        both = {"user_id": [1, 2, "1"], "key": ("k", "absent")}
        assert (await score.aio.get(both)) == score.get(both)
        jobs.clear()
        assert (await score.aio.get(both)) == score.get(both)
        assert (await score.aio.get(user_id=2, key="absent")) == (0, [], None)

    asyncio.run(main())
    assert jobs == []


def test_every_other_read_goes_to_a_thread(open_kept, jobs):
    # C-9
    score = open_kept().room(limits=False).score
    fill(score)

    async def main():
        for name in READS.keys() - SETS.keys():
            jobs.clear()
            assert await getattr(score.aio, name)(READS[name].fields) == getattr(score, name)(
                READS[name].fields
            )
            assert len(jobs) == 1, name

    asyncio.run(main())


def test_what_takes_long_goes_to_a_thread(open_kept, jobs):
    # C-9
    score = open_kept().room(limits=False).score
    assert commit(score, ("set", {"user_id": 1, "key": "long", "s_value": "x" * 70_000})).ok
    users = list(range(300))
    calls = [
        {"user_id": 1, "key": "long"},
        {"user_id": users, "key": "k"},
        {"user_id": users[:60], "key": [f"k{number}" for number in range(10)]},
    ]
    for fields in calls:
        score.get(fields)

    async def main():
        for count, fields in enumerate(calls, 1):
            assert await score.aio.get(fields) == score.get(fields)
            assert len(jobs) == count

    asyncio.run(main())


@pytest.mark.parametrize("kept", [True, False])
def test_a_read_counts_once(open_kept, jobs, kept):
    # C-9, Q-1: without a cache, too
    room = open_kept(**({} if kept else {"cache": 0})).room()
    assert commit(room.score, *SETS.values()).ok
    if kept:
        fill(room.score)

    async def main():
        for name, fields in FIELDS.items():
            before = room.budget()["reads"]
            await getattr(room.score.aio, name)(fields)
            assert before - room.budget()["reads"] == 1, name
        while (reply := await room.score.aio.get(FIELDS["get"])).ok:
            pass
        assert reply.error_code == cloudvars.codes.QUOTA
        assert room.budget()["reads"] == 0

    asyncio.run(main())
    assert len(jobs) == (0 if kept else 301)  # all reads of the minute, and the refused one


def test_watched_calls_go_the_whole_way(open_kept, jobs):
    # C-9, F-1
    store = open_kept()
    room = store.room()
    fill(room.score)

    async def main():
        store.faults.fail("get", code=1213, times=1)
        assert (await room.score.aio.get(FIELDS["get"])).error_code == 1213
        assert (await room.score.aio.get(FIELDS["get"])).ok
        assert len(jobs) == 2  # the rule is still there
        store.faults.clear()
        assert (await room.score.aio.get(FIELDS["get"])).ok

    before = room.budget()["reads"]
    asyncio.run(main())
    assert before - room.budget()["reads"] == 3
    assert len(jobs) == 2


def test_a_counter_whose_window_has_ended_is_stored(open_kept, jobs):
    # C-9, T-4
    clock = cloudvars.ManualClock("2026-01-01T00:00:00+08:00")
    score = open_kept(clock=clock).room().score
    where = {"user_id": 1, "key": "daily"}
    assert commit(score, ("withlimit_add", {**where, "value": 2, "limit": 9, "refresh_day": 1})).ok

    async def main():
        assert (await score.aio.withlimit_query(where)).data["value"] == 2
        jobs.clear()
        assert (await score.aio.withlimit_query(where)).data["value"] == 2
        assert jobs == []
        clock.advance(days=2)
        assert (await score.aio.withlimit_query(where)).data["value"] == 0
        assert len(jobs) == 1  # it writes
        assert (await score.aio.withlimit_query(where)).data["value"] == 0
        assert len(jobs) == 1

    asyncio.run(main())


def test_a_task_that_only_reads_holds_up_nobody(open_kept, jobs):
    # C-9: the reader waits for what another task commits
    score = open_kept().room(limits=False).score
    assert score.money_get(GOLD).ok

    async def main():
        async def writer():
            for _ in range(3):
                await asyncio.sleep(0)
            assert (await aio_commit(score, add(1))).ok

        writing = asyncio.create_task(writer())
        while not (await score.aio.money_get(GOLD)).data:
            pass
        await writing

    asyncio.run(main())


def test_a_cancelled_task_stops_at_its_next_turn(open_kept):
    # C-9
    score = open_kept().room(limits=False).score
    assert score.money_get(GOLD).ok

    async def main():
        async def read():
            while True:
                await score.aio.money_get(GOLD)

        reading = asyncio.create_task(read())
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

    asyncio.run(main())


def test_a_mistake_raises_and_a_closed_store_too(open_kept):
    # C-9, G-4
    store = open_kept()
    score = store.room().score

    async def main():
        assert (await score.aio.get(user_id=1, key="k")).data == []
        for fields, error in [
            ({"user_id": "x", "key": "k"}, cloudvars.CloudValueError),
            ({"user_id": 1}, cloudvars.CloudTypeError),
            ({"user_id": 1, "key": "k", "bogus": 1}, cloudvars.CloudTypeError),
            ({"user_id": True, "key": "k"}, cloudvars.CloudValueError),
        ]:
            with pytest.raises(error):
                await score.aio.get(fields)
            with pytest.raises(error):
                await score.aio.get(**fields)
        with pytest.raises(cloudvars.CloudTypeError):
            await score.aio.get({"user_id": 1}, key="k")
        store.close()
        with pytest.raises(cloudvars.StoreError):
            await score.aio.get(user_id=1, key="k")

    asyncio.run(main())


def test_reads_on_the_loop_are_those_of_a_thread(tmp_path, start_python):
    """Both counters of a user rise together, by commits of a thread, of tasks and of another process."""
    # C-9, C-1
    path, chance = tmp_path / "save.db", random.Random(7)
    with cloudvars.open(path, durability="normal") as store:
        score = store.room(limits=False).score
        plain = store.room(limits=False).score  # this one has no loop
        peer = Peer(start_python, path, 64 << 20)
        done = threading.Event()

        def ops(user):
            return [("money_add", {"user_id": user, "key": key, "value": 1}) for key in ("a", "b")]

        def thread():
            while not done.is_set():
                assert commit(plain, *ops(chance.randrange(3))).ok

        def read(call, user):
            return [row["value"] for row in call(user_id=user, key=["a", "b"]).data] or [0, 0]

        async def reader():
            for _ in range(300):
                user = chance.randrange(3)
                before = read(plain.money_get, user)
                rows = (await score.aio.money_get(user_id=user, key=["a", "b"])).data
                between = [row["value"] for row in rows] or [0, 0]
                after = read(plain.money_get, user)
                assert before[0] == before[1] <= between[0] == between[1] <= after[0] == after[1]
                if chance.random() < 0.1:
                    assert (await aio_commit(score, *ops(user))).ok
                    [row] = (await score.aio.money_get(user_id=user, key="a")).data
                    assert row["value"] > between[0]

        async def main():
            readers = [asyncio.create_task(reader()) for _ in range(4)]
            while not all(task.done() for task in readers):
                user = chance.randrange(3)
                [before, _] = read(plain.money_get, user)
                await asyncio.to_thread(peer.ask, "commit", ops(user))
                [row] = (await score.aio.money_get(user_id=user, key="a")).data
                assert row["value"] > before
            await asyncio.gather(*readers)

        writing = threading.Thread(target=thread)
        writing.start()
        try:
            asyncio.run(main())
        finally:
            done.set()
            writing.join()
