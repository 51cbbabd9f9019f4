"""The gold rush in one room."""

import pytest

ANNA = 7


def dig(game, *ores, player=ANNA):
    for depth, ore in enumerate(ores):
        game.break_block(player, (0, -depth, 0), name=f"minecraft:{ore}")


def purse(game):
    """Return what the cloud holds of Anna's: gold and bag."""
    held = {row["key"]: row["value"] for row in game.cloud[ANNA].storage}
    return held.get("gold"), held.get("bag")


def waiting(game):
    return [order["cmd"] for order in game.cloud[ANNA].orders if not order["shipped"]]


def said(game):
    return [message.text for message in game.messages]


@pytest.fixture
def mine(game):
    """Anna is in the mine, and the mod knows what she owns."""
    game.join(ANNA, "Anna")
    game.tick(2)
    return game


def test_gold_is_saved_every_minute(mine, clock):
    dig(mine, "gold_ore", "stone", "deepslate_gold_ore")
    mine.tick(30)
    assert purse(mine) == (None, None)
    clock.advance(minutes=1)
    mine.tick(2)
    assert purse(mine) == (4, {})
    dig(mine, "gold_ore")
    clock.advance(minutes=1)
    mine.tick(2)
    assert purse(mine) == (5, {})


def test_gold_is_saved_on_leaving(mine):
    dig(mine, "gold_ore")
    mine.leave(ANNA)
    mine.tick()
    assert purse(mine) == (1, {})


def test_a_visitor_of_the_next_day_goes_on(mine, clock):
    dig(mine, "deepslate_gold_ore")
    mine.leave(ANNA)
    mine.tick()
    clock.advance(days=1)
    mine.join(ANNA)
    dig(mine, "gold_ore")
    mine.leave(ANNA)
    mine.tick(3)
    assert purse(mine) == (4, {})


def test_a_purchase_is_delivered_once(mine):
    mine.place_order(ANNA, "starter_set")
    assert waiting(mine) == ["starter_set"]
    mine.tick(3)
    assert waiting(mine) == []
    assert purse(mine) == (20, {"pickaxe": 1, "lamp": 2})
    assert said(mine) == ["You got: starter_set"]
    mine.leave(ANNA)
    mine.join(ANNA)
    mine.tick(5)
    assert purse(mine) == (20, {"pickaxe": 1, "lamp": 2})
    assert len(said(mine)) == 1


def test_several_purchases_and_digging_at_the_same_time(mine):
    for cmd in ("pickaxe", "gold_100", "pickaxe"):
        mine.place_order(ANNA, cmd)
        dig(mine, "gold_ore")
    mine.tick(6)
    assert purse(mine) == (103, {"pickaxe": 2})
    assert said(mine) == ["You got: pickaxe", "You got: gold_100", "You got: pickaxe"]


def test_what_was_bought_elsewhere_is_delivered_at_the_join(game):
    game.room.storage.place_order(ANNA, "gold_100")
    game.join(ANNA)
    game.tick(3)
    assert purse(game) == (100, {})


def test_an_unknown_product_keeps_waiting(mine, capsys):
    mine.place_order(ANNA, "dragon")
    mine.place_order(ANNA, "pickaxe")
    mine.tick(4)
    assert waiting(mine) == ["dragon"]
    assert purse(mine) == (0, {"pickaxe": 1})
    assert "no product has the command 'dragon'" in capsys.readouterr().out


def test_a_save_that_fails_is_made_again(mine, cloud, clock):
    mine.place_order(ANNA, "pickaxe")
    dig(mine, "gold_ore")
    cloud.faults.fail("LobbySetStorageAndUserItem")
    mine.tick(3)
    assert (purse(mine), waiting(mine)) == ((None, None), ["pickaxe"])
    assert said(mine) == ["Your gold could not be saved"]
    clock.advance(minutes=1)
    mine.tick(3)
    assert (purse(mine), waiting(mine)) == ((1, {"pickaxe": 1}), [])


def test_a_purse_that_did_not_come_is_not_overwritten(game, cloud, clock):
    other = cloud.room("other").storage
    other.LobbySetStorageAndUserItem(print, ANNA, None, lambda: [{"key": "gold", "value": 50}])
    cloud.faults.fail("LobbyGetStorage")
    game.join(ANNA)
    dig(game, "gold_ore")
    game.tick(3)
    assert purse(game) == (50, None)
    clock.advance(minutes=1)
    game.tick(3)
    assert purse(game) == (51, {})


def test_another_room_saves_first(mine, cloud):
    """Code 2: the newer values are used, and the save is sent again."""
    other = cloud.room("other").storage
    rows = [{"key": "gold", "value": 1000}, {"key": "bag", "value": {"lamp": 1}}]
    dig(mine, "gold_ore")
    mine.place_order(ANNA, "pickaxe")
    other.LobbySetStorageAndUserItem(print, ANNA, None, lambda: rows)
    mine.tick(3)
    assert purse(mine) == (1001, {"lamp": 1, "pickaxe": 1})
    assert waiting(mine) == []


def test_another_room_delivers_first(mine, cloud):
    """Code 5: the order is not delivered again, and the gold that was dug is saved all the same."""
    dig(mine, "gold_ore")
    order = mine.place_order(ANNA, "pickaxe")
    mine.tick()  # the mod knows the order
    other = cloud.room("other").storage
    other.LobbySetStorageAndUserItem(print, ANNA, order, lambda: [{"key": "bag", "value": {"pickaxe": 1}}])
    mine.tick(3)
    assert purse(mine) == (1, {"pickaxe": 1})
    assert said(mine) == []


def test_the_richest_are_on_the_board(mine, cloud, clock):
    cloud.storage.sort_keys("gold")
    mine.join(8, "Bert")
    mine.tick(2)
    dig(mine, "deepslate_gold_ore")
    dig(mine, "gold_ore", player=8)
    clock.advance(minutes=3)
    mine.tick(2)
    boards = []
    mine.room.storage.LobbyGetStorageBySort(boards.append, "gold", ascend=False, offset=0, length=10)
    mine.tick()
    assert [(row["nickname"], row["value"]) for row in boards[0]["entity"]["data"]] == [
        ("Anna", 3),
        ("Bert", 1),
    ]
