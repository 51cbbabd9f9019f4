"""Components that exist, and of which nothing is simulated: a mod may make them, and asks for what is missing later."""

from .component import Component

__all__ = ["BARE"]

_NAMES = """
ActorLoot:ActorLootComponentServer AuxValue:AuxValueComponentServer
Biome:BiomeCompServer Block:BlockCompServer BlockEntity:BlockEntityCompServer
ChatExtension:ChatExtensionComponentServer
DomainGame:DomainGameCompServer EntityComponent:EntityComponentServer
Feature:FeatureCompServer FishingLine:FishingLineCompServer Interact:InteractComponentServer
Loot:LootComponentServer MobSpawn:MobSpawnComponentServer Model:ModelComponentServer
MoveTo:MoveToComponentServer Physx:PhysxComponentServer Portal:PortalComponentServer
QueryVariable:QueryVariableComponentServer Recipe:RecipeCompServer RedStone:RedStoneComponentServer
Ride:RideCompServer Shareables:ShareableComponentServer
"""
"""What the factory's method makes, without ``Create`` and with the class's name."""


def _made(row: str) -> tuple[str, type[Component]]:
    name, cls = row.split(":")
    return f"Create{name}", type(cls, (Component,), {"__doc__": f"``Create{name}(entityId)``."})


BARE: dict[str, type[Component]] = dict(map(_made, _NAMES.split()))
