"""The asyncio names: awaitable, never blocking, never half applied."""

import asyncio
import inspect
import random
import threading

import cloudvars
import pytest
from cloudvars import CloudValueError, CommitError, StoreError
from loops import aio_commit, until
from score_calls import commit, everything, numbers
from verbs import READS, WRITES

GOLD = {"user_id": 1, "key": "gold"}


@pytest.fixture
def free(make_room):
    return make_room(limits=False)


def add(value):
    return "money_add", {**GOLD, "value": value}


def test_every_read_is_awaitable(score):
    # C-1, D-1, G-1, G-5
    async def main():
        assert await aio_commit(score, *everything(1, "k", 3)) == (0, {}, None)
        reply = await score.aio.message_send(WRITES["message_send"].fields)
        message = {"objectId": reply.unwrap()["objectId"]}
        calls = {name: dict(one.fields) for name, one in READS.items()}
        for name in ("list_query", "world_list_query"):
            calls[f"{name}_by_uuid"]["uuid"] = getattr(score, name)(calls[name]).data[0]["uuid"]
        for name, fields in {**calls, "test_cloud_value": {"value": [1]}}.items():
            expected = getattr(score, name)(**fields)
            assert expected.data not in ([], {}, None)
            pending = getattr(score.aio, name)(**fields)
            assert inspect.isawaitable(pending)
            assert await pending == expected
            assert await getattr(score.aio, name)(fields) == expected
        assert await score.aio.message_modify_read(**message, new_read_value=1) == (0, {}, None)
        assert await score.aio.message_delete(message) == (0, {}, None)
        assert (await score.aio.message_query(key="k")).data == []

    asyncio.run(main())


def test_failures_are_replies_and_mistakes_raise(score):
    # G-4, C-2, C-3, C-5
    async def main():
        reply = await aio_commit(score, add(1), ("money_cost", {**GOLD, "value": 2}))
        assert reply.error_code == 10001
        assert (reply.data["op"], reply.data["name"]) == (1, "money_cost")
        with pytest.raises(CloudValueError, match="user_id"):
            await score.aio.get(user_id="abc", key="k")
        with pytest.raises(TypeError, match="bogus"):
            await score.aio.get(user_id=1, key="k", bogus=1)
        c = score.aio.get_commit()
        with pytest.raises(CloudValueError):
            c.money_cost(**GOLD, value=0)
        with pytest.raises(CommitError):
            c.money_add(**GOLD, value=1)
        assert (await c.commit()).error_code == 10003
        with pytest.raises(CommitError):
            await c.commit()

    asyncio.run(main())
    assert score.money_get(GOLD).data == []


def test_list_add_answers_its_uuid_at_once(score):
    # L-1
    async def main():
        c = score.aio.get_commit()
        uuid = c.list_add(**GOLD, value=[1])
        assert type(uuid) is int
        assert (await c.commit()).ok
        assert (await score.aio.list_query_by_uuid(uuid=uuid)).data[0]["value"] == [1]

    asyncio.run(main())


def test_commits_are_done_in_the_order_of_their_calls(score):
    # C-7, L-3: also beside threads that commit on other rows
    async def main():
        pending = []
        for number in range(50):
            c = score.aio.get_commit()
            c.set(**GOLD, i_value=number)
            c.list_add(**GOLD, value=[number])
            pending.append(c.commit())
        others = [asyncio.to_thread(commit, score, ("money_add", {**GOLD, "user_id": user_id, "value": 1}))
                  for user_id in range(100, 110)]  # fmt: skip
        assert all(reply.ok for reply in await asyncio.gather(*pending, *others))

    asyncio.run(main())
    assert score.get(GOLD).data[0]["i_value"] == 49
    assert [row["value"][0] for row in score.list_query(GOLD).data] == list(range(49, -1, -1))


def test_64_tasks_lose_nothing(free):
    # C-7
    async def task(number):
        for _ in range(5):
            assert (await aio_commit(free.score, add(1), ("addi", {**GOLD, "value": number}))).ok

    async def main():
        await asyncio.gather(*[task(number) for number in range(64)])

    asyncio.run(main())
    assert free.score.money_get(GOLD).data[0]["value"] == 320
    assert free.score.get(GOLD).data[0]["i_value"] == 5 * sum(range(64))


def test_64_tasks_race_for_40_coins(free):
    # C-7, M-3
    async def main():
        assert (await aio_commit(free.score, add(40))).ok
        tasks = [aio_commit(free.score, ("money_cost", {**GOLD, "value": 1})) for _ in range(64)]
        return [reply.error_code for reply in await asyncio.gather(*tasks)]

    codes = asyncio.run(main())
    assert sorted(codes) == [0] * 40 + [10001] * 24
    assert free.score.money_get(GOLD).data[0]["value"] == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_cancelled_commit_is_whole_or_not_there(free, seed):
    # C-6, C-2
    chance = random.Random(seed)

    async def transfer(number, acknowledged):
        place = {"user_id": number, "key": "part"}
        ops = [("set", {**place, "i_value": number}), add(1), ("list_add", {**place, "value": [number]})]
        if (await aio_commit(free.score, *ops)).ok:
            acknowledged.append(number)

    async def main():
        acknowledged = []
        tasks = [asyncio.create_task(transfer(number, acknowledged)) for number in range(100)]
        for task in tasks:
            if chance.random() < 0.5:
                await asyncio.sleep(chance.choice([0, 0, 0.0005]))
            if chance.random() < 0.6:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return acknowledged

    acknowledged = asyncio.run(main())
    users = list(range(100))
    whole = [row["i_value"] for row in free.score.get(user_id=users, key="part").data]
    items = [row["value"][0] for row in free.score.list_query(user_id=users, key="part").data]
    assert sorted(items) == whole
    balance = free.score.money_get(GOLD).data
    assert (balance[0]["value"] if balance else 0) == len(whole)
    assert set(acknowledged) <= set(whole)


def test_callbacks_run_on_the_loop_without_tick(make_room, free):
    # D-1, S-4, S-6, S-8
    seen, threads = [], set()

    def callback(message):
        threads.add(threading.get_ident())
        assert asyncio.get_running_loop() is not None
        seen.append(message.get("value", message.get("message")))

    async def main():
        aio = make_room().score.aio
        assert free.score.message_send(src_user_id=1, key="k", target_user_id=5, value="past").ok
        assert await aio.subscribe_channel(5, "k", {"ok": callback}) is True
        assert await aio.subscribe_channel(5, "k", callback) is False
        assert await aio.subscribe_message("live", callback) is True
        await until(lambda: "past" in seen)
        assert free.score.message_send(src_user_id=1, key="k", target_user_id=5, value="new").ok
        await until(lambda: "new" in seen)
        sender = threading.Thread(target=free.score.publish_message, args=("live", "other thread"))
        sender.start()
        await until(lambda: "other thread" in seen)
        sender.join()
        await aio.publish_message("live", "own")
        await until(lambda: "own" in seen)
        assert await aio.unsubscribe_channel(5, "k") is True
        assert await aio.unsubscribe_message("live") is True
        assert await aio.unsubscribe_message("live") is False
        free.score.publish_message("live", "missed")
        await asyncio.sleep(0.1)

    asyncio.run(main())
    assert seen == ["past", "new", "other thread", "own"]
    assert threads == {threading.get_ident()}


def test_the_loop_runs_while_a_commit_waits(open_store, lock_out):
    # C-7, D-1
    score = open_store().room().score

    async def main():
        assert (await aio_commit(score, add(1))).ok
        release = lock_out()
        waiting = asyncio.create_task(aio_commit(score, add(1)))
        for _ in range(20):
            await asyncio.sleep(0.005)
        assert not waiting.done()
        release()
        assert (await waiting).ok

    asyncio.run(main())
    assert score.money_get(GOLD).data[0]["value"] == 2


def test_a_cancelled_wait_does_not_hold_up_others(open_store, lock_out):
    # C-6, C-7
    score = open_store().room().score

    async def main():
        assert (await aio_commit(score, add(1))).ok
        release = lock_out()
        waiting = [asyncio.create_task(aio_commit(score, add(1))) for _ in range(8)]
        await asyncio.sleep(0.05)
        for task in waiting[::2]:
            task.cancel()
        release()
        replies = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(reply.ok for reply in replies[1::2])
        assert all(isinstance(reply, asyncio.CancelledError) for reply in replies[::2])
        assert (await aio_commit(score, add(100))).ok

    asyncio.run(main())
    assert 105 <= score.money_get(GOLD).data[0]["value"] <= 109


def test_a_room_outlives_its_loop(score):
    # D-1
    seen = []

    async def main(number):
        aio = score.aio
        assert (
            await aio.subscribe_message(f"live{number}", lambda message: seen.append(message["message"]))
            is True
        )
        await aio.publish_message(f"live{number}", number)
        await until(lambda: number in seen)

    for number in range(3):
        asyncio.run(main(number))
    assert seen == [0, 1, 2]
    assert numbers(score, 5, "k") == [[]] * 8


def test_a_closed_store_raises(open_store):
    store = open_store()
    score = store.room().score

    async def main():
        c = score.aio.get_commit()
        c.money_add(**GOLD, value=1)
        store.close()
        with pytest.raises(StoreError):
            await c.commit()
        with pytest.raises(StoreError):
            await score.aio.get(user_id=1, key="k")

    asyncio.run(main())
    with cloudvars.open() as other:
        assert asyncio.run(aio_commit(other.room().score, add(1))).ok
