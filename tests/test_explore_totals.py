"""What the page says of all rows together: how many each table has, and what there is of each currency."""

from urllib.parse import quote

import pytest
from stores import one_store
from table_model import NAMES
from table_world import GAMES
from visitors import Visitor


@pytest.fixture
def look(world, show):
    """`look(path)`: what the page of the world answers."""
    page = show(world.store)
    visitor = Visitor(page.port)
    assert visitor.enter(page.url).status == 303
    return visitor.json


@one_store
@pytest.mark.parametrize("game", GAMES)
def test_the_rows_of_every_table_are_counted(world, look, game):
    #
    assert look(f"/api/info?game={quote(game)}")["rows"] == {
        name: len(world.model(name, game).rows) for name in NAMES
    }


@one_store
@pytest.mark.parametrize("game", GAMES)
def test_balances_are_added_up(world, look, game):
    #
    balances = {}
    for row in world.model("money", game).rows:
        balances.setdefault(row["key"], []).append(row["value"])
    assert look(f"/api/economy?game={quote(game)}")["currencies"] == [
        {
            "key": key,
            "holders": len(held),
            "total": pytest.approx(sum(held)),
            "least": min(held),
            "most": max(held),
        }
        for key, held in sorted(balances.items())
    ]
