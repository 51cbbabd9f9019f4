"""``cloudvars.copy``: a whole store to another place, bit for bit, whatever stops it on the way."""

import os
import random
import time

import cloudvars
import pytest
from cloudvars import CloudValueError, StoreError, cli
from test_testing_dump import fill, told

BOTH_WAYS = [("file", "file"), ("file", "mariadb"), ("mariadb", "file"), ("mariadb", "mariadb")]
COPY = """if True:
    import cloudvars, sys
    print("begins", flush=True)
    cloudvars.copy(sys.argv[1], sys.argv[2])
"""


@pytest.fixture
def new(request, tmp_path):
    """Makes the address of a new store."""
    names = iter(range(99))

    def new(kind="file"):
        if kind == "mariadb":
            return request.getfixturevalue("mariadb").new_database()
        return str(tmp_path / f"store-{next(names)}")

    return new


def fill_all(store):
    """What dumps show, and all else that a store may hold: storage, orders, boards, deleted and swept rows."""
    fill(store)
    room = store.room(limits=False)
    score, storage = room.score, room.storage
    store.storage.sort_keys("kills")
    room.player_join(7)
    storage.LobbySetStorageAndUserItem(
        lambda answer: None,
        7,
        None,
        lambda: [{"key": "kills", "value": 5}, {"key": "bag", "value": {"猫": [1]}}],
    )
    storage.place_order(7, "sword", 2)
    storage.set_nickname(7, "名")
    storage.LobbyGetStorageBySort(lambda answer: None, "kills", False, 0, 10)
    c = score.get_commit()
    gone = [c.list_add(user_id=8, key="bag", value=[number]) for number in range(4)]
    c.set(user_id=-(2**63), key="\U0010ffff", s_value="a\0b", value=["\0"], i_value=2**63 - 1)
    c.set(user_id=2**63 - 1, key="é", s_value="")
    assert c.commit().ok
    c = score.get_commit()
    for uuid in gone[1:]:
        c.list_delete(uuid=uuid)
    assert c.commit().ok
    sent = score.message_send(src_user_id=1, key="mail", target_user_id=9, value=["x"])
    score.message_delete(objectId=sent.data["objectId"])
    score.publish_message("news", "now or never")


def filled(url, clock):
    with cloudvars.open(url, clock=clock) as store:
        fill_all(store)
        return store.dump()


def many(url, rows=3000):
    """Fills a store with rows of some users."""
    with cloudvars.open(url, durability="off" if "://" not in url else "full") as store:
        score = store.room(limits=False).score
        for first in range(0, rows, 1000):
            c = score.get_commit()
            for number in range(first, min(first + 1000, rows)):
                c.set(user_id=number % 7, key=f"k{number}", value=["v" * (number % 50)], i_value=number)
            assert c.commit().ok
        return store.dump()


@pytest.mark.parametrize(("source", "target"), BOTH_WAYS)
def test_everything_arrives_bit_for_bit(new, clock, source, target):
    # C-6 V-2
    a, b, back = new(source), new(target), new(source)
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
def test_the_copy_goes_on_where_the_source_was(new, clock, source, target):
    # L-1 S-2 H-5
    a, b = new(source), new(target)
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


def test_messages_that_wait_are_delivered_by_the_copy(new):
    # S-4
    a, b = new("mariadb"), new("mariadb")
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
def test_progress_rises_to_the_total(new, target):
    # G-4
    a = new()
    many(a, 25_000)
    calls = []
    rows = cloudvars.copy(a, new(target), progress=lambda done, total: calls.append((done, total))).rows
    assert rows > 25_000
    assert {total for _, total in calls} == {rows}
    done = [done for done, _ in calls]
    assert done == sorted(set(done))
    assert done[0] == 0
    assert done[-1] == rows
    assert len(done) >= 4


@pytest.mark.parametrize("target", ["file", "mariadb"])
def test_an_empty_store_is_copied_too(new, target):
    # G-4
    a, b, calls = new(), new(target), []
    cloudvars.open(a).close()
    assert cloudvars.copy(a, b, progress=lambda *call: calls.append(call)).rows == 0
    assert calls == [(0, 0)]
    with cloudvars.open(b) as store:
        assert store.dump()["games"] == {}


@pytest.mark.parametrize("target", ["file", "mariadb"])
def test_what_an_opened_store_has_of_its_own_gives_way(new, target):
    # F-7: a game's number is no data
    a, b = new(), new(target)
    with cloudvars.open(b, game="first here") as store:
        store.room()
        store.room().score.get_commit().list_add(user_id=1, key="k", value=[])
    dump = many(a, 10)
    cloudvars.copy(a, b)
    with cloudvars.open(b) as store:
        assert store.dump() == dump
        assert list(dump["games"]) == ["default"]


@pytest.mark.parametrize("target", ["file", "mariadb"])
def test_a_store_that_holds_data_is_left_alone(new, target):
    # F-7
    a, b = new(), new(target)
    many(a, 10)
    before = many(b, 1)
    with pytest.raises(StoreError, match=r"target_url: it holds data already; an empty store is accepted"):
        cloudvars.copy(a, b)
    with cloudvars.open(b) as store:
        assert store.dump() == before


@pytest.mark.parametrize("kind", ["file", "mariadb"])
def test_a_store_is_not_copied_onto_itself(new, kind, tmp_path):
    # G-4
    a = new(kind)
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
    # G-4 C-6
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


def test_a_database_without_a_store_is_no_source(new, mariadb):
    # G-4
    empty, target = new("mariadb"), new()
    with pytest.raises(StoreError, match="source_url: there is no store in database 'test_"):
        cloudvars.copy(empty, target)
    assert mariadb.execute(f"SHOW TABLES FROM {empty.rpartition('/')[2]}") == []
    assert not os.path.exists(target)


def test_a_target_that_cannot_be_written(new, mariadb):
    # C-6
    a, b = new(), new("mariadb")
    many(a, 10)
    cloudvars.open(b).close()
    mariadb.execute("CREATE OR REPLACE USER looker@'%' IDENTIFIED BY 'hunter2'")
    mariadb.execute("GRANT SELECT ON *.* TO looker@'%'")
    with pytest.raises(StoreError, match="target_url: .*give the user SELECT, INSERT") as caught:
        cloudvars.copy(a, f"mysql://looker:hunter2@{b.rpartition('@')[2]}")
    assert "hunter2" not in str(caught.value)
    cloudvars.copy(b, new())  # an empty store
    with pytest.raises(StoreError, match="source_url: there is no store"):
        cloudvars.copy(new(), b)


def stop_after(calls):
    """A progress function that stops the copy at its n-th call."""

    def progress(done, total):
        nonlocal calls
        calls -= 1
        if calls == 0:
            raise KeyboardInterrupt

    return progress


def half_copied(a, b, rows=25_000):
    """Copies some of a new store's rows."""
    dump = many(a, rows)
    with pytest.raises(KeyboardInterrupt):
        cloudvars.copy(a, b, progress=stop_after(2))
    return dump


@pytest.mark.parametrize("target", ["file", "mariadb"])
def test_a_stopped_copy_goes_on(new, target):
    # C-6
    a, b = new(), new(target)
    dump = half_copied(a, b)
    for url in (b, b, str(b)):
        with pytest.raises(StoreError, match=r"is half copied from '.*' \(1\d{4} of 2\d{4} rows\)"):
            cloudvars.open(url)
    with pytest.raises(StoreError, match=r"source_url: .*is half copied"):
        cloudvars.copy(b, new())
    done = []
    cloudvars.copy(a, b, progress=lambda *call: done.append(call[0]))
    assert done[0] >= 10_000
    with cloudvars.open(b) as store:
        assert store.dump() == dump


@pytest.mark.parametrize("target", ["file", "mariadb"])
def test_a_source_that_changed_since_is_not_mixed(new, target):
    # C-1
    a, b = new(), new(target)
    half_copied(a, b)
    with cloudvars.open(a) as store, store.room().score.get_commit() as c:
        c.addi(user_id=0, key="k0", value=1)
    with pytest.raises(
        StoreError, match=r"target_url: it holds a part of .* as that was then.*Empty the target"
    ):
        cloudvars.copy(a, b)
    with pytest.raises(StoreError, match="half copied"):
        cloudvars.open(b)


@pytest.mark.parametrize("when", [1, 2, 3])
@pytest.mark.parametrize("source", ["file", "mariadb"])
def test_a_source_that_changes_meanwhile_is_noticed(new, source, when):
    # C-1: before, behind and beside the place where the copy is
    a, b = new(source), new()
    many(a, 25_000)
    with cloudvars.open(a) as store:
        calls = []

        def progress(done, total):
            calls.append(done)
            if len(calls) == when:
                with store.room().score.get_commit() as c:
                    c.addi(user_id=0, key="k0", value=1)
                    c.addi(user_id=6, key="k6", value=-1)

        with pytest.raises(
            StoreError, match=r"source_url: it was changed while it was copied: it held \d+ rows"
        ):
            cloudvars.copy(a, b, progress=progress)
    assert len(calls) >= when
    with pytest.raises(StoreError, match="half copied"):
        cloudvars.open(b)


@pytest.mark.parametrize("target", ["file", "mariadb"])
def test_whoever_writes_to_the_target_is_noticed(new, target):
    # C-1
    a, b = new(), new(target)
    many(a, 25_000)
    with cloudvars.open(b) as store:
        room = store.room()

        def progress(done, total):
            if done:
                with room.score.get_commit() as c:
                    c.addi(user_id=100, key="mine", value=1)

        with pytest.raises(
            StoreError, match="target_url: it does not hold what was copied, somebody else wrote"
        ):
            cloudvars.copy(a, b, progress=progress)


def test_two_copies_to_one_target(new):
    # C-7
    a, b = new(), new()
    many(a, 25_000)

    def progress(done, total):
        if done and done < total:
            cloudvars.copy(a, b)  # takes over, and ends well

    with pytest.raises(StoreError, match="target_url: another copy writes to it"):
        cloudvars.copy(a, b, progress=progress)
    with cloudvars.open(a) as one, cloudvars.open(b) as two:
        assert two.dump() == one.dump()


@pytest.mark.parametrize(("source", "target"), BOTH_WAYS[:3])
def test_a_killed_copy_goes_on_and_ends_right(new, start_python, source, target):
    # C-6
    a = new(source)
    dump = many(a, 20_000)
    begins = time.monotonic()
    copied = cloudvars.copy(a, new(target))
    seconds = time.monotonic() - begins
    chance, stopped = random.Random(source + target), set()
    while len(stopped) < 3:
        b, state = new(target), "nothing"
        while state != "whole":
            child = start_python("-c", COPY, a, b)
            assert child.stdout.readline() == "begins\n"
            time.sleep(chance.uniform(0, 1.5 * seconds))
            child.kill()
            child.wait()
            try:
                with cloudvars.open(b) as store:
                    found = store.dump()
                assert found == dump or found["games"] == {}
                state = "whole" if found == dump else "nothing"
            except StoreError as error:
                stopped.add(str(error).partition("half copied")[2])
        # the checksum of the way back
        assert cloudvars.copy(b, new()) == copied


def test_deleted_rows_in_the_way(new):
    # L-2: the server keeps them for a while
    a, b, c = new("mariadb"), new("mariadb"), new()
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


def test_large_values(new, mariadb):
    #
    a, b, back = new(), new("mariadb"), new()
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


def test_a_server_is_read_page_by_page(new, mariadb):
    # C-6: each page begins at its place in the index, and reads no row before it
    a = new("mariadb")
    many(a, 20_000)

    def reads():
        status = dict(mariadb.execute("SHOW GLOBAL STATUS LIKE 'Handler_read%'"))
        return int(status["Handler_read_next"]) + int(status["Handler_read_rnd_next"])

    before = reads()
    with cloudvars.open(a) as store:
        store.dump()
    assert 20_000 <= reads() - before + 100 < 30_000
    before = reads()
    rows = cloudvars.copy(a, new()).rows
    assert 3 * rows <= reads() - before + 100 < 4 * rows


def test_the_command(new, capsys, monkeypatch):
    # C-6
    a, b = new(), new("mariadb")
    many(a, 10)
    monkeypatch.setenv("THERE", b)
    assert cli.main(["copy", a, "env:THERE"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    rows, what, algorithm, checksum = out.split()
    back = new()
    assert cli.main(["copy", "env:THERE", back, "--durability", "normal"]) == 0
    assert capsys.readouterr().out == f"{rows} rows, SHA-256 {checksum}\n"
    assert cli.main(["copy", a, back]) == 2
    assert (
        capsys.readouterr().err
        == "cloudvars: target_url: it holds data already; an empty store is accepted\n"
    )
    assert cli.main(["copy", a, "env:NOWHERE"]) == 2
    assert capsys.readouterr().err == "cloudvars: the environment variable NOWHERE is not set\n"


def test_the_command_shows_how_far_it_is(new, capsys, monkeypatch):
    # C-6
    a, b = new(), new()
    many(a, 25_000)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr(cli.Steps, "__iter__", interrupted(cli.Steps.__iter__))
    assert cli.main(["copy", a, b]) == 130
    assert "stopped; the same command goes on from there" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert cli.main(["copy", a, b]) == 0
    shown = capsys.readouterr().err.split("\r")
    assert shown[-1] == "\x1b[K"
    assert any(line.startswith("copy 20") for line in shown)


def interrupted(steps):
    """As if Ctrl-C came in the middle."""

    def run(self):
        for phase, done, total in steps(self):
            yield phase, done, total
            if phase == "copy" and done:
                raise KeyboardInterrupt

    return run
