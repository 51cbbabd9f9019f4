"""Entities of a hosted world: where they are, what they are, how they come and go."""

import logging
import math

import cloudvars
import pytest

COW = "minecraft:cow"
MOVES = "WillTeleportToServerEvent", "PlayerTeleportEvent", "DimensionChangeServerEvent"
MOVES += "DimensionChangeFinishServerEvent", "EntityChangeDimensionServerEvent"


def test_where_an_entity_is(empty_game, factory):
    # E-7
    cow = empty_game.spawn(COW, (1, 64, -2.5), rot=(10, 20), dimension=1)
    player = empty_game.join(7, "Anna")
    pos = factory.CreatePos(cow)
    assert (pos.GetPos(), pos.GetFootPos()) == ((1.0, 64.0, -2.5), (1.0, 64.0, -2.5))
    assert factory.CreateRot(cow).GetRot() == (10, 20)
    assert factory.CreateDimension(cow).GetEntityDimensionId() == 1
    # A player's position is that of the eyes; set are the feet, of everybody.
    eyes = factory.CreatePos(player)
    assert eyes.SetPos((0, 10, 0)) is True
    assert (eyes.GetFootPos(), eyes.GetPos()) == ((0.0, 10.0, 0.0), (0.0, 10.0 + 1.62, 0.0))
    assert eyes.SetFootPos(footPos=(1, 2, 3)) is True
    assert empty_game.entity(7).pos == (1.0, 2.0, 3.0)
    empty_game.entity(cow).pos = (5.0, 6.0, 7.0)  # the test moves it, and no event tells
    assert pos.GetPos() == (5.0, 6.0, 7.0)
    assert factory.CreateRot(cow).SetRot((30, 0)) is True
    assert empty_game.entity(cow).rot == (30.0, 0.0)


@pytest.mark.parametrize("wrong", [None, (1, 2), "abc", (1, 2, "x"), 5])
def test_a_position_that_is_none_changes_nothing(empty_game, factory, caplog, wrong):
    # E-7
    cow = empty_game.spawn(COW, (1, 2, 3))
    assert factory.CreatePos(cow).SetPos(wrong) is False
    assert factory.CreateRot(cow).SetRot(wrong) is (wrong == (1, 2))
    assert factory.CreatePos(cow).GetPos() == (1.0, 2.0, 3.0)
    assert "pos: " in caplog.text
    with pytest.raises(cloudvars.CloudValueError, match="^pos: "):
        empty_game.spawn(COW, wrong)


def test_who_is_not_here_has_no_state(empty_game, factory):
    # E-7
    empty_game.join(7)
    empty_game.leave(7)
    for nobody in ("7", "-5", None, "x"):
        assert factory.CreatePos(nobody).GetPos() is None
        assert factory.CreatePos(nobody).SetPos((0, 0, 0)) is False
        assert factory.CreateRot(nobody).GetRot() is None
        assert factory.CreateDimension(nobody).GetEntityDimensionId() == -1
        assert factory.CreateEngineType(nobody).GetEngineTypeStr() is None
        assert factory.CreateName(nobody).GetName() is None
        assert factory.CreateGame("-1").IsEntityAlive(nobody) is False
        assert factory.CreateAttr(nobody).GetAttrValue(0) == -1
        assert factory.CreateTag(nobody).GetEntityTags() == []
    with pytest.raises(cloudvars.CloudValueError, match="^entity_id: '-5'"):
        empty_game.entity("-5")
    assert "gone" in repr(empty_game.entity(7))


def test_a_player_who_comes_back_has_what_they_had(empty_game, factory):
    # E-7
    empty_game.join("-42", "Anna", uid=7)
    empty_game.give("-42", "minecraft:apple")
    factory.CreatePos("-42").SetPos((9, 9, 9))
    factory.CreateTag("-42").AddEntityTag("vip")
    empty_game.leave("-42")
    empty_game.join("-42", "Anna", uid=7)
    anna = empty_game.entity("-42")
    assert (anna.pos, anna.tags, anna.items.count("minecraft:apple")) == ((9.0, 9.0, 9.0), ["vip"], 1)
    empty_game.leave("-42")
    empty_game.join("-42", "Ben", uid=8)  # somebody else under the same id
    assert (empty_game.entity("-42").tags, len(empty_game.entity("-42").items)) == ([], 0)


def test_dimensions_tell(empty_game, factory, overheard):
    # E-7
    player, cow = empty_game.join(7), empty_game.spawn(COW, (8, 70, 16))
    events = overheard(*MOVES)
    comp = factory.CreateDimension(player)
    assert comp.ChangePlayerDimension(1, (1, 5, 2)) is True
    x, y, z = empty_game.entity(7).pos
    assert (x, round(y, 2), z, comp.GetEntityDimensionId()) == (1.0, 3.38, 2.0, 1)
    names = [name for name, _ in events]
    assert names == [*MOVES[:4]]
    told = dict(events)["DimensionChangeServerEvent"]
    assert (told["fromDimensionId"], told["toDimensionId"], told["fromX"], told["toX"]) == (0, 1, 0.0, 1.0)
    assert [round(part, 2) for part in dict(events)["DimensionChangeFinishServerEvent"]["toPos"]] == [
        1.0,
        5.0,
        2.0,
    ]
    events.clear()
    other = factory.CreateDimension(cow)
    assert other.ChangeEntityDimension(0) is False  # it is there already
    assert other.ChangeEntityDimension(1) is True  # 8 blocks of the overworld are one of the nether
    assert empty_game.entity(cow).pos == (1.0, 70.0, 2.0)
    assert other.ChangeEntityDimension(0, (4, 4, 4)) is True
    assert [name for name, _ in events] == [MOVES[0], MOVES[4]] * 2
    assert other.ChangePlayerDimension(1, (0, 0, 0)) is False
    assert comp.ChangeEntityDimension(0) is False
    assert comp.ChangePlayerDimension("x", (0, 0, 0)) is False


def test_a_listener_forbids_a_move(empty_game, factory, overheard):
    # E-7
    player = empty_game.join(7)
    overheard("WillTeleportToServerEvent", answer=lambda event, args: args.update(cancel=True))
    assert factory.CreatePos(player).SetPos((5, 5, 5)) is False
    assert factory.CreateDimension(player).ChangePlayerDimension(1, (5, 5, 5)) is False
    assert (empty_game.entity(7).pos, empty_game.entity(7).dimension) == ((0.0, 0.0, 0.0), 0)


def test_what_an_entity_is(empty_game, factory):
    # E-7
    kinds = {"minecraft:cow": 0x130B, "minecraft:zombie": 0x30B20, "mod:dragon": 0x100, "minecraft:item": 64}
    for identifier, number in kinds.items():
        comp = factory.CreateEngineType(empty_game.spawn(identifier))
        assert (comp.GetEngineTypeStr(), comp.GetEngineType()) == (identifier, number)
    assert factory.CreateEngineType(empty_game.join(7)).GetEngineType() == 0x100 | 63
    families = factory.CreateAttr(empty_game.spawn("minecraft:husk")).GetTypeFamily()
    assert {"husk", "zombie", "undead", "monster", "mob"} == set(families)
    assert factory.CreateAttr("7").GetTypeFamily() == ["player"]


def test_the_dead_go(empty_game, factory, overheard):
    # E-7
    game = factory.CreateGame("-1")
    cow, apple = empty_game.spawn(COW), empty_game.spawn("minecraft:item")
    events = overheard("MobDieEvent", "EntityRemoveEvent")
    assert game.IsEntityAlive(cow) is True
    assert game.KillEntity(cow) is True
    assert events == [
        ("MobDieEvent", {"id": cow, "attacker": "-1", "cause": "self_destruct", "customTag": ""})
    ]
    assert (game.IsEntityAlive(cow), game.KillEntity(cow)) == (False, False)
    assert factory.CreateEngineType(cow).GetEngineTypeStr() == COW  # it lies there until the tick
    empty_game.tick()
    assert events[1:] == [("EntityRemoveEvent", {"id": cow})]
    assert factory.CreateEngineType(cow).GetEngineTypeStr() is None
    assert game.KillEntity(apple) is True  # what does not live vanishes
    assert events[2:] == [("EntityRemoveEvent", {"id": apple})]


def test_a_dead_player_respawns(empty_game, factory, overheard):
    # E-7
    empty_game.join(7)
    events = overheard(
        "MobDieEvent", "PlayerDieEvent", "PlayerRespawnEvent", "PlayerRespawnFinishServerEvent"
    )
    factory.CreateEffect("7").AddEffectToEntity("speed", 30, 0, True)
    empty_game.kill(7, cause="lava")
    empty_game.tick()
    game = factory.CreateGame("-1")
    assert (game.IsEntityAlive("7"), empty_game.entity(7).attr.health) == (False, 0)
    empty_game.respawn(7)
    assert (game.IsEntityAlive("7"), empty_game.entity(7).attr.health) == (True, 20)
    assert len(empty_game.entity(7).effects) == 0
    assert [name for name, _ in events] == [
        "MobDieEvent",
        "PlayerDieEvent",
        "PlayerRespawnEvent",
        "PlayerRespawnFinishServerEvent",
    ]
    assert events[1][1] == {"id": "7", "attacker": "-1", "cause": "lava", "customTag": ""}


def test_systems_make_entities(empty_game, server_api, factory, system, overheard):
    # E-7
    events = overheard("ServerSpawnMobEvent", "AddEntityServerEvent", "EntityRemoveEvent")
    husk = system.CreateEngineEntityByTypeStr("minecraft:husk", (0, 5, 0), (1, 2), 2, isNpc=True)
    made = empty_game.entity(husk)
    assert (made.identifier, made.pos, made.rot, made.dimension) == (
        "minecraft:husk",
        (0.0, 5.0, 0.0),
        (1.0, 2.0),
        2,
    )
    assert made.settings["npc"] is True
    assert [name for name, _ in events] == ["ServerSpawnMobEvent", "AddEntityServerEvent"]
    assert (events[0][1]["type"], events[1][1]["posY"]) == (made.species.number, 5.0)
    events.clear()
    bow = system.CreateEngineItemEntity(
        {"itemName": "minecraft:bow", "count": 1, "auxValue": 3}, 0, (1, 1, 1)
    )
    assert factory.CreateItem("-1").GetDroppedItem(bow)["newItemName"] == "minecraft:bow"
    [(_, told)] = events
    assert (told["engineTypeStr"], told["itemName"], told["auxValue"]) == (
        "minecraft:item",
        "minecraft:bow",
        3,
    )
    assert server_api.GetEngineActor() == {
        husk: {"dimensionId": 2, "identifier": "minecraft:husk"},
        bow: {"dimensionId": 0, "identifier": "minecraft:item"},
    }
    assert (system.DestroyEntity(husk), system.DestroyEntity(husk)) == (True, False)
    assert system.DestroyEntity(empty_game.join(7)) is False
    assert [entity.id for entity in empty_game.entities] == [bow, "7"]
    copy = system.CreateEngineEntityByNBT(factory.CreateEntityDefinitions(bow).GetEntityNBTTags())
    assert (empty_game.entity(copy).identifier, empty_game.entity(copy).pos) == (
        "minecraft:item",
        (1.0, 1.0, 1.0),
    )


def test_what_cannot_be_made(empty_game, system, overheard, caplog):
    # E-7
    caplog.set_level(logging.ERROR)
    assert system.CreateEngineEntityByTypeStr("minecraft:player", (0, 0, 0), (0, 0)) is None
    assert system.CreateEngineEntityByTypeStr("minecraft:cow", None, (0, 0)) is None
    assert system.CreateEngineItemEntity({"count": 1}, 0, (0, 0, 0)) is None
    assert len(caplog.records) == 3
    assert system.CreateEngineItemEntity({}, 0, (0, 0, 0)) is None
    overheard("ServerSpawnMobEvent", answer=lambda event, args: args.update(cancel=True))
    assert system.CreateEngineEntityByTypeStr("minecraft:cow", (0, 0, 0), (0, 0)) is None
    assert empty_game.entities == []


@pytest.mark.parametrize("part", [math.nan, math.inf, -math.inf, 10**400])
def test_no_entity_or_block_is_nowhere(empty_game, factory, caplog, part):
    # E-7
    cow = empty_game.spawn("minecraft:cow", (1, 2, 3))
    for pos in ((part, 0, 0), (0, 0, part)):
        caplog.clear()
        assert factory.CreatePos(cow).SetFootPos(pos) is False
        assert "three numbers" in caplog.text
        assert factory.CreateBlockInfo("-1").SetBlockNew(pos, {"name": "minecraft:dirt"}) is False
        assert factory.CreateBlockInfo("-1").GetBlockNew(pos, 0) is None
        with pytest.raises(cloudvars.CloudValueError, match="pos: .* three numbers"):
            empty_game.spawn("minecraft:cow", pos)
    assert empty_game.entity(cow).pos == (1, 2, 3)


NO_POS = [None, 5, "123", b"abc", (1, 2), ("a", 2, 3), (math.nan, 0, 0), object()]


@pytest.mark.parametrize("pos", NO_POS)
def test_a_test_cannot_set_what_is_no_position_or_rotation(empty_game, pos):
    # E-7
    cow = empty_game.entity(empty_game.spawn(COW, (1, 2, 3), rot=(4, 5)))
    for part, value in (("pos", pos), ("rot", None if pos == (1, 2) else pos), ("dimension", str(pos))):
        with pytest.raises(cloudvars.CloudValueError, match=f"{part}: .* accepted"):
            setattr(cow, part, value)
    assert (cow.pos, cow.rot, cow.dimension) == ((1, 2, 3), (4, 5), 0)


@pytest.mark.parametrize("part", ["posn", "heath", "attr", "items", "extra", "alive", "effects"])
def test_a_part_that_cannot_be_set_is_refused(empty_game, part):
    # E-7
    cow = empty_game.entity(empty_game.spawn(COW))
    with pytest.raises(AttributeError, match=f"{part}.*pos, rot, dimension, name, tags can be set"):
        setattr(cow, part, 5)


@pytest.mark.parametrize("wrong", [{"pos": "x"}, {"rot": (1,)}, {"dimension": "1"}])
def test_a_refused_entity_is_not_in_the_world(empty_game, wrong):
    # E-7
    with pytest.raises(cloudvars.CloudValueError):
        empty_game.spawn(COW, **wrong)
    assert empty_game.entities == []
