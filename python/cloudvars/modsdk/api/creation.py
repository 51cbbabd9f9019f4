"""How a system puts entities into the world (E-7)."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.items import stack_of
from cloudvars.modsdk.world.positions import dimension_number, position, rotation
from cloudvars.modsdk.world.species import PLAYER, species

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine

__all__ = ["create", "create_by_tags", "drop"]

_log = logging.getLogger("cloudvars")
_ITEM = "minecraft:item"


def create(  # noqa: PLR0913, PLR0917 - what describes an entity
    engine: "Engine", identifier: Any, pos: Any, rot: Any, dimension: int, settings: dict[str, Any]
) -> str | None:
    """Put an entity into the world; returns its id, None and a line in the log if that is not possible."""
    try:
        place = position(pos), rotation(rot or (0, 0)), dimension_number(dimension)
    except CloudValueError as error:
        _log.error("CreateEngineEntity: %s", error)
        return None
    if not isinstance(identifier, str) or identifier == PLAYER:
        _log.error("CreateEngineEntity: %r; a species such as 'minecraft:cow' is accepted", identifier)
        return None
    kind = species(identifier)
    entity = engine.entities.add(identifier)
    entity.pos, entity.rot, entity.dimension = place
    entity.settings |= settings
    if kind.is_mob:
        x, y, z = entity.pos
        data = {
            "entityId": entity.id,
            "identifier": identifier,
            "type": kind.number,
            "baby": False,
            "x": x,
            "y": y,
        }
        data |= {"z": z, "dimensionId": dimension, "realIdentifier": identifier, "cancel": False}
        if engine.fire("ServerSpawnMobEvent", data).get("cancel"):
            entity.here = False
            return None
    engine.changes.created(entity)
    return entity.id


def create_by_tags(  # noqa: PLR0913, PLR0917 - what describes an entity
    engine: "Engine", tags: Any, pos: Any, rot: Any, dimension: int, settings: dict[str, Any]
) -> str | None:
    """Put an entity into the world that its tags describe: identifier, Pos, Rotation, Tags, CustomName."""
    known = tags if isinstance(tags, Mapping) else {}
    where = [_plain(part) for part in known.get("Pos", ())] if pos is None else pos
    turned = [_plain(part) for part in reversed(known.get("Rotation", (0, 0)))] if rot is None else rot
    entity = create(engine, _plain(known.get("identifier")), where, turned, dimension, settings)
    if entity is not None:
        made = engine.entities[entity]
        made.tags = [str(_plain(tag)) for tag in known.get("Tags", ())]
        made.name = _plain(known.get("CustomName"))
    return entity


def _plain(tag: Any) -> Any:
    return tag.get("__value__") if isinstance(tag, Mapping) else tag


def drop(engine: "Engine", item: Any, dimension: int, pos: Any) -> str | None:
    """Drop an item; returns the entity's id, None and a line in the log if that is not possible."""
    try:
        there, stack, dimension = position(pos), stack_of(item), dimension_number(dimension)
    except CloudValueError as error:
        _log.error("CreateEngineItemEntity: %s", error)
        return None
    if stack is None:
        return None
    entity = engine.entities.add(_ITEM)
    entity.pos, entity.dimension, entity.item = there, dimension, stack
    engine.changes.created(entity)
    return entity.id
