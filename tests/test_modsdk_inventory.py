"""What players and entities carry: against a simple model, and what events tell."""

import cloudvars
import pytest
from cloudvars import modsdk
from hypothesis import given
from hypothesis import strategies as st

INVENTORY, OFFHAND, CARRIED, ARMOR = range(4)
APPLE, PEARL, SWORD = "minecraft:apple", "minecraft:ender_pearl", "minecraft:iron_sword"
LIMITS = {APPLE: 64, PEARL: 16, SWORD: 1}

NAMES = st.sampled_from(sorted(LIMITS))
SLOTS = st.integers(0, 35)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("spawn"), NAMES, st.integers(1, 80)),
        st.tuples(st.just("spawn_at"), SLOTS, NAMES, st.integers(1, 80)),
        st.tuples(st.just("number"), SLOTS, st.integers(0, 80)),
        st.tuples(st.just("exchange"), SLOTS, SLOTS),
        st.tuples(st.just("carry"), NAMES, st.integers(1, 64)),
        st.tuples(st.just("select"), st.integers(-1, 9)),
    ),
    max_size=20,
)


class Model:
    """36 slots as a list of (name, count) or None."""

    def __init__(self):
        self.slots = [None] * 36
        self.selected = 0

    def spawn(self, name, count):
        same = [slot for slot in range(36) if self.slots[slot] and self.slots[slot][0] == name]
        for slot in same + [slot for slot in range(36) if self.slots[slot] is None]:
            now = self.slots[slot][1] if self.slots[slot] else 0
            taken = min(count, LIMITS[name] - now)
            if taken > 0:
                self.slots[slot] = (name, now + taken)
                count -= taken
        return count == 0

    def spawn_at(self, slot, name, count):
        now = self.slots[slot][1] if self.slots[slot] and self.slots[slot][0] == name else 0
        kept = min(now + count, max(LIMITS[name], now))
        self.slots[slot] = (name, kept)
        return kept == now + count

    def number(self, slot, count):
        if self.slots[slot] is None:
            return False
        name = self.slots[slot][0]
        self.slots[slot] = (name, min(count, LIMITS[name])) if count else None
        return True

    def exchange(self, one, two):
        self.slots[one], self.slots[two] = self.slots[two], self.slots[one]
        return True

    def carry(self, name, count):
        self.slots[self.selected] = (name, count)
        return True

    def select(self, slot):
        if 0 <= slot <= 8:
            self.selected = slot
        return 0 <= slot <= 8


def play(comp, player, step):
    name, *args = step
    return {
        "spawn": lambda item, count: comp.SpawnItemToPlayerInv({"newItemName": item, "count": count}, "7"),
        "spawn_at": lambda slot, item, count: comp.SpawnItemToPlayerInv(
            {"itemName": item, "count": count}, "7", slot
        ),
        "number": comp.SetInvItemNum,
        "exchange": comp.SetInvItemExchange,
        "carry": lambda item, count: comp.SpawnItemToPlayerCarried({"itemName": item, "count": count}, "7"),
        "select": player.ChangeSelectSlot,
    }[name](*args)


@given(steps=STEPS)
def test_slots_are_as_a_list_of_stacks(steps):
    # E-9
    with cloudvars.open() as store, modsdk.host(store.room()) as game:
        game.join(7)
        api = game.import_module("mod.server.extraServerApi")
        factory = api.GetEngineCompFactory()
        comp, player, model = factory.CreateItem("7"), factory.CreatePlayer("7"), Model()
        seen = {}
        system = api.GetServerSystemCls()("Test", "System")

        def changed(args):
            assert args["oldItemDict"]["count"] == seen.get(args["slot"], 0)  # no change is left out
            seen[args["slot"]] = args["newItemDict"]["count"]

        system.ListenForEvent("Minecraft", "Engine", "InventoryItemChangedServerEvent", system, changed)
        for step in steps:
            assert play(comp, player, step) is getattr(model, step[0])(*step[1:]), step
            found = comp.GetPlayerAllItems(INVENTORY)
            shown = [item and (item["newItemName"], item["count"]) for item in found]
            assert shown == model.slots
            assert found == [comp.GetPlayerItem(INVENTORY, slot) for slot in range(36)]
            assert {slot: count for slot, count in seen.items() if count} == {
                slot: item[1] for slot, item in enumerate(model.slots) if item
            }
            carried = comp.GetPlayerItem(CARRIED)
            assert (comp.GetSelectSlotId(), carried) == (model.selected, found[model.selected])
            assert game.entity(7).items.count(APPLE) == sum(
                item[1] for item in model.slots if item and item[0] == APPLE
            )


def test_an_item_dict_has_every_field(empty_game, factory):
    # E-9
    empty_game.join(7)
    comp = factory.CreateItem("7")
    given = {"itemName": SWORD, "auxValue": 2, "count": 1, "extraId": "x", "userData": {"a": {"__type__": 8}}}
    assert comp.SpawnItemToPlayerInv(given, "7", 3) is True
    item = comp.GetPlayerItem(INVENTORY, 3, True)
    assert item == {
        "newItemName": SWORD,
        "itemName": SWORD,
        "newAuxValue": 2,
        "auxValue": 2,
        "count": 1,
        "extraId": "x",
        "userData": {"a": {"__type__": 8}},
        "customTips": "",
        "enchantData": [],
        "modEnchantData": [],
        "durability": 0,
        "showInHand": True,
    }
    assert comp.GetPlayerItem(INVENTORY, 3)["userData"] is None
    item["count"] = 9  # a copy
    assert comp.GetPlayerItem(INVENTORY, 3)["count"] == 1
    assert [
        comp.GetPlayerItem(where, slot) for where, slot in ((0, 36), (0, -1), (9, 0), (3, 4), ("x", 0))
    ] == [None] * 5


def test_hands_and_armor(empty_game, factory, overheard):
    # E-9
    empty_game.join(7)
    events = overheard(
        "OnCarriedNewItemChangedServerEvent",
        "OnOffhandItemChangedServerEvent",
        "OnNewArmorExchangeServerEvent",
    )
    comp = factory.CreateItem("7")
    helmet = {"newItemName": "minecraft:iron_helmet", "newAuxValue": 0, "count": 1}
    assert comp.SetEntityItem(ARMOR, helmet, 0) is True
    assert comp.SetEntityItem(OFFHAND, {"newItemName": "minecraft:shield", "count": 1}) is True
    assert comp.SetEntityItem(CARRIED, {"newItemName": APPLE, "count": 3}) is True
    assert comp.GetEntityItem(ARMOR, 0)["newItemName"] == "minecraft:iron_helmet"
    assert comp.GetPlayerItem(INVENTORY, 0)["count"] == 3
    assert [name for name, _ in events] == [
        "OnNewArmorExchangeServerEvent",
        "OnOffhandItemChangedServerEvent",
        "OnCarriedNewItemChangedServerEvent",
    ]
    assert (events[0][1]["slot"], events[0][1]["oldArmorDict"]) == (0, None)
    for nothing in (None, {}, {"itemName": "minecraft:air"}, {"itemName": APPLE, "count": 0}):
        comp.SetEntityItem(OFFHAND, {"newItemName": "minecraft:shield", "count": 1})
        assert comp.SetEntityItem(OFFHAND, nothing) is True
        assert comp.GetPlayerItem(OFFHAND) is None
    events.clear()
    assert factory.CreatePlayer("7").ChangeSelectSlot(slot=1) is True
    [(name, told)] = events
    assert (name, told["oldItemDict"]["count"], told["newItemDict"]) == (
        "OnCarriedNewItemChangedServerEvent",
        3,
        None,
    )
    # A player's slots are for the calls of players.
    assert comp.SetEntityItem(INVENTORY, {"newItemName": APPLE, "count": 1}, 5) is False
    assert comp.GetEntityItem(INVENTORY, 0) is None
    done = comp.SetPlayerAllItems({(INVENTORY, 7): {"newItemName": APPLE, "count": 2}, (ARMOR, 9): helmet})
    assert done == {(INVENTORY, 7): True, (ARMOR, 9): False}


def test_entities_carry(empty_game, factory, overheard):
    # E-9
    zombie = empty_game.spawn("minecraft:zombie")
    events = overheard("InventoryItemChangedServerEvent", "OnCarriedNewItemChangedServerEvent")
    comp = factory.CreateItem(zombie)
    for where in (INVENTORY, OFFHAND, CARRIED, ARMOR):
        assert comp.SetEntityItem(where, {"newItemName": APPLE, "count": where + 1}, 0) is True
        assert comp.GetEntityItem(where, 0)["count"] == where + 1
    assert events == []  # these events are of players
    assert (comp.GetPlayerItem(CARRIED), comp.GetSelectSlotId(), comp.GetPlayerAllItems(INVENTORY)) == (
        None,
        -1,
        [],
    )
    assert comp.SpawnItemToPlayerInv({"newItemName": APPLE, "count": 1}, zombie) is False


@pytest.mark.parametrize(
    "wrong", [5, {"count": 1}, {"itemName": 5, "count": 1}, {"itemName": APPLE, "count": -1}, None]
)
def test_what_is_no_item_changes_nothing(empty_game, factory, caplog, wrong):
    # E-9
    empty_game.join(7)
    comp = factory.CreateItem("7")
    assert comp.SpawnItemToPlayerInv(wrong, "7") is False
    assert comp.SpawnItemToPlayerInv({"newItemName": APPLE, "count": 1}, "8") is False
    assert comp.SpawnItemToPlayerInv({"newItemName": APPLE, "count": 1}, "7", 99) is False
    assert comp.SetInvItemNum(0, 5) is False
    assert comp.GetPlayerAllItems(INVENTORY) == [None] * 36
    assert "ItemCompServer.SpawnItemToPlayerInv: " in caplog.text
    with pytest.raises(cloudvars.CloudValueError):
        empty_game.give(7, wrong)


def test_enchantments_durability_and_names(empty_game, factory):
    # E-9
    empty_game.join(7)
    comp = factory.CreateItem("7")
    comp.SpawnItemToPlayerInv({"newItemName": SWORD, "count": 1, "enchantData": [(9, 1)]}, "7", 0)
    assert comp.AddEnchantToInvItem(0, 9, 3) is True
    assert comp.AddModEnchantToInvItem(0, "mod:fire", 1) is True
    assert (comp.GetInvItemEnchantData(0), comp.GetInvItemModEnchantData(0)) == ([(9, 3)], [("mod:fire", 1)])
    assert (comp.RemoveEnchantToInvItem(0, 9), comp.RemoveEnchantToInvItem(0, 9)) == (True, False)
    assert comp.AddEnchantToInvItem(1, 9, 3) is False
    assert comp.SetItemDurability(INVENTORY, 0, 30) is True
    assert comp.GetItemDurability(INVENTORY, 0) == 30
    assert comp.ChangePlayerItemTipsAndExtraId(INVENTORY, 0, "tip", "id") is True
    item = comp.GetPlayerItem(INVENTORY, 0)
    assert (item["customTips"], item["extraId"], item["durability"]) == ("tip", "id", 30)
    assert comp.SetCustomName(item, "Sting") is True
    assert comp.GetCustomName(item) == "Sting"
    assert comp.GetItemBasicInfo(PEARL)["maxStackSize"] == 16
    assert comp.GetItemBasicInfo("") is None


def test_picking_up(empty_game, factory, system):
    # E-9
    empty_game.join(7)
    game, player = factory.CreateGame("-1"), empty_game.entity(7)
    dropped = system.CreateEngineItemEntity({"newItemName": APPLE, "count": 5})
    assert game.PickUpItemEntity("7", dropped) is True
    assert (player.items.count(APPLE), game.IsEntityAlive(dropped)) == (5, False)
    for slot in range(36):
        player.items.set(INVENTORY, slot, {"newItemName": SWORD, "count": 1})
    player.items.set(INVENTORY, 0, {"newItemName": APPLE, "count": 60})
    dropped = system.CreateEngineItemEntity({"newItemName": APPLE, "count": 5})
    assert game.PickUpItemEntity("7", dropped) is False  # there is room for four of them
    assert (player.items.count(APPLE), empty_game.entity(dropped).item["count"]) == (64, 1)


def test_an_event_of_the_test_fills_a_slot(empty_game, factory):
    # E-9
    empty_game.join(7)
    comp = factory.CreateItem("7")
    event = {"playerId": "7", "slot": 3, "oldItemDict": None}
    empty_game.fire(
        "InventoryItemChangedServerEvent", {**event, "newItemDict": {"itemName": APPLE, "count": 2}}
    )
    assert comp.GetPlayerItem(INVENTORY, 3)["count"] == 2
    empty_game.fire("InventoryItemChangedServerEvent", {**event, "newItemDict": {"count": 2}})  # no item
    empty_game.fire(
        "InventoryItemChangedServerEvent", {**event, "slot": 99, "newItemDict": {"itemName": APPLE}}
    )
    assert comp.GetPlayerItem(INVENTORY, 3)["count"] == 2
    empty_game.fire("InventoryItemChangedServerEvent", {**event, "newItemDict": None})
    assert comp.GetPlayerItem(INVENTORY, 3) is None
