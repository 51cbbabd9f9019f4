"""Blocks that were set in a world of air, and what they hold."""

import cloudvars
import pytest
from cloudvars import modsdk
from hypothesis import given
from hypothesis import strategies as st

AIR = {"name": "minecraft:air", "aux": 0}
CHEST, STONE = "minecraft:chest", "minecraft:stone"
PLACES = st.tuples(st.integers(-2, 2), st.integers(0, 2), st.integers(-2, 2))
BLOCKS = st.tuples(st.sampled_from(["minecraft:air", STONE, CHEST]), st.integers(0, 1))


@given(steps=st.lists(st.tuples(PLACES, BLOCKS, st.integers(0, 1), st.sampled_from([0, 2])), max_size=20))
def test_blocks_are_as_a_dict(steps):
    # E-11
    with cloudvars.open() as store, modsdk.host(store.room()) as game:
        comp = game.import_module("server.extraServerApi").GetEngineCompFactory().CreateBlockInfo("-1")
        model = {}
        for place, (name, aux), dimension, handling in steps:
            block = (name, 0) if name == "minecraft:air" else (name, aux)
            before = model.get((place, dimension), ("minecraft:air", 0))
            keeps = handling == 2 and before[0] != "minecraft:air"
            done = comp.SetBlockNew(place, {"name": block[0], "aux": block[1]}, handling, dimension)
            assert done is (not keeps and before != block)
            if done:
                model[place, dimension] = block
            for at, there in model.items():
                assert comp.GetBlockNew(*at) == {"name": there[0], "aux": there[1]}
        solid = {at for at, block in model.items() if block[0] != "minecraft:air"}
        assert len(game.blocks) == len(solid)
        for x in range(-2, 3):
            top = [at[0][1] for at in solid if at[0][::2] == (x, 0) and at[1] == 0]
            assert comp.GetTopBlockHeight((x, 0)) == max(top, default=None)


def test_positions_and_dimensions(empty_game, factory):
    # E-11
    empty_game.join(7)
    empty_game.entity(7).dimension = 1
    of_player, of_level = factory.CreateBlockInfo("7"), factory.CreateBlockInfo("-1")
    assert of_player.SetBlockNew((1.9, 2.0, -0.1), {"name": STONE}) is True  # in the player's dimension
    assert (of_player.GetBlockNew((1, 2, -1)), of_level.GetBlockNew((1, 2, -1))) == (
        {"name": STONE, "aux": 0},
        AIR,
    )
    assert of_level.GetBlockNew((1, 2, -1), 1)["name"] == STONE
    assert (empty_game.blocks[1, 2, -1], empty_game.blocks[1, 2, -1, 1]) == ("minecraft:air", STONE)
    empty_game.blocks[5, 5, 5] = CHEST  # the test sets one
    assert of_level.GetBlockNew((5, 5, 5))["name"] == CHEST
    assert of_level.GetBlockNew("x") is None
    for wrong in (None, {}, {"name": 5}, {"name": STONE, "aux": "x"}):
        assert of_level.SetBlockNew((0, 0, 0), wrong) is False
    assert of_level.SetBlockNew("x", {"name": STONE}) is False


def test_chests(empty_game, factory):
    # E-11
    empty_game.join(7)
    empty_game.blocks[0, 0, 0] = CHEST
    item, chest = factory.CreateItem("7"), factory.CreateChestBlock("-1")
    assert (item.GetContainerSize((0, 0, 0)), chest.GetChestBoxSize("7", (0, 0, 0), 0)) == (27, 27)
    assert item.GetContainerSize((1, 0, 0)) == -1
    apples = {"newItemName": "minecraft:apple", "count": 5}
    assert item.SpawnItemToContainer(apples, 3, (0, 0, 0)) is True
    assert item.GetContainerItem((0, 0, 0), 3)["count"] == 5
    assert chest.SetChestBoxItemNum("7", (0, 0, 0), 3, 2) is True
    assert chest.SetChestBoxItemExchange("7", (0, 0, 0), 3, 26) is True
    assert (item.GetContainerItem((0, 0, 0), 3), item.GetContainerItem((0, 0, 0), 26)["count"]) == (None, 2)
    assert chest.SetChestBoxItemNum("7", (0, 0, 0), 26, 0) is True
    assert item.GetContainerItem((0, 0, 0), 26) is None
    for slot, pos in ((27, (0, 0, 0)), (-1, (0, 0, 0)), (0, (1, 0, 0))):
        assert item.SpawnItemToContainer(apples, slot, pos) is False
    assert item.SpawnItemToContainer({"count": 1}, 0, (0, 0, 0)) is False
    assert chest.SetChestBoxItemNum("7", (0, 0, 0), 5, 1) is False
    item.SpawnItemToContainer(apples, 0, (0, 0, 0))
    factory.CreateBlockInfo("-1").SetBlockNew((0, 0, 0), {"name": CHEST})
    assert item.GetContainerItem((0, 0, 0), 0) is None  # a chest that is set anew is empty
    assert item.SpawnItemToEnderChest(apples, 1) is True
    assert (item.GetEnderChestItem("7", 1)["count"], item.GetEnderChestItem("7", 2)) == (5, None)


def test_data_of_blocks(empty_game, factory):
    # E-11
    info, data = factory.CreateBlockInfo("-1"), factory.CreateBlockEntityData("-1")
    assert data.GetBlockEntityData(0, (0, 0, 0)) is None
    assert info.SetBlockTileEntityCustomData((0, 0, 0), "a", 1) is False
    empty_game.blocks[0, 0, 0] = "mod:machine"
    held = data.GetBlockEntityData(0, (0, 0, 0))
    assert held["energy"] is None
    held["energy"] = 5
    held["list"] = [1]
    held["list"].append(2)  # what is read is a copy, as in the game
    again = data.GetBlockEntityData(0, (0, 0, 0))
    assert (again["energy"], again["list"], "energy" in again, len(again)) == (5, [1], True, 2)
    assert info.GetBlockEntityData(0, (0, 0, 0)) == {"energy": 5, "list": [1]}
    assert info.SetBlockTileEntityCustomData((0, 0, 0), "a", 1) is True
    assert info.GetBlockTileEntityCustomData((0, 0, 0), "a") == 1
    assert info.GetBlockTileEntityWholeCustomData((0, 0, 0)) == {"a": 1}
    assert info.CleanBlockTileEntityCustomData((0, 0, 0)) is True
    assert info.GetBlockTileEntityCustomData((0, 0, 0), "a") is None
    assert (info.SetSignBlockText((0, 0, 0), "hi", side=1), info.GetSignBlockText((0, 0, 0), side=1)) == (
        True,
        "hi",
    )
    assert info.GetSignBlockText((0, 0, 0)) == ""
    states = factory.CreateBlockState("-1")
    assert (states.SetBlockStates((0, 0, 0), {"open": True}), states.GetBlockStates((0, 0, 0))) == (
        True,
        {"open": True},
    )
    empty_game.blocks[0, 0, 0] = STONE
    assert data.GetBlockEntityData(0, (0, 0, 0))["energy"] is None  # it went with the machine


@pytest.mark.parametrize(
    "short", ["trapped_chest", "barrel", "red_shulker_box", "hopper", "dispenser", "dropper"]
)
def test_other_blocks_that_hold_items(empty_game, factory, short):
    # E-11
    empty_game.blocks[0, 0, 0] = f"minecraft:{short}"
    size = {"hopper": 5, "dispenser": 9, "dropper": 9}.get(short, 27)
    assert factory.CreateItem("-1").GetContainerSize((0, 0, 0), 0) == size


def test_explosions(empty_game, factory, overheard):
    # E-11
    empty_game.join(7)
    for x in range(4):
        empty_game.blocks[x, 0, 0] = STONE
    empty_game.blocks[0, 0, 0, 1] = STONE  # in another dimension

    def spare(event, args):
        for block in args["blocks"]:
            block[3] = block[:3] == [1, 0, 0]

    events = overheard("ExplosionServerEvent", answer=spare)
    comp = factory.CreateExplosion("-1")
    assert comp.CreateExplosion((0.5, 0.5, 0.5), 2, False, True, "7", "7") is True
    assert sorted(empty_game.blocks) == [(0, 0, 0, 1), (1, 0, 0, 0), (3, 0, 0, 0)]
    [(_, told)] = events
    assert (told["victims"], told["sourceId"], told["explodePos"]) == (["7"], "7", [0.5, 0.5, 0.5])
    assert comp.CreateExplosion((0.5, 0.5, 0.5), 9, False, False, None, None) is True  # breaks nothing
    assert (len(empty_game.blocks), events[1][1]["victims"]) == (3, None)
    assert comp.CreateExplosion("x", 9, False, True, None, None) is False


def test_blocks_with_a_task(empty_game, factory):
    # E-11
    empty_game.blocks[0, 0, 0] = "minecraft:command_block"
    comp = factory.CreateBlockEntity("-1")
    assert comp.GetCommandBlock((0, 0, 0), 0) is None
    assert comp.SetCommandBlock((0, 0, 0), 0, "say hi", "n", 1, 0, 1) is True
    assert comp.GetCommandBlock((0, 0, 0), 0)["cmd"] == "say hi"
    assert (comp.ExecuteCommandBlock((0, 0, 0), 0), comp.ExecuteCommandBlock((1, 0, 0), 0)) == (True, False)
    assert [command.text for command in empty_game.commands] == ["say hi"]
    assert (comp.GetHopperSpeed((0, 0, 0), 0), comp.SetHopperSpeed((0, 0, 0), 0, 3)) == (8, True)
    assert comp.GetHopperSpeed((0, 0, 0), 0) == 3
    assert (comp.SetFrameRotation((0, 0, 0), 0, 45), comp.GetFrameRotation((0, 0, 0), 0)) == (True, 45.0)
    assert comp.SetFrameItem((0, 0, 0), 0, {"newItemName": "minecraft:apple", "count": 1}) is True
    assert comp.GetFrameItem((0, 0, 0), 0)["newItemName"] == "minecraft:apple"
    assert (comp.SetFrameItem((0, 0, 0), 0, {}), comp.GetFrameItem((0, 0, 0), 0)) == (True, None)
    assert (comp.SetFrameItem((0, 0, 0), 0, {"count": 1}), comp.SetHopperSpeed((1, 0, 0), 0, 3)) == (
        False,
        False,
    )


@pytest.mark.parametrize("pos", [None, "x", (1, 2), (None, 2, 3)])
def test_a_call_for_no_position_says_so_and_goes_on(empty_game, factory, caplog, pos):
    # E-7
    player = empty_game.join(7)
    items, chest, chunk = (
        create("-1") for create in (factory.CreateItem, factory.CreateChestBlock, factory.CreateChunkSource)
    )
    calls = {
        items.GetContainerItem: ((pos, 0, 0), None),
        items.GetContainerSize: ((pos, 0), -1),
        items.SpawnItemToContainer: (({"newItemName": STONE, "count": 1}, 0, pos, 0), False),
        chest.GetChestBoxSize: ((player, pos, 0), -1),
        chest.SetChestBoxItemNum: ((player, pos, 0, 1, 0), False),
        chest.SetChestBoxItemExchange: ((player, pos, 0, 1), False),
        chunk.GetChunkEntites: ((0, pos), []),
        chunk.GetChunkPosFromBlockPos: ((pos,), None),
    }
    for call, (args, answer) in calls.items():
        caplog.clear()
        assert call(*args) == answer
        assert f": pos: {pos!r}; three numbers" in caplog.text
    assert items.GetCustomName(None) == ""
