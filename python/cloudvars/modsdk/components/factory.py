"""The factory that makes the engine's components, and which ones there are."""

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from .achievement import AchievementCompServer
from .engine_type import EngineTypeComponentServer
from .game import GameComponentServer
from .http import HttpToWebServerCompServer
from .msg import MsgComponentServer
from .name import NameComponentServer

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine

    from .component import Component

__all__ = ["COMPONENTS", "FACTORY", "EngineCompFactoryServer"]

FACTORY: Final = "GetEngineCompFactory()"
COMPONENTS: Final[dict[str, type["Component"]]] = {
    "CreateAchievement": AchievementCompServer,
    "CreateEngineType": EngineTypeComponentServer,
    "CreateGame": GameComponentServer,
    "CreateHttp": HttpToWebServerCompServer,
    "CreateMsg": MsgComponentServer,
    "CreateName": NameComponentServer,
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
