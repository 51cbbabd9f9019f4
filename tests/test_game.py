"""One store as its games see it."""

import asyncio
import gc
import html
import os
import threading
import weakref

import cloudvars
import pytest
from cloudvars import CloudValueError, StoreError
from score_calls import commit
from stores import one_store

ADD = ("addi", {"user_id": 1, "key": "k", "value": 1})


def value(room):
    rows = room.score.get(user_id=1, key="k").unwrap()
    return rows[0]["i_value"] if rows else None


def test_the_games_of_a_store_in_order_of_name(store):
    # G-6
    assert store.games == ["default"]
    for name in ("zoo", "Älg", "a", "农场", "B"):
        store.room(game=name)
    assert store.games == ["B", "a", "default", "zoo", "Älg", "农场"]
    assert store.game("new").games == ["B", "a", "new", "zoo", "Älg", "农场"]
    store.room()
    assert store.game("new").games == ["B", "a", "default", "new", "zoo", "Älg", "农场"]


def test_each_game_has_its_own_data(store):
    # G-6
    farm = store.game("farm")
    assert commit(farm.room().score, ADD).ok
    assert value(store.room()) is None
    assert value(store.room(game="farm")) == value(store.game("farm").room()) == 1
    assert value(farm.room(game="default")) is None
    assert value(farm.game("default").room()) is None


def test_nodes_and_the_storage_are_those_of_the_game(store):
    # A-1, H-3
    farm = store.game("farm")
    farm.achievements.define("cows", total=3)
    for game, code in ((store, None), (farm, 0)):
        answers = []
        game.room().achievement.LobbySetAchievementStorage(answers.append, 7, "cows", 1)
        assert [answer and answer["code"] for answer in answers] == [code]
    farm.storage.sort_keys("level")
    dumped = store.dump()["games"]
    assert "node" in dumped["farm"] and "node" not in dumped.get("default", {})


def test_asking_for_a_game_writes_nothing(address, open_store):
    # G-6
    open_store().room().close()
    before = open_store().dump()
    farm = open_store().game("farm")
    assert farm.dump() == before
    assert open_store().games == ["default"]
    read = open_store(readonly=True).game("farm")
    assert (value(read.room()), read.games) == (None, ["default", "farm"])
    assert farm.dump() == before


def test_games_share_all_else(store, clock):
    # G-6
    farm = store.game("farm")
    assert farm.clock is store.clock is clock
    store.faults.fail(op="get", code=1213, times=1)
    assert farm.room().score.get(user_id=1, key="k").error_code == 1213
    heard = []
    hears = farm.room()
    hears.score.subscribe_message("news", {"ok": heard.append})
    store.room(game="farm").score.publish_message("news", 5)
    hears.tick()
    assert heard == [{"message": 5}]


def test_closing_either_closes_both(target):
    # G-6
    for closes_first in (True, False):
        store = cloudvars.open(target)
        farm = store.game("farm")
        rooms = [store.room(), farm.room(), farm.game("other").room()]
        (store if closes_first else farm).close()
        for one in (store, farm):
            assert "closed" in repr(one)
            for call in (one.room, lambda one=one: one.game("more"), lambda one=one: one.games):
                with pytest.raises(StoreError, match="closed"):
                    call()
            one.close()
        for room in rooms:
            with pytest.raises(StoreError, match="closed"):
                room.score.get(user_id=1, key="k")


def test_a_game_is_a_context_manager(target):
    with cloudvars.open(target).game("farm") as farm:
        assert commit(farm.room().score, ADD).ok
    with pytest.raises(StoreError, match="closed"):
        farm.room()


@one_store
@pytest.mark.parametrize("name", ["", "x" * 181, 5, None, b"farm", "\ud800"], ids=repr)
def test_a_bad_name_is_refused(store, name):
    # G-4, G-7
    with pytest.raises(CloudValueError, match=r"^name: "):
        store.game(name)
    with pytest.raises(TypeError):
        store.game()


@one_store
def test_the_repr_names_a_game_that_is_not_the_default(store):
    assert repr(store) == repr(store.game("default")) == "<cloudvars.Store ':memory:'>"
    assert repr(store.game("farm")) == "<cloudvars.Store ':memory:' of game 'farm'>"
    with cloudvars.open(game="farm") as farm:
        assert repr(farm) == repr(store.game("farm"))
        assert farm.games == ["farm"]


def test_a_fork_in_memory_is_of_the_same_game(store):
    # F-7
    farm = store.game("farm")
    assert commit(farm.room().score, ADD).ok
    with farm.fork() as fork:
        assert value(fork.room()) == 1
        assert commit(fork.room().score, ADD).ok
    assert value(farm.room()) == 1


def test_games_on_many_threads(store):
    # C-2
    names = ["one", "two", "three", "four"]

    def work(name):
        room = store.game(name).room(limits=False)
        for _ in range(25):
            assert commit(room.score, ADD).ok

    threads = [threading.Thread(target=work, args=(name,)) for name in names * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [value(store.room(game=name)) for name in names] == [50] * 4
    assert set(store.games) >= set(names)


def test_games_on_an_event_loop(store):
    # C-2
    names = ["one", "two", "three"]

    async def add(name):
        score = store.game(name).room(limits=False).score.aio
        for _ in range(20):
            c = score.get_commit()
            c.addi(user_id=1, key="k", value=1)
            assert (await c.commit()).ok
        return (await score.get(user_id=1, key="k")).unwrap()[0]["i_value"]

    async def main():
        return await asyncio.gather(*(add(name) for name in names * 2))

    asyncio.run(main())
    assert [value(store.room(game=name)) for name in names] == [40] * 3


def test_a_game_keeps_the_store_open_that_it_was_made_of(target):
    # The helper threads of both end with the last of them, not with the first.
    store = cloudvars.open(target)
    gone = weakref.ref(store)
    farm = store.game("farm")
    room = farm.room()
    del store, farm
    gc.collect()

    async def add(room):
        c = room.score.aio.get_commit()
        c.addi(user_id=1, key="k", value=1)
        return await c.commit()

    assert asyncio.run(add(room)).ok
    another = room.store.game("another")
    del another
    gc.collect()
    assert asyncio.run(add(room)).ok
    assert value(room) == 2
    assert gone() is not None
    del room
    gc.collect()
    assert gone() is None


FORK = """if True:
    import cloudvars, os, sys
    store = cloudvars.open(sys.argv[1])
    farm = store.game("farm")
    farm.room()
    child = os.fork()
    if child == 0:
        refused = 0
        for call in (lambda: farm.games, lambda: farm.game("more"), farm.room):
            try:
                call()
            except cloudvars.StoreError:
                refused += 1
        farm.close()
        os._exit(refused)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), store.games)
    farm.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no forks")
def test_a_forked_child_does_not_inherit_a_game(run_python, target):
    # Python 3.12 and later warn of any fork in a process that has threads.
    ran = run_python("-W", "ignore::DeprecationWarning", "-c", FORK, target)
    assert ran == "3 ['default', 'farm']\n"


def test_a_game_that_is_misspelt_is_warned_of(address, open_store):
    # G-6: who only reads cannot make it
    open_store(readonly=False).close()
    open_store(readonly=True, game="frm").close()  # nothing is there: no game either
    for name in ("farm", "town"):
        with open_store().room(game=name).score.get_commit() as c:
            c.set(user_id=7, key="k", i_value=7)
    with pytest.warns(UserWarning, match=r"^game: 'frm'; .* it holds farm, town$"):
        read = open_store(readonly=True, game="frm")
    assert len(read.tables["general"]) == 0
    for fine in ({"game": "farm"}, {}):
        open_store(readonly=True, **fine).close()
    open_store(game="frm").close()
    shown = "other games have such rows, for example 'farm': where(game=None)"
    for table in (read.tables["general"], read.tables["general"].where(key="k").sort("-i_value")):
        assert repr(table).endswith(shown) and shown in html.unescape(table._repr_html_())
    for table in (
        read.tables["money"],
        read.tables["general"].where(key="other"),
        read.sql("SELECT 1 WHERE 1 = 2"),
        read.game("farm").tables["general"],
    ):
        assert "games" not in repr(table) and "games" not in table._repr_html_()
