"""A row that somebody else has locked on a server: who wants it waits together, and nobody else waits."""

import threading

import cloudvars
import pytest
from cloudvars import codes
from score_calls import add, commit, gold


@pytest.fixture
def locked_row(mariadb):
    """`locked_row(seconds)`: a room, and the connection that has locked the row of user 1's gold until it rolls back."""
    opened = []

    def locked_row(lock_timeout):
        url = mariadb.new_database()
        opened.append(store := cloudvars.open(f"{url}?lock-timeout={lock_timeout}"))
        opened.append(room := store.room(limits=False))
        assert commit(room.score, add(1), add(1, 2)).ok
        opened.append(other := mariadb.connect(url.rpartition("/")[2]))
        other.begin()
        other.cursor().execute("SELECT * FROM cloud WHERE game = 1 AND owner = 1 AND kind = 2 FOR UPDATE")
        return room, other

    yield locked_row
    for one in reversed(opened):
        one.close()


def test_nobody_waits_for_rows_of_others(locked_row):
    # C-7: somebody else holds user 1's row; who commits on it waits, who commits on another's does not
    room, other = locked_row(300)
    waiting = [threading.Thread(target=commit, args=(room.score, add(10))) for _ in range(3)]
    for thread in waiting:
        thread.start()
    for _ in range(20):
        assert commit(room.score, add(1, 2)).ok
    assert all(thread.is_alive() for thread in waiting)
    assert [gold(room.score, user) for user in (1, 2)] == [1, 21]
    other.rollback()
    for thread in waiting:
        thread.join()
    assert gold(room.score) == 31


def test_a_row_that_stays_locked_is_given_up(locked_row):
    # C-7, O-2
    room, other = locked_row(1)
    commits = [room.score.get_commit() for _ in range(3)]
    for user, c in enumerate(commits, 1):
        c.money_add(user_id=user, key="gold", value=10)
    answers = [reply.error_code for reply in room.score.commit_many(commits)]
    assert answers == [codes.LOCK_TIMEOUT, 0, 0]
    other.rollback()
    assert [gold(room.score, user) for user in (1, 2, 3)] == [1, 11, 10]


def test_many_who_want_a_locked_row_wait_together(mariadb, locked_row):
    # C-7, O-2: not one after the other, and whoever wants another row is served
    room, other = locked_row(1)
    commits = [room.score.get_commit() for _ in range(9)]
    for c in commits[:8]:
        c.money_add(user_id=1, key="gold", value=10)
    commits[8].money_add(user_id=2, key="gold", value=10)
    [(_, waits_before)] = mariadb.execute("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_waits'")
    answers = [reply.error_code for reply in room.score.commit_many(commits)]
    assert answers == [codes.LOCK_TIMEOUT] * 8 + [0]
    [(_, waits)] = mariadb.execute("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_waits'")
    assert int(waits) - int(waits_before) == 1
    other.rollback()
    assert [gold(room.score, user) for user in (1, 2)] == [1, 11]
