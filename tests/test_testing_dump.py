"""``store.dump``, ``store.load``, ``store.fork``: all data as text and back, and a copy that shares nothing."""

import json

import cloudvars
import pytest
from cloudvars import testing
from contents import fill, told
from hypothesis import given
from values import VALUES


def test_a_dump_comes_back_exactly(store, clock, tmp_path):
    # F-7 V-2
    dump = fill(store).dump(tmp_path / "golden.json")
    assert json.loads((tmp_path / "golden.json").read_text("utf-8")) == dump
    for source in (dump, tmp_path / "golden.json", str(tmp_path / "golden.json")):
        with cloudvars.open(clock=clock) as other:
            other.room()  # a game's number is no data
            other.load(source)
            assert other.dump() == dump
            assert told(other) == told(store)
            assert list(told(other)[0].data[0]["value"]) == [5, "#5", "z"]


def test_the_same_story_gives_the_same_text(tmp_path):
    # F-7
    texts = []
    for n in range(2):
        with testing.cloud() as store:
            fill(store).dump(tmp_path / str(n))
            texts.append((tmp_path / str(n)).read_text("utf-8"))
    assert texts[0] == texts[1]
    line = '{"user_id": -1, "key": "gold", "value": 4611686018427387904, "version": 1'
    assert sum(text.startswith(line) for text in texts[0].splitlines()) == 2


@pytest.mark.filterwarnings("ignore:a committer of room:ResourceWarning")
def test_ids_go_on_after_the_loaded_ones(store, target, tmp_path, clock):
    # F-7 L-1
    dump = fill(store).dump()
    with cloudvars.open(clock=clock) as other:
        score = other.room().score
        early = score.get_commit().list_add(user_id=1, key="k", value={})
        other.load(dump)
        known = {row["uuid"] for game in dump["games"].values() for row in game["list"]} | {early}
        c = score.get_commit()
        assert known.isdisjoint(c.list_add(user_id=7, key="bag", value={}) for _ in range(2000))
        assert c.commit().ok
        newest = score.list_query(user_id=7, key="bag", limit=1).data[0]["value"]
        assert newest == {}


def test_counted_ids_go_on_after_the_loaded_ones():
    # F-7 L-1
    with testing.cloud() as one, testing.cloud() as two:
        fill(one)
        two.load(one.dump())
        c = two.room().score.get_commit()
        assert c.list_add(user_id=7, key="bag", value={}) > 4
        assert c.commit().ok


@given(value=VALUES)
def test_any_value_comes_back(value):
    # F-7 V-2
    with testing.cloud() as one, testing.cloud() as two:
        with one.room().score.get_commit() as c:
            c.set(user_id=7, key="k", value={"v": value})
        two.load(one.dump())
        assert two.room().score.get(user_id=7, key="k") == one.room().score.get(user_id=7, key="k")
        assert two.dump() == one.dump()


def test_a_store_that_holds_data_is_not_loaded(store):
    # F-7
    dump = fill(store).dump()
    with pytest.raises(cloudvars.StoreError, match="holds data already"):
        store.load(dump)
    assert store.dump() == dump


def test_a_player_who_joined_is_data(store, make_room):
    # F-7, O-1
    with testing.cloud() as other:
        dump = fill(other).dump()
    make_room().player_join(5)
    before = store.dump()
    with pytest.raises(cloudvars.StoreError, match="holds data already"):
        store.load(dump)
    assert store.dump() == before


def general(**fields):
    row = {"user_id": 7, "key": "k", "version": 1, **fields}
    return {"cloudvars": 1, "next_id": 1, "joined": [], "games": {"default": {"general": [row]}}}


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ({}, "cloudvars"),
        ({**general(), "cloudvars": 2}, "cloudvars: 2"),
        ({**general(), "more": 1}, "more"),
        ({**general(), "games": {"default": {"gold": []}}}, "'gold' is no kind"),
        (general(user_id=None), "games.default.general[0].user_id: null"),
        (general(user_id=2**63), "int64"),
        (general(key=""), "general[0].key"),
        (general(key="k" * 181), "general[0].key"),
        (general(key=5), "general[0].key: 5"),
        (general(gold=5), "unknown field 'gold'"),
        (general(version=0), "general[0].version: 0"),
        (general(created="yesterday"), "general[0].created"),
        (general(value={"#x": 1}), "#x"),
        (general(value=float("nan")), "source"),
        (general(value={1, 2}), "source"),
        (5, "source"),
    ],
)
def test_what_is_no_dump_is_refused_whole(source, part):
    # F-7 G-4
    with testing.cloud() as store:
        with pytest.raises(cloudvars.CloudValueError) as raised:
            store.load(source)
        assert part in str(raised.value)
        assert store.dump()["games"] in ({}, {"default": {}})


def test_twice_the_same_row_is_refused():
    # F-7
    with testing.cloud() as store:
        source = general()
        source["games"]["default"]["general"] *= 2
        with pytest.raises(cloudvars.CloudValueError, match="stands twice"):
            store.load(source)
        with pytest.raises(FileNotFoundError):
            store.load("no such file")


def test_a_fork_shares_nothing(store, clock):
    # F-7
    fork = fill(store).fork()
    assert fork.dump() == store.dump()
    assert told(fork) == told(store)
    before = store.dump()
    with fork.room().score.get_commit() as c:
        c.money_cost(user_id=-1, key="gold", value=1)
        c.list_add(user_id=7, key="bag", value={})
    fork.clock.advance(days=40)
    fork.faults.fail("get", 1213)
    assert store.dump() == before != fork.dump()
    assert store.clock.now() != fork.clock.now()
    assert store.room().score.get(user_id=7, key="k").ok
    fork.close()
    assert store.dump() == before


def test_a_fork_of_many_rows():
    # F-7
    with testing.cloud() as store:
        score = store.room(limits=False).score
        with score.get_commit() as c:
            for n in range(10_000):
                c.set(user_id=n, key="k", i_value=n)
        with store.fork() as fork:
            rows = fork.room().score.get(user_id=list(range(10_000)), key="k").data
            assert [row["i_value"] for row in rows] == list(range(10_000))


@pytest.mark.parametrize("call", ["load", "load_csv"])
def test_a_file_that_cannot_be_read_is_named(call, tmp_path):
    # F-7, A-1
    with cloudvars.open() as store:
        read = store.load if call == "load" else store.achievements.load_csv
        for where, kind in ((tmp_path / "nowhere", FileNotFoundError), (tmp_path, IsADirectoryError)):
            with pytest.raises(kind) as refused:
                read(where)
            with pytest.raises(kind) as plain:
                where.read_text("utf-8")
            assert str(refused.value) == str(plain.value)
            assert refused.value.errno == plain.value.errno
