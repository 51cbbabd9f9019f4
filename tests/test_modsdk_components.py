"""Components of the host: which there are, what they set and answer, and how old mods make them."""

import inspect

import pytest
from cloudvars import modsdk
from cloudvars.modsdk.components import COMPONENTS
from stores import one_store

# Setter, getter, a value that is neither the first nor nothing: by the factory's method.
PAIRS = """
Player SetPlayerCurrentExhaustionValue GetPlayerCurrentExhaustionValue 2.5
Player SetPlayerMaxExhaustionValue GetPlayerMaxExhaustionValue 9.0
Player SetPlayerHealthLevel GetPlayerHealthLevel 5
Player SetPlayerHealthTick GetPlayerHealthTick 5
Player SetPlayerNaturalRegen IsPlayerNaturalRegen False
Player SetPlayerStarveLevel GetPlayerStarveLevel 5
Player SetPlayerStarveTick GetPlayerStarveTick 5
Player SetPlayerNaturalStarve IsPlayerNaturalStarve False
Player SetPlayerInteracteRange GetPlayerInteracteRange 9.0
Player SetInteracteCenterOffset GetInteracteCenterOffset (1.0,2.0,3.0)
Player SetEnchantmentSeed GetEnchantmentSeed 5
Player SetPlayerHunger GetPlayerHunger 5
Player SetPermissionLevel GetPlayerOperation 2
Attr SetStepHeight GetStepHeight 1.5
Breath SetCurrentAirSupply GetCurrentAirSupply 5
Breath SetMaxAirSupply GetMaxAirSupply 5
CollisionBox SetSize GetSize (2.0,3.0)
Gravity SetGravity GetGravity -0.5
Gravity SetJumpPower GetJumpPower 0.8
Game SetLevelGravity GetLevelGravity -0.5
Game SetPistonMaxInteractionCount GetPistonMaxInteractionCount 5
EntityDefinitions SetLootDropped IsLootDropped False
EntityDefinitions SetMobColor GetMobColor 3
EntityDefinitions SetSheared IsSheared True
EntityDefinitions SetSitting IsSitting True
EntityDefinitions SetVariant GetVariant 3
EntityDefinitions SetMarkVariant GetMarkVariant 3
EntityDefinitions SetTradeLevel GetTradeLevel 3
EntityDefinitions SetChest HasChest True
ActorOwner SetEntityOwner GetEntityOwner '9'
ActorMotion SetPlayerMotion GetMotion (1.0,2.0,3.0)
""".split("\n")


@one_store
@pytest.mark.parametrize("pair", [line for line in PAIRS if line])
def test_what_is_set_is_answered(empty_game, factory, pair):
    # E-7
    component, setter, getter, text = pair.split(" ")
    value = eval(text)
    empty_game.join(7)
    empty_game.join(8)
    make = getattr(factory, f"Create{component}")
    first = getattr(make("8"), getter)()
    assert first != value
    assert getattr(make("7"), setter)(value) is True
    assert getattr(make("7"), getter)() == value
    assert getattr(make("8"), getter)() == first
    name = next(iter(inspect.signature(getattr(make("7"), setter)).parameters))
    if name != "self":
        assert getattr(make("7"), setter)(**{name: value}) is True
    assert getattr(make("9"), setter)(value) is False
    with pytest.raises(TypeError):
        getattr(make("7"), setter)(value, value, value, value)


def test_settings_are_shown_and_set(empty_game, factory):
    # E-7
    empty_game.join(7)
    player = factory.CreatePlayer("7")
    assert player.SetPlayerJumpable(isJumpable=False) is True
    assert player.OpenPlayerCritBox() is True
    settings = empty_game.entity(7).settings
    assert (settings["jumpable"], settings["crit_box"]) == (False, True)
    settings["sneaking"] = True  # the test lets the player sneak
    assert (player.isSneaking(), factory.CreatePlayer("9").isSneaking()) == (True, False)
    area = [1, 2, 3]
    player.SetPickUpArea(area)
    area.append(4)
    assert settings["pick_up_area"] == [1, 2, 3]
    assert factory.CreateGame("-1").SetHurtCD(5) is True
    assert empty_game.level.settings["hurt_cooldown"] == 5


def test_abilities(empty_game, factory):
    # E-7
    empty_game.join(7)
    comp = factory.CreatePlayer("7")
    assert (comp.GetPlayerAbilities()["build"], comp.GetPlayerAbilities()["op"]) == (True, False)
    assert comp.SetBuildAbility(False) is True
    assert comp.SetPermissionLevel(2) is True
    assert (comp.GetPlayerAbilities()["build"], comp.GetPlayerAbilities()["op"]) == (False, True)
    assert (comp.SetPermissionLevel(9), factory.CreatePlayer("9").GetPlayerOperation()) == (False, -1)
    assert comp.SetPlayerRespawnPos((1.5, 2, 3), 1) is True
    assert comp.GetPlayerRespawnPos() == {"dimensionId": 1, "pos": (1, 2, 3)}
    empty_game.join(8)
    assert comp.GetRelevantPlayer() == ["7", "8"]
    assert comp.GetRelevantPlayer(["7"]) == ["8"]
    empty_game.entity(8).dimension = 1
    assert comp.GetRelevantPlayer() == ["7"]


def test_entities_act(empty_game, factory):
    # E-7
    empty_game.join(7)
    wolf, cow = empty_game.spawn("minecraft:wolf"), empty_game.spawn("minecraft:cow")
    action = factory.CreateAction(wolf)
    assert (action.GetAttackTarget(), factory.CreateAction("9").GetAttackTarget()) == ("-1", None)
    assert (action.SetAttackTarget(cow), action.SetAttackTarget("9"), action.GetAttackTarget()) == (
        True,
        False,
        cow,
    )
    assert (action.ResetAttackTarget(), action.GetAttackTarget()) == (True, "-1")
    action.SetMobKnockback(0.5, 0.5)
    assert empty_game.entity(wolf).settings["knockback"] == (0.5, 0.5, 1.0, 1.0, 1.0)
    tame = factory.CreateTame(wolf)
    assert (tame.SetEntityTamed("7", wolf), tame.GetOwnerId()) == (True, "7")
    assert factory.CreateEntityDefinitions(wolf).IsTamed() is True
    motion = factory.CreateActorMotion(wolf)
    assert (motion.SetMotion((1, 2, 3)), motion.GetMotion()) == (True, (1.0, 2.0, 3.0))
    assert (motion.ResetMotion(), motion.GetMotion(), motion.SetPlayerMotion((0, 0, 0))) == (
        True,
        (0, 0, 0),
        False,
    )
    assert (motion.SetMotion("x"), factory.CreateActorMotion("7").SetMotion((0, 0, 0))) == (False, False)
    scale = factory.CreateScale(wolf)
    assert (scale.SetEntityScale(wolf, 2), scale.GetEntityScale(), scale.SetEntityScale("9", 2)) == (
        1,
        2.0,
        -1,
    )
    fly = factory.CreateFly("7")
    assert (fly.ChangePlayerFlyState(True), fly.IsPlayerCanFly(), fly.IsPlayerFlying()) == (True, True, True)
    assert (fly.ChangePlayerFlyState(False), fly.IsPlayerFlying()) == (True, False)
    ai = factory.CreateControlAi(wolf)
    assert (ai.GetBlockControlAi(), ai.SetBlockControlAi(False), ai.GetBlockControlAi()) == (
        True,
        True,
        False,
    )
    assert factory.CreateControlAi("7").SetBlockControlAi(False) is False
    events = factory.CreateEntityEvent(wolf)
    assert (events.TriggerCustomEvent(wolf, "tame"), events.TriggerCustomEvent("9", "tame")) == (True, False)
    assert (events.AddActorComponent("a", "{}"), events.GetComponents()) == (True, {"a": "{}"})
    assert (events.RemoveActorComponent("a"), events.RemoveActorComponent("a")) == (True, False)
    assert (events.AddActorComponentGroup("g"), events.RemoveActorComponentGroup("g")) == (True, True)
    assert empty_game.entity(wolf).settings["triggered"] == ["tame"]
    arrow = factory.CreateProjectile("-1").CreateProjectileEntity(
        "7", "minecraft:arrow", {"position": (1, 2, 3)}
    )
    assert (empty_game.entity(arrow).pos, factory.CreateBulletAttributes(arrow).GetSourceEntityId()) == (
        (1, 2, 3),
        "7",
    )
    assert factory.CreateProjectile("-1").CreateProjectileEntity("9", "minecraft:arrow") == "-1"


def test_every_component_can_be_made(empty_game, factory):
    # E-1
    assert len(COMPONENTS) > 45
    for create, made in COMPONENTS.items():
        component = getattr(factory, create)("7")
        assert type(component) is made
        assert component.GetEntityId() == "7"
        with pytest.raises(AttributeError, match=rf"^{made.__name__}\.Nothing is not simulated"):
            component.Nothing  # noqa: B018


def test_components_by_name(empty_game, server_api, factory, system):
    # E-11
    empty_game.join(7)
    assert server_api.GetComponent("7", "Minecraft", "pos") is None
    pos = server_api.CreateComponent("7", "Minecraft", "pos")
    assert type(pos) is type(factory.CreatePos("7"))
    assert system.CreateComponent("7", "Minecraft", "pos") is pos
    assert system.GetComponent("7", "Minecraft", "pos") is pos
    pos.pos = (1, 2, 3)  # attributes, as the oldest mods use them
    assert system.NeedsUpdate(pos) is True
    assert (pos.pos, factory.CreatePos("7").GetFootPos()) == ((1.0, 3.62, 3.0), (1.0, 2.0, 3.0))
    rot = system.CreateComponent("7", "Minecraft", "rot")
    rot.rot = (30, 40)
    assert (rot.rot, system.CreateComponent("7", "Minecraft", "name").name) == ((30.0, 40.0), "player7")
    system.CreateComponent("7", "Minecraft", "msg").msg = "hello"
    assert [message.text for message in empty_game.messages] == ["hello"]
    assert system.CreateComponent("7", "Minecraft", "extraData").SetExtraData("a", 1) is True
    server_api.DestroyComponent("7", "Minecraft", "pos")
    assert system.GetComponent("7", "Minecraft", "pos") is None
    assert system.CreateComponent("7", "Other", "pos") is None
    with pytest.raises(AttributeError, match=r"GetEngineCompFactory\(\)\.CreateRadar is not simulated"):
        system.CreateComponent("7", "Minecraft", "radar")


def test_a_mods_own_component(make_room, pack):
    # E-11
    mod = pack("""
        import mod.server.extraServerApi as serverApi
        ended = []
        class Shooting(serverApi.GetComponentCls()):
            def __init__(self, entityId):
                super(Shooting, self).__init__(entityId)
                self.shots = 0
            def Destroy(self):
                ended.append(self.GetEntityId())
        class System(serverApi.GetServerSystemCls()):
            def __init__(self, namespace, systemName):
                super(System, self).__init__(namespace, systemName)
                assert serverApi.RegisterComponent("Test", "shooting", "testScripts.system.Shooting")
                self.CreateComponent("7", "Test", "shooting").shots += 2
                self.CreateComponent("7", "Test", "shooting").shots += 1
                self.shots = self.GetComponent("7", "Test", "shooting").shots, self.GetComponent("8", "Test", "shooting")
                self.DestroyComponent("7", "Test", "shooting")
    """)
    with modsdk.host(make_room(), mod=mod) as game:
        assert game.systems["Test", "System"].shots == (3, None)
        assert game.import_module("testScripts.system").ended == ["7"]
