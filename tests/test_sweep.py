"""What a server keeps of deleted rows and old notes goes away, and nothing else."""

import threading
import time

import cloudvars
import pytest
from score_calls import add, commit, gold

LATER_MS = 3_600_000


@pytest.fixture
def count(mariadb, url):
    """Counts rows of the table."""
    database = url.rpartition("/")[2]

    def count(where):
        return mariadb.execute(f"SELECT COUNT(*) FROM cloud WHERE {where}", database=database)[0][0]

    return count


def now_ms():
    return time.time_ns() // 1_000_000


def test_deleted_items_are_swept(url, count):
    with cloudvars.open(url) as store, store.room(limits=False) as room:
        score, c = room.score, room.score.get_commit()
        uuids = [c.list_add(user_id=1, key="k", value=[number]) for number in range(10)]
        assert c.commit().ok
        assert commit(score, *[("list_delete", {"uuid": uuid}) for uuid in uuids[:6]]).ok
        assert count("kind = 3 AND gone = 1") == 6
        store._sweep(now_ms() - LATER_MS)
        assert count("kind = 3 AND gone = 1") == 6
        store._sweep(now_ms() + LATER_MS)
        assert (count("kind = 3"), count("kind = 0 AND owner = -1")) == (4, 0)
        assert [row["uuid"] for row in score.list_query(user_id=1, key="k").data] == uuids[:5:-1]
        # a change that comes too late changes nothing
        assert commit(score, ("list_modify", {"uuid": uuids[0], "value": ["back"]})).ok
        assert count("kind = 3") == 4


def test_old_notes_are_swept_and_no_message_is_lost(url, count):
    # S-4, S-6
    with cloudvars.open(url) as store, cloudvars.open(url) as other:
        reader, writer = store.room(), other.room()
        stored, live = [], []
        reader.score.subscribe_channel(1, "k", stored.append)
        reader.score.subscribe_message("news", live.append)
        for number in range(3):
            assert writer.score.message_send(src_user_id=2, key="k", target_user_id=1, value=number).ok
        assert count("kind = 0 AND owner > 0") == 3
        other._sweep(now_ms() + LATER_MS)
        assert count("kind = 0 AND owner > 0") == 0
        writer.score.publish_message("news", "late")
        reader.tick()
        assert [message["value"] for message in stored] == [0, 1, 2]
        assert live == [{"message": "late"}]


def test_a_writer_that_was_silent_for_a_day_goes_on(url, count, mariadb):
    # C-7, S-6
    with cloudvars.open(url) as store, cloudvars.open(url) as other:
        room, live = store.room(), []
        room.score.subscribe_message("news", live.append)
        writer = other.room()
        writer.score.publish_message("news", 1)
        slots = count("game = -1 AND owner = 0 AND world > 0")
        mariadb.execute(
            "UPDATE cloud SET updated = updated - 2 * 86400000 WHERE game = -1 AND owner = 0",
            database=url.rpartition("/")[2],
        )
        store._sweep(now_ms() - LATER_MS)
        assert count("game = -1 AND owner = 0 AND world > 0") == 0 < slots
        writer.score.publish_message("news", 2)
        assert commit(writer.score, add(1)).ok
        assert gold(room.score) == 1
        room.tick()
        assert [message["message"] for message in live] == [1, 2]


def test_a_stale_writer_does_not_write_over_another(url, mariadb):
    # C-7: rows that changed after they were loaded, as on a cluster that undoes a transaction silently
    database = url.rpartition("/")[2]
    with cloudvars.open(url) as store, store.room(limits=False) as room:
        assert commit(room.score, add(1)).ok
        mariadb.execute("UPDATE cloud SET stamp = stamp + 1 WHERE game = -1 AND owner = 0", database=database)
        assert commit(room.score, add(10)).ok
        assert gold(room.score) == 11


def test_a_closed_store_leaves_no_slots(url, count):
    # Each look for news reads the slots of all writers.
    slots = "game = -1 AND owner = 0 AND world > 0"
    for _ in range(3):
        with cloudvars.open(url) as store, store.room(limits=False) as room:
            threads = [threading.Thread(target=commit, args=(room.score, add(1, user))) for user in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert count(slots) >= 1
        assert count(slots) == 0
    with cloudvars.open(url) as store, cloudvars.open(url) as other:
        heard = []
        listener = other.room()
        assert listener.score.subscribe_message("news", heard.append)
        store.room().score.publish_message("news", 5)
        store.close()
        assert count(slots) == 1
        listener.tick()
        assert heard == [{"message": 5}]
        assert [gold(listener.score, user) for user in range(8)] == [3] * 8
