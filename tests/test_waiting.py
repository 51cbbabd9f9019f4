"""Whoever waits holds up nobody else: ids that are there before they are wanted, threads of a store's own."""

import asyncio
import contextlib
import threading

import cloudvars
import pytest
from score_calls import commit

GOLD = {"user_id": 1, "key": "gold"}
BLOCK = 16_384


async def settled(condition):
    """Lets the loop run until the condition holds; the test's timeout is the bound."""
    while not condition():
        await asyncio.sleep(0.005)


def handed_out(score, count=1):
    """So many uuids; nothing is stored."""
    with contextlib.suppress(ZeroDivisionError), score.get_commit() as c:
        uuids = [c.list_add(**GOLD, value=[1]) for _ in range(count)]
        raise ZeroDivisionError
    return uuids


@pytest.mark.parametrize("known", [False, True], ids=["new store", "opened again"])
@pytest.mark.parametrize("verb", ["list_add", "world_list_add"])
def test_an_id_is_there_while_another_process_writes(open_store, reopen, lock_out, known, verb):
    # L-1: it is the loop that ends the wait, after so many adds
    store = open_store()
    if known:
        assert commit(store.room().score, ("money_add", {**GOLD, "value": 1})).ok
        store = reopen(store)
    before = store.dump()["next_id"]
    room = store.room(limits=False)
    fields = {**GOLD, "value": {}} | ({"world_id": 7} if verb.startswith("world") else {})

    async def main():
        score = room.score.aio
        await settled(lambda: store.dump()["next_id"] > before)
        await asyncio.sleep(0.1)
        release = lock_out()
        asyncio.get_running_loop().call_soon(release)
        c = score.get_commit()
        uuids = [getattr(c, verb)(fields) for _ in range(BLOCK // 4)]
        reply = await c.commit()
        return uuids, reply

    uuids, reply = asyncio.run(main())
    assert reply.ok
    query = room.score.list_query if verb == "list_add" else room.score.world_list_query
    found = [row["uuid"] for row in query({key: fields[key] for key in fields if key != "value"}).data]
    assert set(found) <= set(uuids)
    assert len(set(uuids)) == len(uuids)


@pytest.mark.parametrize("awaited", [False, True])
def test_the_next_block_comes_along_with_commits(open_store, lock_out, awaited):
    # L-1: block after block, and then one under a lock, without a wait
    room = open_store().room(limits=False)

    async def pay(score):
        c = score.get_commit()
        c.money_add(**GOLD, value=1)
        assert (await c.commit() if awaited else c.commit()).ok

    async def main():
        uuids = []
        score = room.score.aio if awaited else room.score
        for _ in range(6):
            uuids += handed_out(room.score, BLOCK // 2 + 1)
            await pay(score)
        release = lock_out()
        uuids += handed_out(room.score, BLOCK // 4)
        release()
        await pay(score)
        return uuids

    uuids = asyncio.run(main())
    assert len(set(uuids)) == len(uuids)


def test_no_id_twice_by_anybody(address, run_python):
    # L-1: stores, threads, processes that end without closing
    uuids, lock = [], threading.Lock()

    def work(score, count):
        own = []
        for _ in range(count):
            own += handed_out(score, 500)
            assert commit(score, ("money_add", {**GOLD, "value": 1})).ok
        with lock:
            uuids.extend(own)

    code = """if True:
        import cloudvars, os, sys
        score = cloudvars.open(sys.argv[1]).room(limits=False).score
        for _ in range(20):
            c = score.get_commit()
            print(*[c.list_add(user_id=1, key="bag", value=[]) for _ in range(500)], flush=True)
        os._exit(0)
    """
    for _ in range(2):
        with contextlib.ExitStack() as stack:
            stores = [stack.enter_context(cloudvars.open(address)) for _ in range(2)]
            scores = [store.room(limits=False).score for store in stores for _ in range(2)]
            threads = [threading.Thread(target=work, args=(score, 25)) for score in scores]
            for thread in threads:
                thread.start()
            uuids += [int(uuid) for uuid in run_python("-c", code, address).split()]
            for thread in threads:
                thread.join()
    assert len(uuids) == 2 * (4 * 25 * 500 + 20 * 500)
    assert len(set(uuids)) == len(uuids)


def test_an_id_below_loaded_ones_is_never_handed_out(tmp_path):
    # L-1, F-7: also not one of a block that was there before
    with cloudvars.open() as other:
        other._count_ids()
        c = other.room().score.get_commit()
        first = c.list_add(**GOLD, value={})
        assert c.commit().ok
        dumped = other.dump()
    dumped["next_id"] = 1 << 61
    dumped["games"]["default"]["list"][0]["uuid"] = (1 << 61) - 1
    with cloudvars.open(tmp_path / "s.db") as store:
        score = store.room(limits=False).score
        assert first < handed_out(score)[0] < 1 << 61
        store.load(dumped)
        assert handed_out(score)[0] >= 1 << 61


def test_a_store_whose_calls_hang_holds_up_no_other(make_target):
    # A call of this store waits inside its arguments until the test lets it go.
    gate = threading.Event()

    class Slow:
        def __index__(self):
            gate.wait()
            return 1

    async def main():
        with cloudvars.open() as hanging, cloudvars.open(make_target("file")) as other:
            slow = hanging.room().score.aio
            waiting = [asyncio.create_task(slow.get(user_id=Slow(), key="k")) for _ in range(50)]
            await asyncio.sleep(0)
            for _ in range(50):
                assert (await other.room(limits=False).score.aio.get(**GOLD)).ok
            assert not any(task.done() for task in waiting)
            gate.set()
            assert all(reply.ok for reply in await asyncio.gather(*waiting))

    asyncio.run(main())


def test_a_closed_stores_threads_end(make_target):
    before = set(threading.enumerate())

    def threads():
        ours = [thread for thread in threading.enumerate() if thread.name.startswith("cloudvars-")]
        return set(ours) - before

    async def main():
        for _ in range(5):
            store = cloudvars.open(make_target("memory"))
            score = store.room().score.aio
            await asyncio.gather(*(score.get(**GOLD) for _ in range(8)))
            assert threads()
            store.close()
            with pytest.raises(cloudvars.StoreError):
                await score.get(**GOLD)
            await settled(lambda: not threads())

    asyncio.run(main())


def test_a_server_has_many_reads_in_flight(mariadb):
    # The twenty calls wait for each other.
    together = threading.Barrier(20)

    class Meets:
        def __index__(self):
            together.wait(60)
            return 1

    async def main():
        with cloudvars.open(mariadb.new_database()) as store:
            score = store.room().score.aio
            return await asyncio.gather(*(score.get(user_id=Meets(), key="k") for _ in range(20)))

    assert all(reply.ok for reply in asyncio.run(main()))


def test_an_awaited_commit_that_waits_for_a_row_holds_up_no_other(mariadb):
    # C-7: as with threads, what shares nothing with it runs beside it
    url = mariadb.new_database()
    with cloudvars.open(url) as store:
        score = store.room(limits=False).score

        async def add(user_id):
            c = score.aio.get_commit()
            c.money_add(user_id=user_id, key="gold", value=1)
            return await c.commit()

        async def main():
            assert all(reply.ok for reply in [await add(user_id) for user_id in range(10)])
            connection = mariadb.connect(url.rpartition("/")[2])
            with contextlib.closing(connection):
                cursor = connection.cursor()
                # By its whole key: else neighbours are locked too.
                place = "game, owner, kind, world, `key`, id"
                cursor.execute(f"SELECT {place} FROM cloud WHERE game > 0 AND owner = 1 AND `key` = 'gold'")
                found = cursor.fetchone()
                connection.begin()
                cursor.execute(
                    f"SELECT ver FROM cloud WHERE ({place}) = (%s, %s, %s, %s, %s, %s) FOR UPDATE", found
                )
                waiting = [asyncio.create_task(add(1)) for _ in range(3)]
                await asyncio.sleep(0.1)
                for _ in range(5):
                    replies = await asyncio.gather(*(add(user_id) for user_id in range(2, 10)))
                    assert all(reply.ok for reply in replies)
                assert not any(task.done() for task in waiting)
                connection.commit()
            assert all(reply.ok for reply in await asyncio.gather(*waiting))

        asyncio.run(main())
        balances = {
            row["user_id"]: row["value"] for row in score.money_get(user_id=[*range(10)], key="gold").data
        }
    assert balances == {0: 1, 1: 4, **dict.fromkeys(range(2, 10), 6)}
