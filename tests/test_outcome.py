"""Connections that break at the worst moment: no commit is lost, doubled, or answered with a guess."""

import random
import threading
import time

import cloudvars
import pytest
from cloudvars import StoreError, codes
from score_calls import add, commit, gold
from servers.proxy import HOLD_ANSWER, HOLD_COMMIT, LOSE_ANSWER, LOSE_COMMIT, Proxy


def hosts(mariadb, *ports):
    """The URL of a new database whose hosts are these ports."""
    url = mariadb.new_database()
    return url.replace(f"127.0.0.1:{mariadb.port}/", ",".join(f"127.0.0.1:{port}" for port in ports) + "/")


@pytest.fixture
def url(mariadb, proxy):
    """A database, reached through the proxy."""
    return proxy.url(mariadb.new_database())


@pytest.fixture
def room(url):
    with cloudvars.open(url + "?timeout=120&read-timeout=5") as store:
        yield store.room(limits=False)


@pytest.fixture
def impatient(url):
    """A room that gives up soon, where no server can be reached; what can be reached has long answered by then."""
    with cloudvars.open(url + "?timeout=5") as store:
        yield store.room(limits=False)


@pytest.mark.parametrize("fault", [LOSE_COMMIT, LOSE_ANSWER, HOLD_ANSWER])
@pytest.mark.parametrize("first", [True, False])
def test_a_commit_whose_answer_is_lost_is_done_once(room, proxy, fault, first):
    # C-6, C-7
    if not first:
        assert commit(room.score, add(1)).ok
    proxy.fail_commit(fault)
    assert commit(room.score, add(10)) == (0, {}, None)
    assert proxy.failed == 1
    assert gold(room.score) == 10 + (not first)
    assert commit(room.score, add(100)).ok
    assert gold(room.score) == 110 + (not first)


@pytest.mark.parametrize("fault", [LOSE_COMMIT, LOSE_ANSWER])
def test_what_a_lost_answer_said_is_still_right(room, proxy, fault):
    # C-2, M-3, N-1: a batch in which one fails
    assert commit(room.score, add(5)).ok
    commits = [room.score.get_commit() for _ in range(3)]
    commits[0].money_cost(user_id=1, key="gold", value=5)
    commits[1].money_cost(user_id=1, key="gold", value=5)
    commits[2].name_new(key="k", name="Ann", value="")
    proxy.fail_commit(fault)
    replies = room.score.commit_many(commits)
    assert [reply.error_code for reply in replies] == [0, codes.NOT_ENOUGH_MONEY, 0]
    assert gold(room.score) == 0
    assert len(room.score.name_search(key="k", name_prefix="").data) == 1


@pytest.mark.parametrize("fault", [LOSE_COMMIT, LOSE_ANSWER])
def test_messages_arrive_once_when_an_answer_is_lost(room, proxy, fault):
    # S-4, S-6
    stored, live = [], []
    room.score.subscribe_channel(1, "k", stored.append)
    room.score.subscribe_message("news", live.append)
    for number in range(4):
        proxy.fail_commit(fault)
        assert room.score.message_send(src_user_id=2, key="k", target_user_id=1, value=number).ok
        proxy.fail_commit(fault)
        room.score.publish_message("news", number)
        room.tick()
    assert [message["value"] for message in stored] == [0, 1, 2, 3]
    assert [message["message"] for message in live] == [0, 1, 2, 3]
    assert len(room.score.message_query(key="k").data) == 4


def test_uuids_are_handed_out_once_when_an_answer_is_lost(url, proxy):
    # L-1
    uuids = []
    for _ in range(4):
        with cloudvars.open(url) as store:
            proxy.fail_commit(LOSE_ANSWER, times=3)
            c = store.room().score.get_commit()
            uuids += [c.list_add(user_id=1, key="k", value=[1]) for _ in range(3)]
            assert c.commit().ok
    assert len(set(uuids)) == 12


def test_an_outcome_that_cannot_be_had_is_said(impatient, proxy):
    # C-6, O-2
    assert commit(impatient.score, add(1)).ok
    proxy.fail_commit(LOSE_ANSWER)
    proxy.refuse()
    reply = commit(impatient.score, add(10))
    assert reply.error_code == codes.OUTCOME_UNKNOWN
    assert "all of it was stored, or nothing" in reply.err_msg
    with pytest.raises(StoreError, match="no server can be used"):
        commit(impatient.score, add(100))
    proxy.refuse(False)
    assert gold(impatient.score) == 11
    assert commit(impatient.score, add(1000)).ok
    assert gold(impatient.score) == 1011


@pytest.mark.parametrize("fault", [HOLD_ANSWER, HOLD_COMMIT])
def test_what_became_of_a_commit_is_asked_even_if_its_time_is_up(url, proxy, fault):
    # C-6, O-2: done is said to be done; what is not done never will be
    with cloudvars.open(url + "?timeout=4&read-timeout=5") as store:
        score = store.room().score
        assert commit(score, add(1)).ok
        proxy.fail_commit(fault)
        if fault == HOLD_ANSWER:
            assert commit(score, add(10)).ok
        else:
            with pytest.raises(StoreError, match="no answer in time"):
                commit(score, add(10))
        proxy.let_commits_go()
        assert commit(score, add(100)).ok
        assert gold(score) == (111 if fault == HOLD_ANSWER else 101)


def test_a_store_that_cannot_be_reached_stores_nothing(impatient, proxy):
    # C-6
    assert commit(impatient.score, add(1)).ok
    proxy.refuse()
    proxy.cut()
    with pytest.raises(StoreError, match="no server can be used"):
        commit(impatient.score, add(10))
    with pytest.raises(StoreError, match="no server can be used"):
        gold(impatient.score)
    proxy.refuse(False)
    assert gold(impatient.score) == 1


def test_a_silent_server_is_left(mariadb, proxy):
    # The first host hangs; the second is the same server, reached in another way.
    with cloudvars.open(
        hosts(mariadb, proxy.port, mariadb.port) + "?connect-timeout=5&read-timeout=5&timeout=120"
    ) as store:
        score = store.room().score
        assert commit(score, add(1)).ok
        proxy.hold()
        assert commit(score, add(1)).ok
        assert gold(score) == 2
        proxy.hold(False)


def test_a_server_that_did_not_answer_in_time_is_not_the_next_to_be_asked(mariadb, proxy):
    # There is one time-out for the question, and none for asking the silent server again.
    with cloudvars.open(hosts(mariadb, proxy.port, mariadb.port) + "?read-timeout=5") as store:
        score = store.room().score
        assert commit(score, add(1)).ok
        proxy.hold()
        clients = proxy.clients
        assert commit(score, add(1)).ok
        assert gold(score) == 2
        assert proxy.clients == clients
        proxy.hold(False)


def test_the_first_host_that_works_is_taken(mariadb, proxy):
    with Proxy(mariadb.port) as second:
        with cloudvars.open(hosts(mariadb, 1, second.port, proxy.port)) as store:
            assert commit(store.room().score, add(1)).ok
            assert (second.commits > 0, proxy.commits) == (True, 0)
            second.refuse()
            second.cut()
            assert commit(store.room().score, add(1)).ok
            assert proxy.commits > 0
            assert gold(store.room().score) == 2


def test_a_server_that_is_killed_and_comes_back_loses_nothing(mariadb):
    # C-6, C-7
    url = mariadb.new_database()
    acknowledged, stop = [0] * 4, threading.Event()

    def work(user):
        with cloudvars.open(url + "?timeout=300") as store, store.room(limits=False) as room:
            while not stop.is_set():
                reply = commit(room.score, add(1, user), add(1, 9))
                assert reply.ok, reply
                acknowledged[user] += 1

    threads = [threading.Thread(target=work, args=(user,)) for user in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        goal = sum(acknowledged) + 200
        while sum(acknowledged) < goal:
            time.sleep(0.01)
        mariadb.kill()
        mariadb.start()
    stop.set()
    for thread in threads:
        thread.join()
    with cloudvars.open(url) as store:
        score = store.room().score
        assert [gold(score, user) for user in range(4)] == acknowledged
        assert gold(score, 9) == sum(acknowledged)


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_faults_under_load(mariadb, proxy, seed, shared):
    # C-6, C-7: several processes' worth of stores, or several writers of one; hot rows, connections that break in
    # every way
    url = proxy.url(mariadb.new_database())
    rng = random.Random(seed)
    counts, unknown = [0] * 6, [0] * 6

    ready = threading.Barrier(7)

    store = cloudvars.open(url + "?timeout=300&read-timeout=2")

    def work(user):
        own = store if shared else cloudvars.open(url + "?timeout=300&read-timeout=2")
        with own.room(limits=False) as room:
            ready.wait()
            for turn in range(40):
                c = room.score.get_commit()
                c.money_add(user_id=8 + turn % 2, key="gold", value=1)
                c.money_add(user_id=user, key="gold", value=1)
                c.list_add(user_id=9, key="bag", value=[user])
                reply = c.commit()
                counts[user] += reply.ok
                unknown[user] += reply.error_code == codes.OUTCOME_UNKNOWN
                assert reply.ok or reply.error_code in (codes.OUTCOME_UNKNOWN, codes.DEADLOCK), reply
        if not shared:
            own.close()

    threads = [threading.Thread(target=work, args=(user,)) for user in range(6)]
    for thread in threads:
        thread.start()
    ready.wait()
    while any(thread.is_alive() for thread in threads):
        time.sleep(rng.uniform(0, 0.02))
        action = rng.choice([proxy.cut, *[lambda: proxy.fail_commit(LOSE_ANSWER)] * 3,
                             lambda: proxy.fail_commit(LOSE_COMMIT), lambda: proxy.fail_commit(HOLD_ANSWER)])  # fmt: skip
        action()
    assert proxy.failed > 0
    proxy.faults.clear()
    with store:
        score = store.room().score
        each = [gold(score, user) for user in range(6)]
        for user in range(6):
            assert counts[user] <= each[user] <= counts[user] + unknown[user]
        assert (
            gold(score, 8) + gold(score, 9) == sum(each) == len(score.list_query(user_id=9, key="bag").data)
        )
