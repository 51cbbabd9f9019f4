"""Ctrl-C while a call waits for a server: for a row that somebody has locked, or for a server that says nothing."""

import cloudvars
import pytest

GOLD = {"user_id": 1, "key": "gold"}
INTERRUPTED = "the call was interrupted"


@pytest.fixture
def address(mariadb):
    return mariadb.new_database()


def pay(score, value=10):
    c = score.get_commit()
    c.money_add(**GOLD, value=value)
    return c


def balance(score):
    return score.money_get(GOLD).data[0]["value"]


@pytest.mark.parametrize("call", ["commit", "commit_many", "message_send", "a new game"])
def test_while_rows_are_locked(open_store, lock_out, heard, call):
    # C-6, C-7: heard before the server gives up, and whole or not there
    store = open_store(clock=None)
    score = store.room(limits=False).score
    assert pay(score).commit().ok
    assert score.message_send(src_user_id=1, key="m", target_user_id=1, value="x").ok
    calls = {
        "commit": lambda: pay(score).commit(),
        "commit_many": lambda: score.commit_many([pay(score), pay(score)]),
        "message_send": lambda: score.message_send(src_user_id=1, key="m", target_user_id=1, value="x"),
        "a new game": lambda: store.room(game="another"),
    }
    release = lock_out()
    # A wait to its end would answer 1205.
    assert heard(calls[call])[0].startswith(INTERRUPTED)
    release()
    assert pay(score, 100).commit().ok
    assert balance(score) in ({110, 120, 130} if call == "commit_many" else {110, 120})


def test_while_a_server_says_nothing(mariadb, proxy, heard):
    # C-6: a read, a commit, an open and a close
    url = mariadb.new_database()
    with cloudvars.open(f"{proxy.url(url)}?timeout=60&read-timeout=60&connect-timeout=60") as store:
        score = store.room(limits=False).score
        assert pay(score).commit().ok
        proxy.hold()
        assert heard(lambda: score.money_get(GOLD))[0].startswith(INTERRUPTED)
        assert heard(lambda: pay(score).commit())[0].startswith(INTERRUPTED)
        assert heard(lambda: cloudvars.open(f"{proxy.url(url)}?timeout=60&read-timeout=60"))[0].startswith(
            INTERRUPTED
        )
        proxy.hold(False)
    with cloudvars.open(url) as store:
        assert balance(store.room().score) in (10, 20)


def test_answers_come_as_before(open_store):
    # G-1, C-2, G-4: from another thread, every kind of answer
    store = open_store(clock=None)
    score = store.room(limits=False).score
    for number in range(50):
        assert pay(score, 1).commit() == (0, {}, None)
        assert balance(score) == number + 1
    c = score.get_commit()
    c.money_cost(**GOLD, value=51)
    assert c.commit().error_code == 10001
    store.close()
    with pytest.raises(cloudvars.StoreError, match="closed"):
        score.money_get(GOLD)
