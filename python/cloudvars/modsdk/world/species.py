"""What is known of each species of the game: its number in ``EntityType``, its health, its families (E-7)."""

from typing import NamedTuple

__all__ = ["MOB", "PLAYER", "Species", "species"]

PLAYER = "minecraft:player"
MOB = 0x100
"""The bit of ``EntityType`` that everything alive has; a species of a mod has no other."""

_FAMILIES = {
    0x800: "monster",
    0x1000: "animal",
    0x10000: "undead",
    0x20000: "zombie",
    0x40000: "arthropod",
    0x80000: "minecart",
    0x100000: "skeleton",
    0x1000000: "villager",
}
"""Bits of ``EntityType``, and the family that they mean."""

_HEALTH = 20


class Species(NamedTuple):
    """One species."""

    identifier: str
    number: int
    """The value of ``EntityType``."""
    health: float
    """What it has at first, and at most; 0 for what does not live."""

    @property
    def is_mob(self) -> bool:
        """Whether it lives."""
        return bool(self.number & MOB)

    @property
    def families(self) -> list[str]:
        """Its families, as far as ``EntityType`` tells them."""
        short = self.identifier.rpartition(":")[2]
        found = [short] + [name for bit, name in _FAMILIES.items() if self.number & bit and name != short]
        if self.is_mob and self.identifier != PLAYER:
            found.append("mob")
        return found


def species(identifier: str) -> Species:
    """Return what is known of a species; one that the game does not have is a mob with 20 of health."""
    number, health = _KNOWN.get(identifier, (MOB, _HEALTH))
    return Species(identifier, number, float(health))


_TABLE = """
agent:138:20 allay:186:20 area_effect_cloud:5f armadillo:138e:12 armor_stand:13d:6 arrow:c00050 axolotl:1382:14
bat:8113:6 bee:17a:10 blaze:b2b:20 boat:5a bogged:110b90:16 breeze:b8c:30 camel:138a:32 cat:534b:10
cave_spider:40b28:12 chest_boat:da chest_minecart:80062 chicken:130a:4 cod:2370:6 command_block_minecart:80064
copper_golem:394:12 cow:130b:10 creaking:b92:1 creeper:b21:20 dolphin:231f:10 donkey:205318:15
dragon_fireball:40004f drowned:30b6e:20 egg:400052 elder_guardian:b32:80 ender_crystal:47 ender_dragon:b35:200
ender_pearl:400057 enderman:b26:40 endermite:40b37:8 evocation_fang:400067 evocation_illager:b68:24
eye_of_ender_signal:46 falling_block:42 fireball:400055 fireworks_rocket:48 fishing_hook:4d fox:1379:20
frog:1384:10 ghast:b29:10 glow_squid:2381:10 goat:1380:10 guardian:b31:30 happy_ghast:1393:20 hoglin:137c:40
hopper_minecart:80060 horse:205317:15 husk:30b2f:20 iron_golem:314:100 item:40 leash_knot:58 lightning_bolt:5d
lingering_potion:400065 llama:131d:15 llama_spit:400066 magma_cube:b2a:16 minecart:80054 mooshroom:1310:10
mule:205319:15 npc:133:20 ocelot:5316:10 painting:53 panda:1371:20 parrot:531e:6 phantom:10b3a:20 pig:130c:10
piglin:17b:16 piglin_brute:17f:50 pillager:b72:24 player:13f:20 polar_bear:131c:30 pufferfish:236c:6
rabbit:1312:3 ravager:b3b:100 salmon:236d:6 sheep:130d:8 shulker:b36:30 shulker_bullet:40004c silverfish:40b27:8
skeleton:110b22:20 skeleton_horse:215b1a:15 slime:b25:16 small_fireball:40005e sniffer:138b:14 snow_golem:315:4
snowball:400051 spider:40b23:16 splash_potion:400056 squid:2311:10 stray:110b2e:20 strider:137d:20
tadpole:2385:6 thrown_trident:c00049 tnt:41 tnt_minecart:80061 trader_llama:139d:15 tripod_camera:13e:20
tropicalfish:236f:6 turtle:134a:30 vex:b69:14 villager:100030f:20 villager_v2:1000373:20 vindicator:b39:24
wandering_trader:376:20 warden:b83:500 witch:b2d:26 wither:10b34:600 wither_skeleton:110b30:20
wither_skull:400059 wither_skull_dangerous:40005b wolf:530e:8 xp_bottle:400044 xp_orb:45 zoglin:10b7e:40
zombie:30b20:20 zombie_horse:215b1b:15 zombie_pigman:10b24:20 zombie_villager:30b2c:20
zombie_villager_v2:30b74:20
"""
"""The game's own: name, number in hexadecimal, health."""


def _read(row: str) -> tuple[str, tuple[int, int]]:
    name, number, *health = row.split(":")
    return f"minecraft:{name}", (int(number, 16), int(health[0]) if health else 0)


_KNOWN = dict(map(_read, _TABLE.split()))
