"""Anna plays in two rooms at once: whatever the order, all gold is kept and the purchase is delivered once."""

import shutil
from pathlib import Path

import pytest
from cloudvars import modsdk, testing

ANNA = 7
PACK = Path(__file__).parent / "behavior_pack"


@pytest.fixture
def planted(tmp_path):
    """Write the same mod with a bug: after code 2 its getter gives the old values again."""
    pack = shutil.copytree(PACK, tmp_path / "planted")
    mine = pack / "goldRushScripts" / "mine.py"
    source = mine.read_text("utf-8")
    use = 'purse.Take(data["entity"]["data"])\n\t\t\tif data["code"] == 2:'
    assert source.count(use) == 1
    mine.write_text(source.replace(use, f'if data["code"] != 2: {use}'), "utf-8")
    return pack


def lobby(pack, ore):
    """Play a room in which Anna digs so much, and what she bought may arrive. At each yield comes the other room."""

    def play(room):
        with modsdk.host(room, mod=pack) as game:
            game.join(ANNA)
            game.tick()
            yield
            for depth in range(ore):
                game.break_block(ANNA, (0, -depth, 0), name="minecraft:gold_ore")
            game.leave(ANNA)
            yield
            game.tick(4)

    return play


def buy(store):
    store.room("shop").storage.place_order(ANNA, "starter_set")


def owns(gold, bag):
    """Return the invariant: this is in the cloud at the end, and what was bought is delivered."""

    def invariant(store):
        player = store.player(ANNA)
        held = {row["key"]: row["value"] for row in player.storage}
        assert held == {"gold": gold, "bag": bag}, f"stored: {held}"
        assert all(order["shipped"] for order in player.orders)

    return invariant


def play(pack, first, second, *, bought):
    gold, bag = (20, {"pickaxe": 1, "lamp": 2}) if bought else (0, {})
    a, b = lobby(pack, first), lobby(pack, second)
    invariant = owns(first + second + gold, bag)
    return testing.interleave(a, b, setup=buy if bought else None, invariant=invariant, delivery="tick")


def test_both_dig():
    assert play(PACK, 2, 3, bought=False) == 20


def test_both_dig_and_deliver():
    assert play(PACK, 2, 3, bought=True) == 20


def test_one_digs():
    assert play(PACK, 0, 1, bought=True) == 20


def test_the_planted_bug_is_found(planted):
    with pytest.raises(testing.InterleavingError) as caught:
        play(planted, 2, 3, bought=False)
    print(caught.value)
    assert len(caught.value.order) == 6
    assert 0 < caught.value.failing < caught.value.tried == 20
