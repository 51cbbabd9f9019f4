"""``cloudvars.copy``: a whole store to another place, bit for bit."""

import os

import cloudvars
import pytest
from cloudvars import CloudValueError, StoreError
from contents import told
from copies import BOTH_WAYS, filled, many


@pytest.mark.parametrize(("source", "target"), BOTH_WAYS)
def test_everything_arrives_bit_for_bit(new_address, clock, source, target):
    # V-2
    a, b, back = new_address(source), new_address(target), new_address(source)
    dump = filled(a, clock)
    copied = cloudvars.copy(a, b)
    assert isinstance(copied, cloudvars.Copied)
    assert copied.rows == 61
    assert len(copied.checksum) == 64
    # the way back proves it: the checksum is of all columns of all rows
    assert cloudvars.copy(b, back) == copied
    with cloudvars.open(a, clock=clock) as one, cloudvars.open(b, clock=clock) as two:
        assert two.dump() == one.dump() == dump
        assert told(two) == told(one)


@pytest.mark.parametrize(("source", "target"), BOTH_WAYS[:3])
def test_the_copy_goes_on_where_the_source_was(new_address, clock, source, target):
    # L-1 S-2 H-5
    a, b = new_address(source), new_address(target)
    filled(a, clock)
    cloudvars.copy(a, b)
    with cloudvars.open(a, clock=clock) as one, cloudvars.open(b, clock=clock) as two:
        known = {row["uuid"] for row in one.room().score.list_query(user_id=7, key="bag").data}
        answers = []
        for store in (one, two):
            room = store.room(limits=False)
            score = room.score
            c = score.get_commit()
            c.money_cost(user_id=-1, key="gold", value=2**62 - 3)
            fresh = c.list_add(user_id=7, key="bag", value={"name": "new"})
            assert c.commit().ok
            assert fresh > max(known)
            assert score.list_query(user_id=7, key="bag", limit=1).data[0]["uuid"] == fresh
            assert score.message_send(src_user_id=1, key="mail", target_user_id=7, value="hi").ok
            room.storage.LobbyGetStorage(answers.append, 7, ["kills", "bag"])
            room.storage.QueryLobbyUserItem(answers.append, 7)
            room.storage.LobbyGetStorageBySort(answers.append, "kills", False, 0, 10)
            answers.append([row["value"] for row in score.message_query(key="mail").data])
            answers.append(score.list_query(user_id=8, key="bag").data)
            answers.append(score.get(user_id=[-(2**63), 2**63 - 1], key=["\U0010ffff", "é"]).data)
            answers.append(score.money_get(user_id=-1, key="gold").data)
        half = len(answers) // 2
        assert answers[:half] == answers[half:]
        assert answers[0]["entity"]


def test_messages_that_wait_are_delivered_by_the_copy(new_address):
    # S-4
    a, b = new_address("mariadb"), new_address("mariadb")
    with cloudvars.open(a) as store:
        for number in range(3):
            assert store.room().score.message_send(src_user_id=1, key="k", target_user_id=5, value=number).ok
    cloudvars.copy(a, b)
    with cloudvars.open(b) as store:
        got, room = [], store.room()
        room.score.subscribe_channel(5, "k", got.append)
        room.tick()
        assert [message["value"] for message in got] == [0, 1, 2]


@pytest.mark.parametrize("target", ["file", "mariadb"])
def test_progress_rises_to_the_total(new_address, target):
    a = new_address()
    many(a, 25_000)
    calls = []
    rows = cloudvars.copy(
        a, new_address(target), progress=lambda done, total: calls.append((done, total))
    ).rows
    assert rows > 25_000
    assert {total for _, total in calls} == {rows}
    done = [done for done, _ in calls]
    assert done == sorted(set(done))
    assert done[0] == 0
    assert done[-1] == rows
    assert len(done) >= 4


@pytest.mark.parametrize("target", ["file", "mariadb"])
def test_an_empty_store_is_copied_too(new_address, target):
    a, b, calls = new_address(), new_address(target), []
    cloudvars.open(a).close()
    assert cloudvars.copy(a, b, progress=lambda *call: calls.append(call)).rows == 0
    assert calls == [(0, 0)]
    with cloudvars.open(b) as store:
        assert store.dump()["games"] == {}


@pytest.mark.parametrize("target", ["file", "mariadb"])
def test_what_an_opened_store_has_of_its_own_gives_way(new_address, target):
    # The number of a game is not data.
    a, b = new_address(), new_address(target)
    with cloudvars.open(b, game="first here") as store:
        store.room()
        c = store.room().score.get_commit()
        c.list_add(user_id=1, key="k", value=[])
        with pytest.warns(ResourceWarning):
            del c
    dump = many(a, 10)
    cloudvars.copy(a, b)
    with cloudvars.open(b) as store:
        assert store.dump() == dump
        assert list(dump["games"]) == ["default"]


@pytest.mark.parametrize("target", ["file", "mariadb"])
def test_a_store_that_holds_data_is_left_alone(new_address, target):
    a, b = new_address(), new_address(target)
    many(a, 10)
    before = many(b, 1)
    with pytest.raises(StoreError, match=r"target_url: it holds data already; an empty store is accepted"):
        cloudvars.copy(a, b)
    with cloudvars.open(b) as store:
        assert store.dump() == before


@pytest.mark.parametrize("kind", ["file", "mariadb"])
def test_a_store_is_not_copied_onto_itself(new_address, kind, tmp_path):
    a = new_address(kind)
    before = many(a, 10)
    other = a.replace("127.0.0.1", "localhost")
    if kind == "file":
        other = str(tmp_path / "link")
        os.symlink(a, other)
    for url in (a, other):
        with pytest.raises(CloudValueError, match="target_url: it is the source itself"):
            cloudvars.copy(a, url)
    with cloudvars.open(a) as store:
        assert store.dump() == before


@pytest.mark.parametrize(
    ("source", "target", "error", "part"),
    [
        (":memory:", "t", CloudValueError, "source_url: ':memory:'"),
        ("s", ":memory:", CloudValueError, "target_url: ':memory:'"),
        ("s", "", CloudValueError, "target_url: ''"),
        (5, "t", CloudValueError, "source_url: 5"),
        ("s", None, CloudValueError, "target_url: None"),
        ("nothing", "t", StoreError, "source_url: there is no store at 'nothing'"),
        ("s", "no/t", StoreError, "target_url: cannot open 'no/t'"),
        ("s", "text", StoreError, "target_url: 'text' is not a cloudvars store"),
        ("redis://x:hunter2@h", "t", StoreError, "source_url: 'redis://…'"),
        ("mysql://ann:hunter2@h", "t", CloudValueError, "source_url: the database is missing"),
        (
            "s",
            "mysql://ann:hunter2@127.0.0.1:1/d?timeout=0.1",
            StoreError,
            "target_url: no server can be used",
        ),
    ],
)
def test_what_cannot_be_copied(tmp_path, monkeypatch, source, target, error, part):
    # G-4
    monkeypatch.chdir(tmp_path)
    many("s", 1)
    (tmp_path / "text").write_text("no store")
    with pytest.raises(error) as caught:
        cloudvars.copy(source, target)
    assert part in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert not (tmp_path / "nothing").exists()
    with pytest.raises(CloudValueError, match="durability: 'much'"):
        cloudvars.copy("s", "t", durability="much")


def test_a_database_without_a_store_is_no_source(new_address, mariadb):
    empty, target = new_address("mariadb"), new_address()
    with pytest.raises(StoreError, match="source_url: there is no store in database 'test_"):
        cloudvars.copy(empty, target)
    assert mariadb.execute(f"SHOW TABLES FROM {empty.rpartition('/')[2]}") == []
    assert not os.path.exists(target)


def test_a_target_that_cannot_be_written(new_address, mariadb):
    a, b = new_address(), new_address("mariadb")
    many(a, 10)
    cloudvars.open(b).close()
    mariadb.execute("CREATE OR REPLACE USER looker@'%' IDENTIFIED BY 'hunter2'")
    mariadb.execute("GRANT SELECT ON *.* TO looker@'%'")
    with pytest.raises(StoreError, match="target_url: .*give the user SELECT, INSERT") as caught:
        cloudvars.copy(a, f"mysql://looker:hunter2@{b.rpartition('@')[2]}")
    assert "hunter2" not in str(caught.value)
    cloudvars.copy(b, new_address())  # an empty store
    with pytest.raises(StoreError, match="source_url: there is no store"):
        cloudvars.copy(new_address(), b)


def test_deleted_rows_in_the_way(new_address):
    # The server keeps deleted rows for a while.
    a, b, c = new_address("mariadb"), new_address("mariadb"), new_address()
    with cloudvars.open(a) as store:
        with store.room().score.get_commit() as commit:
            uuids = [commit.list_add(user_id=1, key="k", value=[number]) for number in range(20)]
    cloudvars.copy(a, b)
    with cloudvars.open(b) as store:
        with store.room().score.get_commit() as commit:
            for uuid in uuids:
                commit.list_delete(uuid=uuid)
    copied = cloudvars.copy(a, b)
    with cloudvars.open(a) as one, cloudvars.open(b) as two:
        assert two.dump() == one.dump()
        assert [row["value"] for row in two.room().score.list_query(user_id=1, key="k").data][0] == [19]
    assert cloudvars.copy(b, c) == copied


def test_large_values(new_address, mariadb):
    a, b, back = new_address(), new_address("mariadb"), new_address()
    with cloudvars.open(a) as store:
        score = store.room(limits=False).score
        for number in range(12):
            c = score.get_commit()
            c.set(user_id=number, key="k", value=["x" * (number << 19)], s_value="y" * number)
            assert c.commit().ok
        dump = store.dump()
    assert cloudvars.copy(a, b) == cloudvars.copy(b, back)
    with cloudvars.open(back) as store:
        assert store.dump() == dump


def test_a_server_is_read_page_by_page(new_address, mariadb):
    # Each page begins at its place in the index, and reads no row before it.
    a = new_address("mariadb")
    many(a, 20_000)

    def reads():
        status = dict(mariadb.execute("SHOW GLOBAL STATUS LIKE 'Handler_read%'"))
        return int(status["Handler_read_next"]) + int(status["Handler_read_rnd_next"])

    before = reads()
    with cloudvars.open(a) as store:
        store.dump()
    assert 20_000 <= reads() - before + 100 < 30_000
    before = reads()
    rows = cloudvars.copy(a, new_address()).rows
    assert 3 * rows <= reads() - before + 100 < 4 * rows
