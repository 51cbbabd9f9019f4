"""The factory that makes the engine's components, and which ones there are."""

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from .achievement import AchievementCompServer
from .action import ActionCompServer
from .actor_collidable import ActorCollidableCompServer
from .actor_motion import ActorMotionComponentServer
from .actor_owner import ActorOwnerComponentServer
from .actor_pushable import ActorPushableCompServer
from .ai_command import AiCommandComponentServer
from .attr import AttrCompServer
from .biome import BiomeCompServer
from .block_entity import BlockEntityCompServer
from .block_entity_data import BlockEntityExDataCompServer
from .block_info import BlockInfoComponentServer
from .block_state import BlockStateComponentServer
from .block_use_event_white_list import BlockUseEventWhiteListComponentServer
from .breath import BreathCompServer
from .bullet_attributes import BulletAttributesComponentServer
from .chest_block import ChestContainerCompServer
from .chunk_source import ChunkSourceCompServer
from .collision_box import CollisionBoxComponentServer
from .command import CommandCompServer
from .control_ai import ControlAiCompServer
from .dimension import DimensionCompServer
from .effect import EffectComponentServer
from .engine_type import EngineTypeComponentServer
from .entity_definitions import EntityDefinitionsCompServer
from .entity_event import EntityEventComponentServer
from .exp import ExpComponentServer
from .explosion import ExplosionComponentServer
from .extra_data import ExDataCompServer
from .fly import FlyComponentServer
from .game import GameComponentServer
from .gravity import GravityComponentServer
from .http import HttpToWebServerCompServer
from .hurt import HurtCompServer
from .item import ItemCompServer
from .item_banned import ItemBannedCompServer
from .lobby_game import LobbyGameCompServer
from .lv import LevelComponentServer
from .mod_attr import ModAttrComponentServer
from .msg import MsgComponentServer
from .name import NameComponentServer
from .persistence import PersistenceCompServer
from .pet import PetComponentServer
from .player import PlayerCompServer
from .pos import PosComponentServer
from .projectile import ProjectileComponentServer
from .ride import RideCompServer
from .rot import RotComponentServer
from .scale import ScaleComponentServer
from .tag import TagComponentServer
from .tame import TameComponentServer
from .time import TimeComponentServer
from .weather import WeatherComponentServer

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine

    from .component import Component

__all__ = ["COMPONENTS", "FACTORY", "EngineCompFactoryServer"]

FACTORY: Final = "GetEngineCompFactory()"
COMPONENTS: Final[dict[str, type["Component"]]] = {
    "CreateAchievement": AchievementCompServer,
    "CreateAction": ActionCompServer,
    "CreateActorCollidable": ActorCollidableCompServer,
    "CreateActorMotion": ActorMotionComponentServer,
    "CreateActorOwner": ActorOwnerComponentServer,
    "CreateActorPushable": ActorPushableCompServer,
    "CreateAiCommand": AiCommandComponentServer,
    "CreateAttr": AttrCompServer,
    "CreateBiome": BiomeCompServer,
    "CreateBlockEntity": BlockEntityCompServer,
    "CreateBlockEntityData": BlockEntityExDataCompServer,
    "CreateBlockInfo": BlockInfoComponentServer,
    "CreateBlockState": BlockStateComponentServer,
    "CreateBlockUseEventWhiteList": BlockUseEventWhiteListComponentServer,
    "CreateBreath": BreathCompServer,
    "CreateBulletAttributes": BulletAttributesComponentServer,
    "CreateChestBlock": ChestContainerCompServer,
    "CreateChunkSource": ChunkSourceCompServer,
    "CreateCollisionBox": CollisionBoxComponentServer,
    "CreateCommand": CommandCompServer,
    "CreateControlAi": ControlAiCompServer,
    "CreateDimension": DimensionCompServer,
    "CreateEffect": EffectComponentServer,
    "CreateEngineType": EngineTypeComponentServer,
    "CreateEntityDefinitions": EntityDefinitionsCompServer,
    "CreateEntityEvent": EntityEventComponentServer,
    "CreateExp": ExpComponentServer,
    "CreateExplosion": ExplosionComponentServer,
    "CreateExtraData": ExDataCompServer,
    "CreateFly": FlyComponentServer,
    "CreateGame": GameComponentServer,
    "CreateGravity": GravityComponentServer,
    "CreateHttp": HttpToWebServerCompServer,
    "CreateHurt": HurtCompServer,
    "CreateItem": ItemCompServer,
    "CreateItemBanned": ItemBannedCompServer,
    "CreateLobbyGame": LobbyGameCompServer,
    "CreateLv": LevelComponentServer,
    "CreateModAttr": ModAttrComponentServer,
    "CreateMsg": MsgComponentServer,
    "CreateName": NameComponentServer,
    "CreatePersistence": PersistenceCompServer,
    "CreatePet": PetComponentServer,
    "CreatePlayer": PlayerCompServer,
    "CreatePos": PosComponentServer,
    "CreateProjectile": ProjectileComponentServer,
    "CreateRide": RideCompServer,
    "CreateRot": RotComponentServer,
    "CreateScale": ScaleComponentServer,
    "CreateTag": TagComponentServer,
    "CreateTame": TameComponentServer,
    "CreateTime": TimeComponentServer,
    "CreateWeather": WeatherComponentServer,
}
"""The factory's methods, and the component that each makes for an entity's id."""


class EngineCompFactoryServer:
    """What ``serverApi.GetEngineCompFactory()`` returns."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        vars(self).update({name: partial(component, engine) for name, component in COMPONENTS.items()})
        vars(self).update(engine.fakes.of(FACTORY))

    def __getattr__(self, name: str) -> Any:
        if name == "_engine":  # a copy that is being made has no attributes yet
            raise AttributeError(name)
        return self._engine.unknown.attribute(FACTORY, name)
