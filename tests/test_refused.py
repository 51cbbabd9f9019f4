"""Commits that fail: a failure changes nothing, so it is told from one snapshot, without waiting for whoever writes."""

import random
import threading

import cloudvars
import pytest
from cloudvars import codes


def spend(score, value=1, user_id=1):
    c = score.get_commit()
    c.set(user_id=user_id, key="bought", i_value=1)
    c.money_cost(user_id=user_id, key="gold", value=value)
    return c.commit()


def earn(score, value=1, user_id=1):
    c = score.get_commit()
    c.money_add(user_id=user_id, key="gold", value=value)
    return c.commit()


@pytest.fixture
def free_room(store):
    with store.room(limits=False) as room:
        yield room.score


def test_a_failure_is_the_same_however_often_it_comes(free_room):
    # C-2
    first, *others = [spend(free_room) for _ in range(5)]
    assert first.error_code == codes.NOT_ENOUGH_MONEY
    assert first.data == {"op": 1, "name": "money_cost"}
    assert all(other == first for other in others)
    assert free_room.get(user_id=1, key="bought").data == []


def test_after_a_failure_the_next_commit_sees_what_was_stored_meanwhile(store, free_room):
    # C-7: what anybody stored before the call counts
    other = store.room(limits=False).score
    for _ in range(3):
        assert spend(free_room).error_code == codes.NOT_ENOUGH_MONEY
        assert earn(other).ok
        assert spend(free_room).ok


@pytest.mark.parametrize("seed", range(5))
def test_failures_and_commits_in_any_order_agree_with_a_model(store, free_room, seed):
    # M-3
    rooms = [free_room, *(store.room(limits=False).score for _ in range(2))]
    chance = random.Random(seed)
    balance = 0
    for _ in range(120):
        score, value = chance.choice(rooms), chance.randint(1, 4)
        if chance.random() < 0.4:
            assert earn(score, value).ok
            balance += value
        elif spend(score, value).ok:
            balance -= value
            assert balance >= 0
        else:
            assert value > balance
    rows = free_room.money_get(user_id=1, key="gold").data
    assert (rows[0]["value"] if rows else 0) == balance


def test_a_failure_waits_for_nobody_who_writes(path, start_python):
    # C-7
    hold = """if True:
        import fcntl, sqlite3, sys
        file = open(sys.argv[1] + "-lock", "r+")
        fcntl.flock(file, fcntl.LOCK_EX)
        connection = sqlite3.connect(sys.argv[1], isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        print("locked", flush=True)
        sys.stdin.readline()
        connection.execute("ROLLBACK")
    """
    with cloudvars.open(path) as store:
        score = store.room(limits=False).score
        assert spend(score).error_code == codes.NOT_ENOUGH_MONEY
        child = start_python("-c", hold, path)
        assert child.stdout.readline() == "locked\n"
        assert [spend(score).error_code for _ in range(50)] == [codes.NOT_ENOUGH_MONEY] * 50
        child.stdin.write("let go\n")
        assert earn(score).ok
        assert spend(score).ok


def test_threads_that_fail_and_threads_that_store_lose_nothing(free_room):
    # M-3, C-7
    spent, threads_of_each = [], 3

    def earns():
        for _ in range(60):
            assert earn(free_room).ok

    def spends():
        spent.append(sum(spend(free_room).ok for _ in range(120)))

    threads = [threading.Thread(target=run) for run in (earns, spends) * threads_of_each]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = free_room.money_get(user_id=1, key="gold").data
    assert rows[0]["value"] == threads_of_each * 60 - sum(spent) >= 0
