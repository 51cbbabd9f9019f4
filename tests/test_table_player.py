"""``store.player``: everything of one user."""

import json

from stores import one_store
from table_model import COUNTED

# Under which name a player has the rows of a table.
PARTS = {
    "general": "general",
    "money": "money",
    "list": "list",
    "with_limit": "with_limit",
    "world_data": "world_data",
    "world_list": "world_list",
    "messages": "message",
    "achievements": "achievement",
    "storage": "storage",
}


def of_table(world, table, user):
    """The user's rows, by their table."""
    return world.model(table).where(**{COUNTED[table]: user}).rows


def test_a_player_has_everything_of_one_user(world):
    #
    for user in (7, 8, -1, -(2**63), 2**63 - 1):
        found = world.store.player(user).to_dict()
        for part, table in PARTS.items():
            rows = of_table(world, table, user)
            assert len(found[part]) == len(rows), (user, part)
            for row, wanted in zip(found[part], rows, strict=True):
                shared = set(row) & set(wanted)
                assert {name: row[name] for name in shared} == {name: wanted[name] for name in shared}
                assert {"version", "updated"} <= shared, part
        assert found["user_id"] == user


def test_each_part_is_an_attribute_too(world):
    player = world.store.player(7)
    found = player.to_dict()
    for part in PARTS:
        assert len(list(getattr(player, part))) == len(found[part]), part


def test_values_of_a_player_are_python_values(world):
    found = world.store.player(7).to_dict()
    [hero] = [row for row in found["general"] if row["key"] == "hero"]
    assert list(hero["value"])[:2] == [5, "#5"]
    [chest] = [row for row in found["list"] if row["key"] == "chest"]
    assert chest["value"] == {5: {"#": None}}
    [big] = [row for row in found["storage"] if row["key"] == "big"]
    assert big["value"]["#5"] == 2**70
    assert hero["updated"].utcoffset().total_seconds() == 0


def test_a_players_counters_are_for_now(world):
    # "tables and `player` answer for now"
    found = {row["key"]: row["value"] for row in world.store.player(7).to_dict()["with_limit"]}
    assert found == {"never": 3, "ended": 0}


def test_a_user_id_is_an_int_or_a_string_that_is_an_integer(world):
    # G-2
    assert world.store.player("7").to_dict() == world.store.player(7).to_dict()
    assert world.store.player(7.0).to_dict()["user_id"] == 7


def test_a_player_that_nobody_saw_is_empty(store):
    found = store.player(123).to_dict()
    assert [found[part] for part in PARTS] == [[]] * len(PARTS)
    assert "123" in repr(store.player(123))


def test_a_player_of_another_game_is_another(world):
    # "`store.game("other")`: the same store as seen by another game (nodes, rooms, tables)"
    another = world.store.game("another")
    assert another.player(7).to_dict()["achievements"] == []
    money = world.model("money", "another").where(user_id=7).rows
    assert [row["value"] for row in another.player(7).to_dict()["money"]] == [row["value"] for row in money]
    assert another.tables["money"].rows() == world.model("money", "another").rows


def test_a_player_is_shown_as_text_and_html(world):
    player = world.store.player(7)
    for text in (repr(player), player._repr_html_()):
        assert "7" in text
        assert len(text) < 64 * 1024
    assert '"<b>' not in player._repr_html_()


@one_store
def test_a_player_of_ten_thousand_rows_is_shown_bounded(store, room):
    with room.score.get_commit() as c:
        for number in range(10_000):
            c.list_add(user_id=7, key="bag", value={"name": "x" * 200, "number": number})
    player = store.player(7)
    assert len(player.to_dict()["list"]) == 10_000
    assert len(player._repr_html_()) < 64 * 1024
    assert len(repr(player)) < 16 * 1024


@one_store
def test_a_player_is_json_but_for_times_and_int_keys(store, room):
    with room.score.get_commit() as c:
        c.set(user_id=7, key="hero", value={"class": "archer"}, i_value=1)
        c.money_add(user_id=7, key="gold", value=5)
    text = json.dumps(store.player(7).to_dict(), default=str)
    assert '"archer"' in text
    assert '"gold"' in text
