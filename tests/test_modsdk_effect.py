"""Status effects, experience, tags and names of entities."""

import cloudvars
import pytest
from cloudvars import modsdk
from hypothesis import given
from hypothesis import strategies as st


def test_an_effect_ends_by_the_clock(empty_game, factory, clock, overheard):
    # E-8
    empty_game.join(7)
    comp = factory.CreateEffect("7")
    events = overheard("AddEffectServerEvent", "RefreshEffectServerEvent", "RemoveEffectServerEvent")
    assert comp.GetAllEffects() is None
    assert comp.AddEffectToEntity("speed", 3, 1, True) is True
    clock.advance(seconds=1.5)
    row = {"effectName": "speed", "duration": 1, "duration_f": 1.5, "amplifier": 1}
    assert (comp.GetAllEffects(), comp.HasEffect("speed")) == ([row], True)
    clock.advance(seconds=1.5)
    assert (comp.GetAllEffects(), comp.HasEffect("speed")) == (None, False)
    empty_game.tick()
    assert [name for name, _ in events] == ["AddEffectServerEvent", "RemoveEffectServerEvent"]
    assert events[0][1] == {
        "entityId": "7",
        "effectName": "speed",
        "effectDuration": 3,
        "effectAmplifier": 1,
        "damage": 0.0,
    }
    empty_game.tick()
    assert len(events) == 2


EFFECTS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), max_size=9)


@given(given=EFFECTS)
def test_the_higher_level_then_the_longer_time_wins(given):
    # E-8
    with cloudvars.open(clock=cloudvars.ManualClock()) as store, modsdk.host(store.room()) as game:
        game.join(7)
        comp = game.import_module("server.extraServerApi").GetEngineCompFactory().CreateEffect("7")
        best = (-1, 0)
        for level, seconds in given:
            assert comp.AddEffectToEntity("speed", seconds, level, False) is ((level, seconds) > best)
            best = max(best, (level, seconds))
            [row] = comp.GetAllEffects()
            assert (row["amplifier"], row["duration"]) == best
        assert comp.RemoveEffectFromEntity("speed") is bool(given)
        assert comp.GetAllEffects() is None


@pytest.mark.parametrize(
    "wrong", [("", 3, 1), (5, 3, 1), ("speed", -1, 1), ("speed", "x", 1), ("speed", 3, 256)]
)
def test_what_is_no_effect(empty_game, factory, caplog, wrong):
    # E-8
    empty_game.join(7)
    assert factory.CreateEffect("7").AddEffectToEntity(*wrong, True) is False
    assert "EffectComponentServer.AddEffectToEntity: " in caplog.text
    assert (len(empty_game.entity(7).effects), repr(empty_game.entity(7).effects)) == (0, "<none>")


def test_levels_and_points(empty_game, factory, overheard):
    # E-8
    empty_game.join(7)
    exp, level = factory.CreateExp("7"), factory.CreateLv("7")
    events = overheard("AddExpEvent", "AddLevelEvent")
    assert exp.AddPlayerExperience(10) is True  # 7 points are the first level, 9 the second
    assert (level.GetPlayerLevel(), exp.GetPlayerExp(False), exp.GetPlayerTotalExp()) == (1, 3, 10)
    assert exp.GetPlayerExp() == pytest.approx(3 / 9)
    assert events == [
        ("AddExpEvent", {"id": "7", "addExp": 10}),
        ("AddLevelEvent", {"id": "7", "addLevel": 1, "newLevel": 1}),
    ]
    assert exp.AddPlayerExperience(-99) is True  # takes points, and no level
    assert (level.GetPlayerLevel(), exp.GetPlayerExp(False)) == (1, 0)
    assert level.AddPlayerLevel(29) is True
    assert (level.GetPlayerLevel(), exp.GetPlayerTotalExp()) == (30, 1395)
    assert level.AddPlayerLevel(-99) is True
    assert level.GetPlayerLevel() == 0
    assert exp.SetPlayerTotalExp(1395) is True
    assert level.GetPlayerLevel() == 30
    assert (exp.AddPlayerExperience("x"), level.AddPlayerLevel(None), exp.SetPlayerTotalExp(-1)) == (
        False,
    ) * 3
    assert (factory.CreateExp("8").GetPlayerTotalExp(), factory.CreateLv("8").AddPlayerLevel(1)) == (
        -1,
        False,
    )
    assert repr(empty_game.entity(7).experience) == "<level 30, 0 of 112 points>"


def test_orbs(empty_game, factory):
    # E-8
    empty_game.join(7)
    assert factory.CreateExp("7").CreateExperienceOrb(25, (1, 2, 3), True) is True
    [_, orb] = empty_game.entities
    comp = factory.CreateExp(orb.id)
    assert (orb.identifier, orb.pos, comp.GetOrbExperience()) == ("minecraft:xp_orb", (1.0, 2.0, 3.0), 25)
    assert (comp.SetOrbExperience(5), comp.GetOrbExperience()) == (True, 5)
    assert (factory.CreateExp("7").GetOrbExperience(), factory.CreateExp("7").SetOrbExperience(5)) == (
        -1,
        False,
    )


def test_tags(empty_game, factory):
    # E-7
    comp = factory.CreateTag(empty_game.spawn("minecraft:cow"))
    assert (comp.AddEntityTag("a"), comp.AddEntityTag("b"), comp.AddEntityTag("a")) == (True, True, False)
    assert (comp.GetEntityTags(), comp.EntityHasTag("a"), comp.EntityHasTag("c")) == (["a", "b"], True, False)
    assert (comp.RemoveEntityTag("a"), comp.RemoveEntityTag("a"), comp.GetEntityTags()) == (
        True,
        False,
        ["b"],
    )


def test_names(empty_game, factory):
    # E-7
    empty_game.join(7, "Anna")
    cow = factory.CreateName(empty_game.spawn("minecraft:cow"))
    assert (cow.GetName(), cow.SetName("Berta"), cow.GetName()) == ("", True, "Berta")
    anna = factory.CreateName("7")
    assert (anna.GetName(), anna.SetName("Eve"), anna.GetName()) == ("Anna", False, "Anna")
    assert anna.SetPlayerPrefixAndSuffixName("VIP", "\xa76", "!", "\xa7f", nameColor="\xa7c") is True
    settings = empty_game.entity(7).settings
    assert (settings["prefix"], settings["suffix"], settings["name_color"]) == ("\xa76VIP", "\xa7f!", "\xa7c")
