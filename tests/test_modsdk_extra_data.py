"""What mods attach to entities and the level, and the save that outlives the host."""

import copy
import json

import cloudvars
import pytest
from cloudvars import modsdk
from hypothesis import given
from hypothesis import strategies as st
from stores import one_store

BASIC = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def of(game, entity_id):
    return game.import_module("server.extraServerApi").GetEngineCompFactory().CreateExtraData(entity_id)


def test_data_of_entities_and_of_the_level(empty_game, factory):
    # E-10
    empty_game.join(7)
    cow = empty_game.spawn("minecraft:cow")
    for entity_id in ("7", cow, "-1"):
        comp = factory.CreateExtraData(entity_id)
        assert (comp.GetExtraData("a"), comp.GetWholeExtraData()) == (None, {})
        bag = {"gold": [1, 2]}
        assert comp.SetExtraData("bag", bag) is True
        bag["gold"].append(3)  # a change of what was set, or of what was read, is none of the data
        comp.GetExtraData("bag")["gold"].append(4)
        comp.GetWholeExtraData()["bag"]["gold"].append(5)
        assert comp.GetWholeExtraData() == {"bag": {"gold": [1, 2]}}
        assert comp.SetExtraData(key="who", value=entity_id, autoSave=False) is True
        assert (comp.SaveExtraData(), comp.GetExtraData("who")) == (True, entity_id)
        assert (comp.CleanExtraData("bag"), comp.CleanExtraData("bag")) == (True, False)
        assert comp.GetWholeExtraData() == {"who": entity_id}
    nobody = factory.CreateExtraData("9")
    assert (nobody.SetExtraData("a", 1), nobody.SaveExtraData(), nobody.CleanExtraData("a")) == (False,) * 3
    assert (nobody.GetExtraData("a"), nobody.GetWholeExtraData()) == (None, None)
    assert (empty_game.entity(7).extra, empty_game.level.extra) == ({"who": "7"}, {"who": "-1"})


@pytest.mark.parametrize("value", [object(), {"a": object()}, [len], {1, 2}, {(1, 2): 3}, b"x"])
def test_only_basic_types(empty_game, factory, caplog, value):
    # E-10
    comp = factory.CreateExtraData("-1")
    assert comp.SetExtraData("a", value) is False
    assert "and numbers, texts, lists, tuples and dicts are accepted" in caplog.text
    assert comp.GetWholeExtraData() == {}


def test_the_save_outlives_the_host(store, make_room):
    # E-10
    with modsdk.host(make_room("lobby-1")) as game:
        game.join("-42", uid=7)
        of(game, "-1").SetExtraData("opened", {"at": 5, "by": (1, 2)})
        of(game, "-42").SetExtraData("gold", 3)
        of(game, "-42").SetExtraData("not saved", 1, False)
        of(game, game.spawn("minecraft:cow")).SetExtraData("a", 1)
    with modsdk.host(make_room("lobby-1")) as game:
        assert of(game, "-1").GetExtraData("opened") == {"at": 5, "by": [1, 2]}  # the save has JSON
        assert of(game, "7").GetWholeExtraData() is None
        game.join("-43", uid=7)  # the save knows people by their uid
        assert of(game, "-43").GetWholeExtraData() == {"gold": 3}
        of(game, "-43").CleanExtraData("gold")
        of(game, "-1").CleanExtraData("opened")
    with modsdk.host(make_room("lobby-1")) as game:
        game.join("-42", uid=7)
        assert (of(game, "-42").GetWholeExtraData(), game.level.extra) == ({}, {})
    assert "save" not in json.dumps(store.dump())  # what is empty leaves no row


def test_each_room_has_its_own_save(store, make_room):
    # E-10
    with modsdk.host(make_room("A")) as a, modsdk.host(make_room("B")) as b:
        of(a, "-1").SetExtraData("who", "a")
        assert of(b, "-1").GetExtraData("who") is None
        of(b, "-1").SetExtraData("who", "b")
    other = store.room("A", game="other")
    with modsdk.host(make_room("A")) as a, modsdk.host(other) as third:
        assert (of(a, "-1").GetExtraData("who"), of(third, "-1").GetExtraData("who")) == ("a", None)
    other.close()


@one_store
def test_the_save_is_in_the_dump(store, make_room):
    # E-10, F-7
    with modsdk.host(make_room("lobby")) as game:
        game.join(7)
        of(game, "-1").SetExtraData("round", 3)
        of(game, "7").SetExtraData("gold", 5)
        quota = make_room("lobby").budget()
        assert quota["writes"] == 300  # none of it is a call of the cloud
    dump = store.dump()
    rows = dump["games"]["default"]["save"]
    assert [{key: row[key] for key in ("room", "value")} for row in rows] == [
        {"room": "lobby", "value": {"extra": {"round": 3}}},
        {"room": "lobby", "value": {"extra": {"gold": 5}}},
    ]
    with cloudvars.open() as other:
        other.load(copy.deepcopy(dump))
        with modsdk.host(other.room("lobby")) as game:
            game.join(7)
            assert (of(game, "-1").GetExtraData("round"), of(game, "7").GetExtraData("gold")) == (3, 5)
        assert other.dump() == dump


@given(value=BASIC)
def test_what_is_attached_comes_back(value):
    # E-10
    with cloudvars.open() as store:
        for _ in range(2):
            with modsdk.host(store.room("r")) as game:
                comp = of(game, "-1")
                if comp.GetWholeExtraData():
                    assert comp.GetExtraData("a") == value
                    return
                assert comp.SetExtraData("a", value) is True
    raise AssertionError("nothing was saved")


def test_what_the_save_cannot_hold(empty_game, factory, caplog):
    # E-10
    comp = factory.CreateExtraData("-1")
    assert comp.SetExtraData("a", 2**64) is False
    assert "the save: " in caplog.text
    assert comp.SetExtraData("a", 2**64, False) is True  # it is there until the room ends
    assert comp.SaveExtraData() is False


def test_mod_attr(make_room):
    # E-10
    def attr(game, who):
        return game.import_module("server.extraServerApi").GetEngineCompFactory().CreateModAttr(who)

    with modsdk.host(make_room("A")) as game:
        game.join(7)
        comp = attr(game, "7")
        assert (comp.GetAttr("a"), comp.GetAttr("a", 5)) == (None, 5)
        comp.SetAttr("a", [1])
        comp.GetAttr("a").append(2)
        assert comp.GetAttr("a") == [1]
        comp.SetAttr("later", 1, True, False)  # belongs into the save, and is not there yet
        comp.SetAttr("kept", 2, needRestore=True)  # this puts both there
        comp.SetAttr("lost", 3, True, False)
        attr(game, "-1").SetAttr("level", 4, True)
        of(game, "7").SetExtraData("extra", 5)
    with modsdk.host(make_room("A")) as game:
        game.join(7)
        comp = attr(game, "7")
        found = [comp.GetAttr(name) for name in ("a", "later", "kept", "lost", "extra")]
        assert (found, attr(game, "-1").GetAttr("level")) == ([None, 1, 2, None, None], 4)
        comp.SetAttr("new", 6, True, False)
        comp.SaveAttr()
        comp.SetAttr("x", object())
        assert comp.GetAttr("x") is None
    with modsdk.host(make_room("A")) as game:
        game.join(7)
        assert [attr(game, "7").GetAttr(name) for name in ("later", "kept", "new")] == [1, 2, 6]
