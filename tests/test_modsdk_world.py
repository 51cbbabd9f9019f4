"""Who is near, who passes a filter, directions and colors, and the room in the lobby."""

import json
import math

import cloudvars
import pytest
from cloudvars import modsdk
from cloudvars.modsdk.world.positions import direction_of, rotation_of
from hypothesis import given
from hypothesis import strategies as st


def test_who_is_around(empty_game, factory):
    # E-7
    empty_game.join(7)
    near, edge, far = (empty_game.spawn("minecraft:cow", (x, 0, 0)) for x in (2, 5.2, 6))
    below = empty_game.spawn("minecraft:zombie", (0, -4, 0))
    other = empty_game.spawn("minecraft:cow", (1, 0, 0), dimension=1)
    comp = factory.CreateGame("-1")
    assert comp.GetEntitiesAround("7", 5, {}) == ["7", near, edge, below]
    assert comp.GetEntitiesAround("7", 5, None) == ["7", near, edge, below]
    assert comp.GetEntitiesAround("9", 5, {}) == []
    assert comp.GetEntitiesAround("7", 5, 9) == []
    assert comp.GetEntitiesAroundByType("7", 5, 0x1300) == [near, edge]  # animals
    assert comp.GetEntitiesAroundByType(other, 5, 0x100) == [other]
    assert comp.GetEntitiesInSquareArea(None, (5, 0, -1), (7, 1, 1), 0) == [edge, far]
    assert comp.GetEntitiesInSquareArea(None, (2.3, 0, -1), (3, 1, 1)) == []  # a face in common is not enough
    assert factory.CreateGame(other).GetEntitiesInSquareArea(None, (0, 0, -1), (3, 1, 1)) == [other]
    assert comp.GetEntitiesInSquareArea(None, (7, 1, 1), (5, 0, -1)) == []
    assert comp.GetEntitiesInSquareArea(None, "x", (5, 0, -1)) == []
    factory.CreateCollisionBox(far).SetSize((4.0, 1.0))
    assert far in comp.GetEntitiesAround("7", 5, {})


def family(value, **more):
    return {"test": "is_family", "subject": "other", "value": value, **more}


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (family("cow"), "cow"),
        (family("cow", operator="!="), "7 zombie"),
        ({"any_of": [family("cow"), family("monster")]}, "cow zombie"),
        ({"all_of": [family("mob"), family("monster", operator="not")]}, "cow"),
        ({"none_of": [family("mob")]}, "7"),
        ([family("mob"), family("undead")], "zombie"),
        ({"any_of": family("player")}, "7"),
        (
            {"test": "is_family", "value": "player"},
            "7 cow zombie",
        ),  # the subject is oneself unless it is given
        ({"test": "has_tag", "subject": "other", "value": "red"}, "cow"),
        ({"test": "has_mob_effect", "subject": "other", "value": "speed"}, "zombie"),
        ({"test": "is_name", "subject": "other", "value": "Anna"}, "7"),
        ({"test": "on_fire", "subject": "other"}, "zombie"),
    ],
)
def test_filters(empty_game, factory, filters, passing):
    # E-7
    empty_game.join(7, "Anna")
    ids = {"7": "7", **{name: empty_game.spawn(f"minecraft:{name}") for name in ("cow", "zombie")}}
    factory.CreateTag(ids["cow"]).AddEntityTag("red")
    factory.CreateEffect(ids["zombie"]).AddEffectToEntity("speed", 5, 0, True)
    factory.CreateAttr(ids["zombie"]).SetEntityOnFire(5)
    found = factory.CreateGame("-1").GetEntitiesAround("7", 3, filters)
    assert found == [ids[name] for name in passing.split()]


def test_an_unknown_filter_lets_everything_pass_and_says_so(empty_game, factory, caplog):
    # E-7
    empty_game.join(7)
    filters = {"test": "is_weather", "value": "rain"}
    assert factory.CreateGame("-1").GetEntitiesAround("7", 3, filters) == ["7"]
    assert "the test 'is_weather' is not simulated, and lets everything pass; is_family, " in caplog.text


ANGLES = st.tuples(st.floats(-89, 89), st.floats(-179, 179))
PARTS = st.floats(-100, 100)


@given(rot=ANGLES)
def test_directions_and_rotations_are_reverses(rot):
    # E-11
    direction = direction_of(rot)
    assert math.hypot(*direction) == pytest.approx(1)
    assert rotation_of(direction) == pytest.approx(rot, abs=1e-6)


def test_directions(server_api):
    # E-11
    assert server_api.GetDirFromRot((0, 0)) == pytest.approx((0, 0, 1))
    assert server_api.GetDirFromRot((0, 90)) == pytest.approx((-1, 0, 0))
    assert server_api.GetDirFromRot((90, 0)) == pytest.approx((0, -1, 0))
    assert server_api.GetRotFromDir((1, 0, 1)) == pytest.approx((0, -45))
    assert server_api.GetRotFromDir((0, 1, 0)) == (-90, 0)
    assert server_api.GetIntPos((1.2, -1.3, 1.4)) == (1, -2, 1)
    assert [server_api.GetDirFromRot(None), server_api.GetRotFromDir("x"), server_api.GetIntPos(5)] == [
        None
    ] * 3


@given(pos=st.tuples(PARTS, PARTS, PARTS), at=st.tuples(PARTS, PARTS, PARTS), turn=st.floats(-179, 179))
def test_local_and_world_positions_are_reverses(pos, at, turn):
    # E-11
    with cloudvars.open() as store, modsdk.host(store.room()) as game:
        api = game.import_module("server.extraServerApi")
        cow = game.spawn("minecraft:cow", at, rot=(10, turn))
        world = api.GetWorldPosFromLocal(pos, cow)
        assert api.GetLocalPosFromWorld(world, cow) == pytest.approx(pos, abs=1e-6)
        ahead = api.GetWorldPosFromLocal((0, 0, 1), cow)
        looks = api.GetDirFromRot((0, turn))
        assert tuple(part - own for part, own in zip(ahead, at)) == pytest.approx(looks, abs=1e-6)
        assert api.GetWorldPosFromLocal(pos, "9") is None


def test_what_else_the_api_says(empty_game, server_api, caplog):
    # E-11
    assert (server_api.GenerateColor("RED"), server_api.GenerateColor("bold")) == ("\xa7c", "\xa7l")
    assert server_api.GenerateColor("PINKISH") == ""
    assert "GenerateColor: color: 'PINKISH'; BLACK, " in caplog.text
    assert (server_api.GetEntityLimit(), server_api.SetEntityLimit(50), server_api.GetEntityLimit()) == (
        200,
        True,
        50,
    )
    assert server_api.GetHostPlayerId() is None
    empty_game.join(7)
    empty_game.join(8)
    assert server_api.GetHostPlayerId() == "7"
    assert (server_api.StartProfile(), server_api.StopProfile("x.svg"), server_api.GetServerTickTime()) == (
        True,
        True,
        50,
    )
    assert server_api.GetMinecraftVersion().count(".") == 2
    assert server_api.AddEntityTickEventWhiteList("minecraft:cow") is True
    server_api.PostMcpModDump("silent")
    server_api.SetMcpModLogCanPostDump(True)
    server_api.PostMcpModDump("loud %s", 5)
    assert "silent" not in caplog.text
    assert "loud 5" in caplog.text
    goal = server_api.GetCustomGoalCls()("7", {"a": 1})
    assert (goal.GetEntityId(), goal.GetArgs(), goal.CanUse()) == ("7", {"a": 1}, False)


def test_configuration_of_a_pack(make_room, pack):
    # E-11
    mod = pack("import mod.server.extraServerApi as s\nclass System(s.GetServerSystemCls()): pass\n")
    (mod / "modconfigs").mkdir()
    (mod / "modconfigs" / "monster.json").write_text(json.dumps({"health": 5}))
    with modsdk.host(make_room(), mod=mod) as game:
        api = game.import_module("server.extraServerApi")
        assert api.GetModConfigJson("modconfigs/monster.json") == {"health": 5}
        assert api.GetModConfigJson("modconfigs/nothing.json") == {}


def test_the_room_in_the_lobby(empty_game, factory):
    # E-11
    comp = factory.CreateLobbyGame("-1")
    assert comp.GetHostPlayerUid() is None
    empty_game.join("-42", uid=7)
    empty_game.join(8)
    assert comp.GetHostPlayerUid() == 7
    assert (comp.TransferRoomHost("8"), comp.GetHostPlayerUid(), comp.TransferRoomHost("9")) == (
        True,
        8,
        False,
    )
    assert (comp.TransferRoomHostByUid(7), comp.GetHostPlayerUid()) == (True, 7)
    assert (comp.SetRoomMeta("map", {"name": "x"}), comp.SetRoomMeta("map", object())) == (True, False)
    answers = []
    assert comp.GetRoomMeta(answers.append, 1) is True
    assert comp.GetPlayerRoomId(answers.append, 7) is True
    assert comp.GetPlayerRoomId(answers.append, 99) is True
    assert answers == []  # they come with the tick
    empty_game.tick()
    assert answers == [{"map": {"name": "x"}}, 1, None]


def test_kicking(empty_game, factory, overheard):
    # E-11
    empty_game.join("-42", uid=7)
    empty_game.join(8)
    events = overheard("DelServerPlayerEvent")
    comp = factory.CreateLobbyGame("-1")
    assert comp.KickPlayer("8", "bye") is True
    assert comp.KickPlayerByUid(7) is True
    assert (comp.KickPlayer("8"), comp.KickPlayerByUid(99)) == (False, False)
    assert ([told["id"] for _, told in events], empty_game.players) == (["8", "-42"], [])
    assert empty_game.entity(8).settings["kicked"] == "bye"


def test_riding(empty_game, factory):
    # E-7
    empty_game.join(7)
    empty_game.join(8)
    pig, cow = empty_game.spawn("minecraft:pig"), empty_game.spawn("minecraft:cow")
    ride = factory.CreateRide("7")
    assert (ride.GetEntityRider(), ride.IsEntityRiding(), ride.StopEntityRiding()) == ("-1", False, False)
    assert ride.SetRiderRideEntity("7", pig) is True
    assert ride.SetRiderRideEntity("8", pig) is True
    assert (ride.GetEntityRider(), ride.IsEntityRiding()) == (pig, True)
    assert [one["entityId"] for one in factory.CreateRide(pig).GetRiders()] == ["7", "8"]
    assert ride.ChangeRiderSeat(1) is True
    assert [one["entityId"] for one in factory.CreateRide(pig).GetRiders()] == ["8", "7"]
    assert ride.SetRiderRideEntity("7", cow) is True  # from one to the other
    assert [one["entityId"] for one in factory.CreateRide(pig).GetRiders()] == ["8"]
    factory.CreateGame("-1").KillEntity(cow)
    empty_game.tick()
    assert (ride.GetEntityRider(), ride.StopEntityRiding()) == ("-1", False)
    empty_game.leave(8)
    assert factory.CreateRide(pig).GetRiders() == []
    assert ride.SetRiderRideEntity("7", "7") is False
    assert ride.SetRiderRideEntity("7", "9") is False
    assert (ride.SetEntityRide("7", pig), factory.CreateTame(pig).GetOwnerId()) == (True, "7")
    assert (ride.SetControl(pig, True), ride.SetControl("9", True)) == (True, False)
    assert empty_game.entity(pig).settings["controllable"] is True


def test_landscapes(factory):
    # E-11
    comp = factory.CreateBiome("-1")
    assert comp.GetBiomeName((0, 0, 0)) == "plains"
    assert comp.SetBiomeByVolume((0, 0, 0), (1, 1, 1), "desert", 0) is True
    assert comp.SetBiomeByPos((1.5, 1.5, 1.5), "jungle", 0) is True
    names = [
        comp.GetBiomeName(pos, dim)
        for pos, dim in (((0, 1, 0), 0), ((1, 1, 1), 0), ((2, 0, 0), 0), ((0, 0, 0), 1))
    ]
    assert names == ["desert", "jungle", "plains", "plains"]
    assert (comp.GetBiomeName("x"), comp.SetBiomeByPosList([(0, 0, 0), "x"], "ocean", 0)) == (None, False)
    assert comp.GetBiomeName((0, 0, 0)) == "desert"
