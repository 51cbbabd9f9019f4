"""`score.bulk`: chunks, what each of them costs, and what ends a bulk between two of them."""

import asyncio

import cloudvars
import pytest
from bulks import pay
from cloudvars import StoreError, codes
from score_calls import commit, gold

GOLD = {"user_id": 1, "key": "gold"}


def test_a_chunk_is_one_write(bulk, room):
    # B-3, Q-1
    before = room.budget()
    report = bulk(room.score, "list_add", [{**GOLD, "value": ["x" * 10]}] * 25, chunk=10)
    assert report.done == 25
    left = room.budget()
    assert before["writes"] - left["writes"] == 3
    assert before["bytes"] - left["bytes"] == 25 * 13
    assert bulk(room.score, "money_add", [{"bad": 1}] * 3).done == 0
    assert left["writes"] - room.budget()["writes"] == 1
    assert bulk(room.score, "money_add", []) == (0, [], [])
    assert bulk(room.score, "money_add", [], atomic=True) == (0, [], [])
    assert left["writes"] - room.budget()["writes"] == 1


def test_without_quota_the_rest_fails(bulk, room, clock):
    # B-3, Q-1
    for _ in range(298):
        assert commit(room.score).ok
    told = []
    rows = (row for row in [*pay(5), {"bad": 1}])
    report = bulk(room.score, "money_add", rows, chunk=2, progress=lambda *seen: told.append(seen))
    assert report.done == 4
    assert [(index, reply.error_code) for index, reply in report.failed] == [(4, -429), (5, codes.BAD_VALUE)]
    assert next(rows, None) is None
    assert told == [(2, None), (4, None), (6, None)]
    report = bulk(room.score, "money_add", pay(5), chunk=2)
    assert [(index, reply.error_code) for index, reply in report.failed] == [
        (index, -429) for index in range(5)
    ]
    assert gold_after(room, clock) == 4


def gold_after(room, clock):
    clock.advance(minutes=1)
    return gold(room.score)


def test_a_chunk_ends_before_it_is_too_large(bulk, make_room, clock):
    # B-3, Q-2
    room = make_room()
    big = {**GOLD, "value": ["x" * (20 << 20)]}
    report = bulk(
        room.score, "list_add", [big, {**GOLD, "value": ["x" * (33 << 20)]}, {**GOLD, "value": []}, big]
    )
    assert [(index, reply.error_code) for index, reply in report.failed] == [(1, codes.TOO_LONG)]
    assert report.done == 3
    assert room.budget()["writes"] == 297
    clock.advance(minutes=1)
    report = bulk(room.score, "list_add", [big, big], atomic=True)
    assert [reply.error_code for _, reply in report.failed] == [codes.TOO_LONG] * 2


def test_rows_are_asked_for_chunk_by_chunk(bulk, make_room):
    # B-3: each chunk is stored before the next one is read
    score, seen = make_room(limits=False).score, []

    def rows():
        for index in range(7):
            if index % 3 == 0:
                seen.append(gold(score))
            yield from pay(1)

    assert bulk(score, "money_add", rows(), chunk=3).done == 7
    assert seen == [0, 3, 6]


@pytest.mark.parametrize("where", ["rows", "progress", "a row"])
def test_what_raises_ends_it_after_a_whole_chunk(bulk, make_room, where):
    # B-3
    score = make_room(limits=False).score

    def rows():
        for index in range(8):
            if index == 5 and where == "rows":
                raise ZeroDivisionError
            yield {**GOLD, "value": Stop()} if index == 5 and where == "a row" else pay(1)[0]

    class Stop:
        def __index__(self):
            raise KeyboardInterrupt

    def progress(done, total):
        assert total is None
        if done == 4 and where == "progress":
            raise ZeroDivisionError

    with pytest.raises((ZeroDivisionError, KeyboardInterrupt)) as caught:
        bulk(score, "money_add", rows(), chunk=2, progress=progress)
    if where != "a row":
        assert caught.value.report == (4, [], [])
        assert caught.value.__notes__ == ["score.bulk: 4 rows were stored before this"]
    assert gold(score) == 4


def test_a_store_that_fails_says_what_was_stored(path, clock):
    # B-3, C-6
    with cloudvars.open(path, clock=clock) as store, store.room(limits=False) as room:

        def rows():
            yield from pay(4)
            store.close()
            yield from pay(2)

        with pytest.raises(StoreError, match="closed") as caught:
            room.score.bulk("money_add", rows(), chunk=2)
        report = caught.value.report
        assert report.done == 4
        assert [(index, reply.error_code) for index, reply in report.failed] in ([], [(4, -1), (5, -1)])
    with cloudvars.open(path, readonly=True) as store, store.room() as room:
        assert gold(room.score) == 4
        with pytest.raises(StoreError) as caught:
            room.score.bulk("money_add", pay(2))
        assert caught.value.reason == "readonly"


def test_a_fault_selects_a_row(store, room):
    # B-3, F-1
    store.faults.fail("money_add", 1213, user_id=2)
    report = room.score.bulk("money_add", [*pay(2), *pay(1, user_id=2), *pay(1)])
    assert report.done == 3
    [(index, reply)] = report.failed
    assert (index, reply.error_code) == (2, 1213)


def test_a_wait_that_is_cancelled_ends_after_its_chunk(make_room):
    # B-3
    score, read = make_room(limits=False).score, []

    async def main():
        def rows():
            for index in range(1000):
                read.append(index)
                yield pay(1)[0]

        task = asyncio.create_task(score.aio.bulk("money_add", rows(), chunk=10))
        while len(read) < 20:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert len(read) < 1000
    # The chunk that was being stored may end later.
    while gold(score) not in (len(read), len(read) - 10):
        pass
