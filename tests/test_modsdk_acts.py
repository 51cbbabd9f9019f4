"""What players do as the test says: chat, items, blocks, damage."""

import json
from pathlib import Path

import cloudvars
import pytest
from cloudvars import modsdk
from stores import one_store

ENGINE = "Minecraft", "Engine"
EVENTS = json.loads((Path(modsdk.__file__).parent / "facts" / "events_server.json").read_text("utf-8"))
TYPES = {"str": str, "int": int, "float": float, "bool": bool, "dict": dict, "list": list}
HURT = [
    "PlayerAttackEntityEvent",
    "DamageEvent",
    "ActuallyHurtServerEvent",
    "ActorHurtServerEvent",
    "HealthChangeServerEvent",
]
pytestmark = one_store


@pytest.fixture
def game(empty_game):
    """A game with two players, whose engine events are kept in ``game.heard``; ``game.on(event, function)`` listens."""
    api = empty_game.import_module("mod.server.extraServerApi")
    system = api.GetServerSystemCls()("Test", "System")
    empty_game.join(7, "Anna")
    empty_game.join(8, "Bob")
    empty_game.heard = []

    def on(event, function):
        system.ListenForEvent(*ENGINE, event, system, function)

    for event in EVENTS:
        if EVENTS[event]:
            system.ListenForEvent(
                *ENGINE,
                event,
                system,
                lambda args, event=event: empty_game.heard.append((event, dict(args))),
                -1,
            )
    empty_game.on = on
    return empty_game


def events(game):
    return [event for event, _ in game.heard]


def setter(**changes):
    return lambda args: args.update(changes)


ACTS = {
    "chat": lambda game: game.chat(7, "hi"),
    "use_item": lambda game: game.use_item(7, "minecraft:bow"),
    "use_item_on": lambda game: game.use_item_on(7, (1, 64, -3), "minecraft:shears"),
    "use_block": lambda game: (
        game.give(7, "minecraft:stick"),
        game.use_block(7, (1, 64, -3), name="my:altar"),
    ),
    "break_block": lambda game: game.break_block(7, (1, 64, -3), name="minecraft:dirt"),
    "damage": lambda game: game.damage(8, 3, 7),
    "death": lambda game: game.damage(8, 50, 7),
}


@pytest.mark.parametrize("act", ACTS)
def test_each_event_has_the_fields_of_the_documents(game, act):
    # E-16
    ACTS[act](game)
    assert game.heard
    for event, data in game.heard:
        assert list(data.keys() - EVENTS[event].keys()) == [], event
        assert list(EVENTS[event].keys() - data.keys()) == [], event
        for field, kind in EVENTS[event].items():
            accepted = (int, float) if kind == "float" else TYPES[kind]
            assert data[field] is None or isinstance(data[field], accepted), (event, field)


def test_chat_reaches_those_who_may_hear_it(game):
    # E-16
    said = game.chat("7", "hello")
    assert (said["username"], said["playerId"], said["message"]) == ("Anna", "7", "hello")
    assert [(one.player, one.text, one.sender) for one in game.messages] == [
        ("7", "hello", "Anna"),
        ("8", "hello", "Anna"),
    ]
    game.on("ServerChatEvent", lambda args: args.update(bChatById=True, toPlayerIds=["8"], message="psst"))
    game.chat(7, "x")
    assert [(one.player, one.text) for one in game.messages[2:]] == [("8", "psst")]


@pytest.mark.parametrize("field", ["cancel", "bForbid"])
def test_chat_that_is_forbidden_reaches_nobody(game, field):
    # E-16
    game.on("ServerChatEvent", setter(**{field: True}))
    assert game.chat(7, "hello")[field] is True
    assert game.messages == []


def test_an_item_is_used_until_a_listener_forbids_it(game):
    # E-16
    with pytest.raises(cloudvars.CloudValueError, match="the hand of player 7 is empty"):
        game.use_item(7)
    game.give(7, {"newItemName": "minecraft:apple", "count": 3})
    game.heard.clear()
    assert game.use_item(7)["itemDict"]["newItemName"] == "minecraft:apple"
    assert events(game) == ["ServerItemTryUseEvent", "ItemUseAfterServerEvent"]
    game.on("ServerItemTryUseEvent", setter(cancel=True))
    game.heard.clear()
    assert game.use_item(7, "minecraft:bow")["cancel"] is True
    assert events(game) == ["ServerItemTryUseEvent"]
    assert game.entity(7).items.count("minecraft:apple") == 3


def test_an_item_is_used_on_a_block_until_a_listener_forbids_it(game):
    # E-16
    used = game.use_item_on(7, (1, 64, -3), "minecraft:shears", name="my:hive", face=3)
    assert (used["x"], used["y"], used["z"], used["face"], used["blockName"]) == (1, 64, -3, 3, "my:hive")
    assert events(game) == ["ServerItemUseOnEvent", "ItemUseOnAfterServerEvent"]
    game.on("ServerItemUseOnEvent", setter(ret=True))
    game.heard.clear()
    game.use_item_on(7, (1, 64, -3), "minecraft:shears")
    assert events(game) == ["ServerItemUseOnEvent"]


def test_a_block_breaks_until_a_listener_forbids_it(game):
    # E-16
    game.entity(7).dimension = 1
    assert game.break_block(7, (1, 64, -3), name="my:ore")["dimensionId"] == 1
    assert events(game) == ["ServerPlayerTryDestroyBlockEvent", "DestroyBlockEvent"]
    assert game.heard[1][1]["fullName"] == "my:ore"
    game.on("ServerPlayerTryDestroyBlockEvent", setter(cancel=True))
    game.heard.clear()
    assert game.break_block(7, [1, 64, -3])["cancel"] is True
    assert events(game) == ["ServerPlayerTryDestroyBlockEvent"]


def test_damage_is_what_the_listeners_leave_of_it(game):
    # E-16
    cow = game.spawn("minecraft:cow")
    health = game.entity(cow).attr.health
    game.heard.clear()
    assert game.damage(cow, 3, 7) == 3
    assert (events(game), game.entity(cow).attr.health) == (HURT, health - 3)
    game.on("DamageEvent", setter(damage=1.5))
    assert game.damage(cow, 3, attacker="8") == 1.5
    game.on("DamageEvent", setter(damage=0))
    game.heard.clear()
    assert game.damage(cow, 3, 7) == 0
    assert events(game) == HURT[:2]
    assert game.entity(cow).attr.health == health - 4.5


def test_an_attack_can_be_cancelled_or_weighed(game):
    # E-16
    cow = game.spawn("minecraft:cow")
    game.on("PlayerAttackEntityEvent", setter(damage=2, isValid=1))
    assert game.damage(cow, 5, 7) == 2
    assert game.damage(cow, 1, 7, cause="fall") == 1  # no attack
    game.on("PlayerAttackEntityEvent", setter(cancel=True))
    game.heard.clear()
    assert game.damage(cow, 5, 7) == 0
    assert events(game) == HURT[:1]


def test_who_has_no_health_left_dies(game):
    # E-16
    cow = game.spawn("minecraft:cow")
    game.damage(cow, 1000, 7)
    assert game.heard[-1] == (
        "MobDieEvent",
        {"id": cow, "attacker": "7", "cause": "entity_attack", "customTag": ""},
    )
    game.heard.clear()
    game.damage(8, 1000, cause="fall")
    assert events(game)[0] == "PlayerHurtEvent"
    assert events(game)[-2:] == ["MobDieEvent", "PlayerDieEvent"]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda game: game.chat(9, "x"), "player: 9"),
        (lambda game: game.chat(7, 5), "text: 5"),
        (lambda game: game.use_item(7, 5), "item: 5"),
        (lambda game: game.use_item_on(7, (1, 2), "a"), r"pos: \(1, 2\)"),
        (lambda game: game.break_block(7, (1, 2.5, 3)), r"pos: \(1, 2\.5, 3\)"),
        (lambda game: game.damage("nobody", 3), "entity: 'nobody'"),
        (lambda game: game.damage(8, -1), "amount: -1"),
        (lambda game: game.damage(8, float("nan")), "amount: nan"),
    ],
)
def test_what_cannot_be_done_says_what_can(game, call, told):
    # E-16, G-4
    with pytest.raises(cloudvars.CloudValueError, match=told):
        call(game)
