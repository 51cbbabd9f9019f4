"""What a world has once: time, weather, rules, and the game's settings."""

import cloudvars
import pytest


def test_time_follows_the_clock(empty_game, factory, clock):
    # E-11
    comp = factory.CreateTime("-1")
    assert comp.GetTime() == 0
    empty_game.tick(45)
    assert comp.GetTime() == 30  # 20 frames a second
    clock.advance(hours=1)
    assert comp.GetTime() == 30 + 72000
    assert comp.SetTime(24000 + 6000) is True
    clock.advance(seconds=1)
    assert (comp.GetTime(), empty_game.level.time) == (30020, 30020)
    assert comp.SetTimeOfDay(7000) is True  # later today
    assert comp.GetTime() == 24000 + 7000
    assert comp.SetTimeOfDay(0) is True  # tomorrow
    assert comp.GetTime() == 48000
    empty_game.level.time = 5
    assert factory.CreateDimension("-1").GetLocalTime(0) == 5
    assert (comp.SetTime("x"), comp.SetTime(-1), comp.SetTimeOfDay(24001)) == (False,) * 3


def test_a_rule_stops_the_day(empty_game, factory, clock):
    # E-11
    comp, game = factory.CreateTime("-1"), factory.CreateGame("-1")
    clock.advance(seconds=1)
    assert game.SetGameRulesInfoServer({"cheat_info": {"daylight_cycle": False}}) is True
    clock.advance(seconds=5)
    assert comp.GetTime() == 20
    empty_game.level.rules["daylight_cycle"] = True
    clock.advance(seconds=1)
    assert comp.GetTime() == 40


def test_a_dimension_with_its_own_time(empty_game, factory, clock):
    # E-11
    comp = factory.CreateDimension("-1")
    assert (comp.GetUseLocalTime(3), comp.SetLocalTime(3, 5)) == (False, False)
    comp.SetUseLocalTime(3, True)
    assert (comp.SetLocalTime(3, 500), comp.GetLocalTime(3)) == (True, 500)
    clock.advance(seconds=1)
    assert (comp.GetLocalTime(3), comp.GetLocalTime(0)) == (520, 20)
    assert (comp.SetLocalTimeOfDay(3, 400), comp.GetLocalTime(3)) == (True, 24400)
    comp.SetUseLocalTime(3, False)
    assert (comp.GetUseLocalTime(3), comp.GetLocalTime(3)) == (False, 20)


def test_weather(empty_game, factory, clock, overheard):
    # E-11
    comp = factory.CreateWeather("-1")
    events = overheard("OnRainLevelChangeServerEvent")
    assert (comp.IsRaining(), comp.IsThunder()) == (False, False)
    assert comp.SetRaining(0.5, 40) is True
    assert comp.SetThunder(1, 20) is True
    assert (comp.IsRaining(), comp.IsThunder(), repr(empty_game.level.rain)) == (True, True, "<0.5>")
    clock.advance(seconds=1)
    assert (comp.IsRaining(), comp.IsThunder()) == (True, False)
    clock.advance(seconds=1)
    assert comp.IsRaining() is False
    assert events == [("OnRainLevelChangeServerEvent", {"oldLevel": 0.0, "newLevel": 0.5})]
    empty_game.level.rules["weather_cycle"] = False
    comp.SetRaining(1, 20)  # without a cycle, it never ends
    clock.advance(hours=1)
    assert comp.IsRaining() is True
    assert (comp.SetRaining(2, 20), comp.SetThunder("x", 5)) == (False, False)


def test_rules(empty_game, factory, caplog):
    # E-11
    comp = factory.CreateGame("-1")
    rules = comp.GetGameRulesInfoServer()
    assert sorted(rules) == ["cheat_info", "option_info"]
    assert (rules["option_info"]["pvp"], rules["cheat_info"]["keep_inventory"]) == (True, False)
    rules["option_info"]["pvp"] = False  # a copy
    assert comp.GetGameRulesInfoServer()["option_info"]["pvp"] is True
    given = {"option_info": {"pvp": False, "respawn_radius": 9}, "cheat_info": {"enable": True}}
    assert comp.SetGameRulesInfoServer(given) is True
    level = empty_game.level
    assert (level.rules["pvp"], level.rules["respawn_radius"], level.rules["enable"]) == (False, 9, True)
    assert level.rules["tnt_explodes"] is True
    for wrong in (
        {"option_info": {"pvp": True, "fly": True}},
        {"option_info": {"pvp": "yes"}},
        {"options": {}},
        {"cheat_info": 5},
        5,
    ):
        assert comp.SetGameRulesInfoServer(wrong) is False
    assert level.rules["pvp"] is False  # none of a wrong call is done
    assert "option_info.fly: there is no such rule; pvp, " in caplog.text
    assert comp.LockGameRulesInfo(True) is True
    assert (comp.IsLockGameRulesInfo(), comp.SetGameRulesInfoServer(given)) == (True, False)
    with pytest.raises(KeyError, match=r"rules\['fly'\]: there is no such rule"):
        level.rules["fly"]
    with pytest.raises(cloudvars.CloudValueError, match=r"rules\['pvp'\]: 'x'; a bool is accepted"):
        level.rules["pvp"] = "x"


def test_game_modes_and_difficulty(empty_game, factory, overheard):
    # E-11
    empty_game.join(7)
    empty_game.join(8)
    game, player = factory.CreateGame("-1"), factory.CreatePlayer("7")
    events = overheard("GameTypeChangedServerEvent")
    assert (game.GetGameType(), game.GetPlayerGameType("7"), game.GetPlayerGameType("9")) == (0, 0, -1)
    assert player.SetPlayerGameType(1) is True
    assert game.SetDefaultGameType(2) is True
    assert (game.GetPlayerGameType("7"), game.GetPlayerGameType("8")) == (1, 2)
    assert events == [
        ("GameTypeChangedServerEvent", {"playerId": "7", "oldGameType": 0, "newGameType": 1}),
        ("GameTypeChangedServerEvent", {"playerId": "", "oldGameType": 0, "newGameType": 2}),
    ]
    game.LockGameType(True)
    assert (player.SetPlayerGameType(0), game.SetDefaultGameType(0), game.IsLockGameType()) == (
        False,
        False,
        True,
    )
    assert (game.GetGameDiffculty(), game.SetGameDifficulty(3), game.GetGameDiffculty()) == (2, True, 3)
    game.LockDifficulty(True)
    assert (game.SetGameDifficulty(0), game.SetGameDifficulty(9), game.IsLockDifficulty()) == (
        False,
        False,
        True,
    )


def test_where_players_begin(factory):
    # E-11
    game = factory.CreateGame("-1")
    assert (game.GetSpawnPosition(), game.GetSpawnDimension()) == ((0, 32767, 0), 0)
    assert game.SetSpawnDimensionAndPosition(1, (1.5, 64, -2.5)) is True
    assert (game.GetSpawnPosition(), game.GetSpawnDimension()) == ((1, 64, -3), 1)
    assert game.SetSpawnDimensionAndPosition(pos="x") is False


def test_companions_of_the_level(empty_game, factory):
    # E-11
    banned, uses = factory.CreateItemBanned("-1"), factory.CreateBlockUseEventWhiteList("-1")
    assert (banned.AddBannedItem("minecraft:tnt"), banned.GetBannedItemList()) == (True, ["minecraft:tnt"])
    assert (banned.RemoveBannedItem("minecraft:tnt"), banned.RemoveBannedItem("minecraft:tnt")) == (
        True,
        False,
    )
    assert uses.AddBlockItemListenForUseEvent("minecraft:chest") is True
    assert empty_game.level.settings["use_events"] == ["minecraft:chest"]
    assert (uses.RemoveBlockItemListenForUseEvent("x"), uses.ClearAllListenForBlockUseEventItems()) == (
        False,
        True,
    )
    chunks = factory.CreateChunkSource("-1")
    assert chunks.SetAddArea("home", 0, (0, 0, 0), (9, 9, 9)) is True
    assert (chunks.GetAllAreaKeys(), chunks.DeleteArea("home"), chunks.DeleteArea("home")) == (
        ["home"],
        True,
        False,
    )
    cow = empty_game.spawn("minecraft:cow", (17, 4, -1))
    assert chunks.GetChunkPosFromBlockPos((17, 4, -1)) == (1, -1)
    assert (chunks.GetChunkEntites(0, (20, 0, -5)), chunks.GetChunkMobNum(0, (1, -1))) == ([cow], 1)
    done = []
    assert chunks.DoTaskOnChunkAsync(0, (0, 0, 0), (9, 9, 9), done.append) is True
    empty_game.tick()
    assert done == [{"code": 1}]
