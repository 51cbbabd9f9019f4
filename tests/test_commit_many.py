"""`commit_many`, plain and awaited: everything is checked before anything is sent."""

import asyncio
import os
import pickle

import cloudvars
import pytest
from cloudvars import CloudTypeError, CommitError, StoreError

GOLD = {"user_id": 1, "key": "gold"}


def made(score, value=10):
    c = score.get_commit()
    c.money_add(**GOLD, value=value)
    return c


def balance(score):
    rows = score.money_get(GOLD).data
    return rows[0]["value"] if rows else 0


@pytest.fixture(params=["plain", "awaited", "awaited, watched"])
def many(request, store):
    """Calls `commit_many` of a score, one way or another."""

    def many(score, committers):
        if request.param == "plain":
            return score.commit_many(committers)

        async def main():
            return await asyncio.wait_for(score.aio.commit_many(committers), 60)

        if "watched" in request.param:
            store.faults.delay("name_search", seconds=1)
        return asyncio.run(main())

    return many


@pytest.fixture
def rooms(store, make_room):
    """A room, another one, and one of another store."""
    with cloudvars.open() as other:
        yield make_room(limits=False), make_room(limits=False), other.room(limits=False)


def test_replies_are_those_of_the_commits_in_order(many, room):
    # C-2, C-8, Q-1: the plain and the awaited committers alike
    poor = room.score.get_commit()
    poor.money_cost(**GOLD, value=1000)
    bad = made(room.score)
    with pytest.raises(cloudvars.CloudValueError):
        bad.money_cost(**GOLD, value=0)
    committers = [made(room.score, 1), poor, bad, made(room.score.aio, 2)]
    before = room.budget()["writes"]
    assert [reply.error_code for reply in many(room.score, committers)] == [0, 10001, 10003, 0]
    assert balance(room.score) == 3
    assert before - room.budget()["writes"] == 4
    assert many(room.score, []) == []


@pytest.mark.filterwarnings("ignore:a committer of room:ResourceWarning")
@pytest.mark.parametrize(
    "fault", ["another room's", "another store's", "twice", "used", "no committer", "raises"]
)
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("awaited", [False, True])
def test_one_that_is_refused_stores_nothing(many, rooms, fault, place, awaited):
    # C-8: no answer of somebody else, no half, no wait for ever
    room, other_room, other_store = rooms

    def score(room):
        return room.score.aio if awaited else room.score

    good = [made(score(room)), made(score(room))]

    def bad():
        if fault == "another room's":
            return made(score(other_room))
        if fault == "another store's":
            return made(score(other_store))
        if fault == "twice":
            return good[min(place, 1)]
        if fault == "used":
            c = made(room.score, 0)
            assert c.commit().ok
            return c
        if fault == "raises":
            raise ZeroDivisionError
        return 5

    def committers():
        for index in range(3):
            if index == place:
                yield bad()
            if index < 2:
                yield good[index]

    raised = {"no committer": CloudTypeError, "another room's": CloudTypeError, "raises": ZeroDivisionError}
    raised |= {"another store's": CloudTypeError}
    with pytest.raises(raised.get(fault, CommitError)) as caught:
        many(room.score, committers())
    if fault != "raises":
        assert "committers[" in str(caught.value)
        if fault != "twice":
            assert f"committers[{place}]" in str(caught.value)
    assert balance(room.score) == balance(other_store.score) == 0
    # Nothing of it was used up.
    assert [reply.error_code for reply in many(room.score, good)] == [0, 0]
    assert balance(room.score) == 20


@pytest.mark.filterwarnings("ignore:a committer of room:ResourceWarning")
def test_a_commit_of_another_store_gets_its_own_answer(rooms):
    # C-8: while somebody hands a foreign committer to commit_many
    room, _, other = rooms

    async def main():
        poor = other.score.aio.get_commit()
        poor.money_cost(user_id=5, key="none", value=1)
        with pytest.raises(CloudTypeError):
            await room.score.aio.commit_many([made(other.score.aio)])
        return await asyncio.wait_for(poor.commit(), 60)

    assert asyncio.run(main()).error_code == 10001


@pytest.mark.parametrize("awaited", [False, True])
def test_a_store_error_keeps_the_replies(tmp_path, awaited):
    # C-8: what was answered before the file went away is not lost with it
    with cloudvars.open(tmp_path / "s.db") as store:
        score = store.room().score
        assert made(score).commit().ok
        bad = made(score)
        with pytest.raises(cloudvars.CloudValueError):
            bad.money_cost(**GOLD, value=0)
        committers = [bad, made(score)]
        os.rename(tmp_path / "s.db", tmp_path / "t.db")

        async def main():
            return await score.aio.commit_many(committers)

        with pytest.raises(StoreError) as caught:
            asyncio.run(main()) if awaited else score.commit_many(committers)
        replies = caught.value.replies
        assert [reply.error_code for reply in replies] == [10003, -1]
        assert replies[1].err_msg == caught.value.message
        assert pickle.loads(pickle.dumps(caught.value)).replies == replies
        os.rename(tmp_path / "t.db", tmp_path / "s.db")


def test_a_cancelled_wait_leaves_each_commit_whole(room):
    # C-6
    async def main():
        waits = [
            asyncio.create_task(room.score.aio.commit_many([made(room.score) for _ in range(3)]))
            for _ in range(9)
        ]
        await asyncio.sleep(0)
        for wait in waits[::2]:
            wait.cancel()
        answers = await asyncio.gather(*waits, return_exceptions=True)
        assert all([reply.ok for reply in answer] == [True] * 3 for answer in answers[1::2])
        assert (await made(room.score.aio, 1000).commit()).ok

    asyncio.run(main())
    assert balance(room.score) % 10 == 0
    assert 1000 + 4 * 30 <= balance(room.score) <= 1000 + 9 * 30
