"""Attributes of entities: against a simple model, and what the engine tells of health and hunger."""

import cloudvars
import pytest
from cloudvars import modsdk
from hypothesis import given
from hypothesis import strategies as st

HEALTH, SPEED, DAMAGE, HUNGER, SATURATION, ABSORPTION, LUCK, JUMP, ARMOR = 0, 1, 2, 4, 5, 6, 8, 11, 12
MOST = 3.4028234663852886e38
LEAST = {HEALTH: 0, SPEED: 0, DAMAGE: 1, HUNGER: 0, SATURATION: 0, ABSORPTION: 0, LUCK: -1024}
KINDS = st.sampled_from(sorted(LEAST))
VALUES = st.one_of(st.integers(-30, 60), st.floats(-2000, 2000, width=32))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("SetAttrValue"), KINDS, VALUES, st.sampled_from([0, 1])),
        st.tuples(st.just("SetAttrMaxValue"), KINDS, VALUES),
        st.tuples(st.just("ResetToDefaultValue"), KINDS),
        st.tuples(st.just("ResetToMaxValue"), KINDS),
    ),
    max_size=20,
)


class Model:
    """The attributes of a player who cannot die: the test never lets the health reach 0."""

    def __init__(self):
        self.value = {HEALTH: 20, SPEED: 0.1, DAMAGE: 1, HUNGER: 20, SATURATION: 5, ABSORPTION: 0, LUCK: 0}
        self.most = {
            HEALTH: 20,
            SPEED: MOST,
            DAMAGE: MOST,
            HUNGER: 20,
            SATURATION: 20,
            ABSORPTION: 16,
            LUCK: 1024,
        }
        self.default = dict(self.value)

    def limit(self, kind):
        return min(self.most[kind], self.value[HUNGER]) if kind == SATURATION else self.most[kind]

    def put(self, kind, value):
        self.value[kind] = max(LEAST[kind], min(value, self.limit(kind)))
        self.value[SATURATION] = min(self.value[SATURATION], self.value[HUNGER])

    def SetAttrValue(self, kind, value, default):
        self.put(kind, value)
        if default and kind not in (HUNGER, SATURATION):
            self.default[kind] = self.value[kind]
        return self.value[kind] == value

    def SetAttrMaxValue(self, kind, value):
        if value < LEAST[kind]:
            return False
        self.most[kind] = value
        if kind == HUNGER:
            self.default[kind] = value
        self.put(kind, self.value[kind])
        return True

    def ResetToDefaultValue(self, kind):
        if kind == ABSORPTION:
            return False
        self.put(kind, self.default[kind])
        return True

    def ResetToMaxValue(self, kind):
        if kind == ABSORPTION:
            return False
        self.put(kind, self.limit(kind) if self.limit(kind) < MOST else self.default[kind])
        return True


@given(steps=STEPS)
def test_attributes_stay_within_their_ranges(steps):
    # E-8
    with cloudvars.open() as store, modsdk.host(store.room()) as game:
        game.join(7)
        comp = game.import_module("server.extraServerApi").GetEngineCompFactory().CreateAttr("7")
        model = Model()
        for name, *args in steps:
            assert getattr(comp, name)(*args) is getattr(model, name)(*args), (name, args)
            assert {kind: comp.GetAttrValue(kind) for kind in LEAST} == model.value
            assert {kind: comp.GetAttrMaxValue(kind) for kind in LEAST} == {
                kind: model.limit(kind) for kind in LEAST
            }
            assert game.entity(7).attr.luck == model.value[LUCK]


def test_species_differ(empty_game, factory):
    # E-8
    health = {"minecraft:cow": 10, "minecraft:iron_golem": 100, "mod:dragon": 20, "minecraft:item": -1}
    for identifier, most in health.items():
        comp = factory.CreateAttr(empty_game.spawn(identifier))
        assert (comp.GetAttrValue(HEALTH), comp.GetAttrMaxValue(HEALTH)) == (most, most)
        assert (comp.GetAttrValue(HUNGER), comp.SetAttrValue(HUNGER, 5)) == (
            -1,
            False,
        )  # only players have it
    assert factory.CreateAttr(empty_game.spawn("minecraft:horse")).GetAttrValue(JUMP) == 0.5
    player = factory.CreateAttr(empty_game.join(7))
    assert (player.GetAttrValue(JUMP), player.GetAttrMaxValue(ARMOR), player.GetAttrValue(99)) == (-1, -1, -1)
    assert (player.SetAttrValue(HEALTH, "x"), player.SetAttrValue("health", 5)) == (False, False)


def test_health_tells(empty_game, factory, overheard):
    # E-8
    cow = empty_game.spawn("minecraft:cow")
    comp = factory.CreateAttr(cow)
    events = overheard("HealthChangeBeforeServerEvent", "HealthChangeServerEvent", "MobDieEvent")
    assert comp.SetAttrValue(HEALTH, 99) is False  # more than the maximum: nothing changes, nothing is told
    assert events == []
    assert comp.SetAttrMaxValue(HEALTH, 4) is True
    change = {"entityId": cow, "from": 10.0, "to": 4.0, "byScript": True}
    assert events == [
        ("HealthChangeBeforeServerEvent", {**change, "cancel": False}),
        ("HealthChangeServerEvent", change),
    ]
    events.clear()
    assert comp.SetAttrValue(HEALTH, 0) is True
    assert [name for name, _ in events] == [
        "HealthChangeBeforeServerEvent",
        "HealthChangeServerEvent",
        "MobDieEvent",
    ]
    assert empty_game.entity(cow).alive is False


def test_a_listener_prevents_a_change(empty_game, factory, overheard):
    # E-8
    empty_game.join(7)
    overheard(
        "HealthChangeBeforeServerEvent",
        "PlayerHungerChangeServerEvent",
        answer=lambda event, args: args.update(cancel=True),
    )
    comp, player = factory.CreateAttr("7"), factory.CreatePlayer("7")
    assert (comp.SetAttrValue(HEALTH, 5), player.SetPlayerHunger(3)) == (False, False)
    assert (comp.GetAttrValue(HEALTH), player.GetPlayerHunger()) == (20, 20)


def test_the_test_sets_attributes(empty_game, factory, overheard):
    # E-8
    empty_game.join(7)
    events = overheard("HealthChangeServerEvent")
    attr = empty_game.entity(7).attr
    attr.health = 3
    assert (factory.CreateAttr("7").GetAttrValue(HEALTH), events) == (3, [])
    assert "health 3" in repr(attr)
    with pytest.raises(AttributeError, match=r"attr\.strength: there is no such attribute; health, speed"):
        attr.strength  # noqa: B018
    with pytest.raises(AttributeError, match=r"attr\.jump_strength: this entity has health"):
        attr.jump_strength = 5
    with pytest.raises(cloudvars.CloudValueError, match=r"attr\.health: '5'; a number"):
        attr.health = "5"


def test_fire_burns_by_the_clock(empty_game, factory, clock):
    # E-8
    comp = factory.CreateAttr(empty_game.spawn("minecraft:cow"))
    assert comp.IsEntityOnFire() is False
    assert comp.SetEntityOnFire(2, 1) is True
    clock.advance(seconds=1.9)
    assert comp.IsEntityOnFire() is True
    clock.advance(seconds=0.1)
    assert comp.IsEntityOnFire() is False


def test_damage(empty_game, factory, overheard):
    # E-8
    empty_game.join(7)
    cow = empty_game.spawn("minecraft:cow")
    names = (
        "PlayerHurtEvent",
        "DamageEvent",
        "ActuallyHurtServerEvent",
        "ActorHurtServerEvent",
        "HealthChangeServerEvent",
    )
    events = overheard(*names, "MobDieEvent")
    assert factory.CreateHurt("7").Hurt(5, "entity_attack", cow, None, False, "bite") is True
    assert [name for name, _ in events] == list(names)
    told = events[1][1]
    assert (told["srcId"], told["entityId"], told["damage"], told["customTag"]) == (cow, "7", 5, "bite")
    assert empty_game.entity(7).attr.health == 15
    events.clear()
    factory.CreateAttr("7").SetAttrValue(ABSORPTION, 4)
    assert factory.CreateHurt("7").Hurt(6, "lava") is True  # the absorption takes four of it
    assert (empty_game.entity(7).attr.health, empty_game.entity(7).attr.absorption) == (13, 0)
    assert dict(events)["ActorHurtServerEvent"]["absorbedDamage"] == 4
    events.clear()
    assert factory.CreateHurt(cow).Hurt(50, "entity_attack", "7") is True
    assert events[-1] == (
        "MobDieEvent",
        {"id": cow, "attacker": "7", "cause": "entity_attack", "customTag": ""},
    )
    assert factory.CreateHurt(cow).Hurt(1, "lava") is False  # dead
    assert factory.CreateHurt("7").ImmuneDamage(True) is True
    assert factory.CreateHurt("7").Hurt(1, "lava") is False
    assert factory.CreateHurt("7").Hurt("x", "lava") is False


def test_a_listener_changes_the_damage(empty_game, factory, overheard):
    # E-8
    empty_game.join(7)
    damages = iter([2, 0])
    overheard("DamageEvent", answer=lambda event, args: args.update(damage=next(damages)))
    hurt = factory.CreateHurt("7")
    assert (hurt.Hurt(9, "fall"), empty_game.entity(7).attr.health) == (True, 18)
    assert (hurt.Hurt(9, "fall"), empty_game.entity(7).attr.health) == (False, 18)
