"""``game.cloud``: what the cloud holds for the players of a host."""

import itertools

import cloudvars
import pytest
from cloudvars import modsdk
from hypothesis import given, settings
from hypothesis import strategies as st
from stores import one_store

PLAYERS = {"7": 7, "8": 8, "-42": 9}
"""Ids in the room, and the uids behind them."""


def stored(player):
    """What a player has, as the tests below change it."""
    return {
        "achievements": {row["node_id"]: row["progress"] for row in player.achievements},
        "storage": {row["key"]: row["value"] for row in player.storage},
        "orders": [(row["cmd"], row["shipped"]) for row in player.orders],
        "money": {row["key"]: row["value"] for row in player.money},
    }


def nothing():
    return {"achievements": {}, "storage": {}, "orders": [], "money": {}}


steps = st.lists(
    st.tuples(
        st.sampled_from(list(PLAYERS)), st.sampled_from(["cow", "set", "buy", "pay"]), st.integers(1, 5)
    ),
    max_size=12,
)


@given(steps=steps)
@settings(max_examples=30)
def test_the_cloud_is_what_was_stored(steps):
    # E-21: against a simple model, whatever is stored, in whatever order
    model = {who: nothing() for who in PLAYERS}
    with cloudvars.open() as store, modsdk.host(store.room("here")) as game:
        store.achievements.define("cows", total=3)
        import mod.server.extraServerApi as serverApi  # noqa: PLC0415 - the host's

        factory, level = serverApi.GetEngineCompFactory(), serverApi.GetLevelId()
        cows, http = factory.CreateAchievement(level), factory.CreateHttp(level)
        for who, uid in PLAYERS.items():
            game.join(who, uid=uid)
        for who, what, number in steps:
            held = model[who]
            if what == "cow":
                cows.LobbySetAchievementStorage(lambda data: None, who, "cows", 1)
                held["achievements"]["cows"] = min(held["achievements"].get("cows", 0) + 1, 3)
            elif what == "set":
                entries = [{"key": "best", "value": number}]
                http.LobbySetStorageAndUserItem(lambda data: None, PLAYERS[who], None, lambda: entries)  # noqa: B023 - called at once
                held["storage"]["best"] = number
            elif what == "buy":
                game.place_order(who, f"bow {number}")
                held["orders"].append((f"bow {number}", False))
            else:
                with game.room.score.get_commit() as c:
                    c.money_add(user_id=PLAYERS[who], key="gold", value=number)
                held["money"]["gold"] = held["money"].get("gold", 0) + number
        assert {who: stored(player) for who, player in game.cloud.items()} == model


@one_store
def test_a_player_is_found_by_int_and_str_also_after_leaving(tick_room, empty_game):
    # E-21
    empty_game.join("-42", uid=9)
    with tick_room.score.get_commit() as c:
        c.money_add(user_id=9, key="gold", value=5)
    empty_game.leave("-42")
    for who in ("-42", -42, 9, "9"):  # a player who was never here has the uid of the id's number
        assert empty_game.cloud[who] == tick_room.store.player(9)
    assert empty_game.cloud[1].money == []
    assert list(empty_game.cloud) == ["-42"]
    assert [who in empty_game.cloud for who in ("-42", -42, 9)] == [True, True, False]
    with pytest.raises(cloudvars.CloudValueError, match="player: 'Anna'"):
        empty_game.cloud["Anna"]


@one_store
def test_what_belongs_to_everybody_is_that_of_zero(empty_game):
    # E-21
    config = [{"key": "op_config", "value": {"name": "Castle"}}]
    empty_game.room.storage.LobbySetStorageAndUserItem(lambda data: None, 0, None, lambda: config)
    empty_game.tick()
    assert stored(empty_game.cloud[0])["storage"] == {"op_config": {"name": "Castle"}}


@one_store
def test_the_rooms_game_is_looked_at(store):
    # E-21
    for name, number in (("default", 1), ("other", 2)):
        store.game(name).achievements.define("cows", total=9)
        room = store.room("here", game=name)
        for _ in range(number):
            room.achievement.LobbySetAchievementStorage(lambda data: None, 7, "cows", 1)
        assert room.game == name
        with modsdk.host(room) as game:
            assert stored(game.cloud[7])["achievements"] == {"cows": number}
            assert game.cloud[7].game == name


@one_store
def test_looking_costs_no_quota(tick_room, empty_game):
    # E-21
    empty_game.join(7)
    empty_game.tick()
    before = tick_room.budget()["reads"]
    for _ in itertools.repeat(None, 400):
        empty_game.cloud[7]
    assert tick_room.budget()["reads"] == before


@one_store
def test_the_cloud_is_shown_as_text_and_html(tick_room, empty_game):
    # E-21
    assert repr(empty_game.cloud) == "nobody was here yet"
    assert "nobody was here yet" in empty_game.cloud._repr_html_()
    empty_game.join(7)
    empty_game.join(8)
    with tick_room.score.get_commit() as c:
        c.money_add(user_id=7, key="<b>", value=5)
    assert repr(empty_game.cloud).splitlines() == [
        "Player 7 in 'default'",
        "money: 1 row",
        "  <b>  value=5",
        "Player 8 in 'default': nothing stored",
    ]
    html = empty_game.cloud._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert html.count("Player ") == 2
