"""Components by name, as old mods make them: ``CreateComponent(entityId, "Minecraft", "pos")`` (E-11)."""

import logging
from typing import TYPE_CHECKING, Any

from cloudvars.modsdk.components import COMPONENTS, EngineCompFactoryServer
from cloudvars.modsdk.events import ENGINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudvars.modsdk.engine import Engine

__all__ = ["Attached", "BaseComponent", "attached_api"]

_log = logging.getLogger("cloudvars")
_CREATORS = {create.removeprefix("Create").lower(): create for create in COMPONENTS}
"""The factory's methods, by the names that old mods use, in small letters."""


class BaseComponent:
    """What ``serverApi.GetComponentCls()`` returns: the base class of a mod's own components."""

    def __init__(self, entityId: Any) -> None:
        self.entityId = self.mEntityId = entityId

    def GetEntityId(self) -> Any:
        """Return the id of the entity that the component belongs to."""
        return self.entityId

    def Destroy(self) -> None:
        """Do nothing; called when the component is destroyed, a mod's class overrides it."""


class Attached:
    """The components that were made by name, for one host."""

    def __init__(self, engine: "Engine", factory: EngineCompFactoryServer) -> None:
        self._engine = engine
        self._factory = factory
        self._made: dict[tuple[str, str, str], Any] = {}
        self._classes: dict[tuple[str, str], str] = {}

    def register(self, nameSpace: str, name: str, clsPath: str) -> bool:
        """Name the class of a mod's component: ``RegisterComponent``."""
        self._classes[nameSpace, name] = clsPath
        return True

    def create(self, entityId: Any, nameSpace: str, name: str) -> Any:
        """Return the component of an entity, made if need be; None if nobody registered it: ``CreateComponent``."""
        key = (str(entityId), nameSpace, name)
        if key not in self._made:
            made = self._make(entityId, nameSpace, name)
            if made is None:
                return None
            self._made[key] = made
        return self._made[key]

    def _make(self, entity_id: Any, namespace: str, name: str) -> Any:
        if namespace == ENGINE[0]:
            create = _CREATORS.get(name.lower(), f"Create{name[:1].upper()}{name[1:]}")
            return getattr(self._factory, create)(entity_id)
        path = self._classes.get((namespace, name))
        if path is None:
            _log.error("CreateComponent: %s:%s is not registered", namespace, name)
            return None
        module, _, cls = path.rpartition(".")
        return getattr(self._engine.importer.load(module), cls)(entity_id)

    def get(self, entityId: Any, nameSpace: str, name: str) -> Any:
        """Return the component of an entity; None if it was not made: ``GetComponent``."""
        return self._made.get((str(entityId), nameSpace, name))

    def destroy(self, entityId: Any, nameSpace: str, name: str) -> None:
        """Forget the component of an entity: ``DestroyComponent``."""
        made = self._made.pop((str(entityId), nameSpace, name), None)
        if isinstance(made, BaseComponent):
            made.Destroy()


def attached_api(engine: "Engine", factory: EngineCompFactoryServer) -> "dict[str, Callable[..., Any]]":
    """Return the members of ``extraServerApi`` for components by name."""
    attached = engine.attached = Attached(engine, factory)
    return {
        "CreateComponent": attached.create,
        "DestroyComponent": attached.destroy,
        "GetComponent": attached.get,
        "GetComponentCls": lambda: BaseComponent,
        "RegisterComponent": attached.register,
    }
