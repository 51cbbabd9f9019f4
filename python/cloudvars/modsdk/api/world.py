"""What ``extraServerApi`` knows of the world and of time: entities, directions, colors, coroutines (E-11)."""

import json
import logging
from typing import TYPE_CHECKING, Any

from cloudvars.errors import CloudValueError
from cloudvars.modsdk.world.positions import Position, block_of, direction_of, position, rotation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from cloudvars.modsdk.engine import Engine

__all__ = ["world_api"]

_log = logging.getLogger("cloudvars")
_VERSION = "1.21.90"
_FRAME_MS = 50.0
"""What every frame of the engine takes: it makes 20 a second."""
_LIMIT = 200
_CODES = """
BLACK:0 DARK_BLUE:1 DARK_GREEN:2 DARK_AQUA:3 DARK_RED:4 DARK_PURPLE:5 GOLD:6 GRAY:7 DARK_GRAY:8
BLUE:9 GREEN:a AQUA:b RED:c LIGHT_PURPLE:d YELLOW:e WHITE:f MINECOIN_GOLD:g RAND:k BOLD:l ITALIC:o
RESET:r
"""
_COLORS = {row[:-2]: f"\xa7{row[-1]}" for row in _CODES.split()}
"""The names of colors and styles, and what switches them on in a text."""


class _World:
    """The functions, of one host."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._limit = _LIMIT
        self._dumps = False

    def GetEngineActor(self) -> dict[str, dict[str, Any]]:
        """Return {"dimensionId", "identifier"} of every entity that is no player, by its id."""
        found = [one for one in self._engine.entities if not one.is_player]
        return {one.id: {"dimensionId": one.dimension, "identifier": one.identifier} for one in found}

    def SetEntityLimit(self, num: int) -> bool:
        """Set how many entities may appear by themselves: none does, here."""
        self._limit = num
        return True

    def GetEntityLimit(self) -> int:
        """Return how many entities may appear by themselves; 200 at first."""
        return self._limit

    def GetHostPlayerId(self) -> str | None:
        """Return the player who has been in the room for longest; None if nobody is in it."""
        return next(iter(self._engine.players), None)

    def AddEntityTickEventWhiteList(self, identifier: str) -> bool:
        """Return True: the test fires ``EntityTickServerEvent`` for whom it likes."""
        return isinstance(identifier, str)

    # --- directions ---

    def GetDirFromRot(self, rot: Any) -> Position | None:
        """Return the direction, of length 1, in which (up and down, around), in degrees, looks; None: it is no rot."""
        try:
            return direction_of(rot)
        except (TypeError, ValueError):
            _refused("GetDirFromRot", f"rot: {rot!r}; two numbers are accepted")
            return None

    def GetRotFromDir(self, dir: Any) -> tuple[float, float] | None:  # noqa: A002 - the engine's name
        """Return (up and down, around), in degrees, of a direction; None: that is no direction."""
        try:
            return rotation_of(dir)
        except CloudValueError as error:
            _refused("GetRotFromDir", error)
            return None

    def GetIntPos(self, pos: Any) -> tuple[int, int, int] | None:
        """Return the block that a position is in; None: that is no position."""
        try:
            return block_of(pos)
        except CloudValueError as error:
            _refused("GetIntPos", error)
            return None

    def GetWorldPosFromLocal(self, pos: Any, entityId: str) -> Position | None:
        """Return where a position is that is meant from an entity: to its left, above its feet, before it."""
        entity = self._engine.entity(entityId)
        if entity is None:
            return None
        (left, up, ahead), (sin_x, _, cos_z) = position(pos), direction_of((0.0, entity.rot[1]))
        x, y, z = entity.pos
        return x + left * cos_z + ahead * sin_x, y + up, z - left * sin_x + ahead * cos_z

    def GetLocalPosFromWorld(self, pos: Any, entityId: str) -> Position | None:
        """Return how an entity sees a position; the reverse of ``GetWorldPosFromLocal``."""
        entity = self._engine.entity(entityId)
        if entity is None:
            return None
        x, y, z = (part - own for part, own in zip(position(pos), entity.pos, strict=True))
        sin_x, _, cos_z = direction_of((0.0, entity.rot[1]))
        return x * cos_z - z * sin_x, y, x * sin_x + z * cos_z

    # --- time ---

    def StartCoroutine(
        self, iterOrFunc: Any, callback: "Callable[[], Any] | None" = None
    ) -> "Generator[Any, Any, Any] | None":
        """Run a generator, a step a tick, then ``callback``; returns the generator, None if it is none.

        After ``yield 2`` it waits for 2 seconds, after ``yield -2`` for 2 ticks.
        """
        return self._engine.coroutines.start(iterOrFunc, callback)

    def StopCoroutine(self, iter: Any) -> bool:  # noqa: A002 - the engine's name
        """Stop a generator; ``StartCoroutine`` goes on where it stopped. False: it does not run."""
        return self._engine.coroutines.stop(iter)

    def GetServerTickTime(self) -> float:
        """Return 50.0: the milliseconds of a frame of the engine, of which there are 20 a second."""
        return _FRAME_MS

    def GetMinecraftVersion(self) -> str:
        """Return the version of the game."""
        return _VERSION

    # --- what is measured, logged and configured elsewhere ---

    def GetModConfigJson(self, path: str) -> Any:
        """Return what a JSON file of a pack says: ``"modconfigs/monster.json"``; {} if it cannot be read."""
        for root in self._engine.importer.roots:
            try:
                return json.loads((root / path).read_text("utf-8"))
            except (OSError, ValueError) as error:
                _refused("GetModConfigJson", error)
        return {}

    def StartProfile(self) -> bool:
        """Return True: nothing is measured."""
        return True

    def StopProfile(self, fileName: str | None = None) -> bool:  # noqa: ARG002 - nothing is written
        """Return True: nothing was measured, and no file is written."""
        return True

    StartMemProfile = StartMultiProfile = StartProfile
    StopMemProfile = StopMultiProfile = StopProfile

    def SetMcpModLogCanPostDump(self, canPost: bool) -> None:  # noqa: FBT001 - the engine's signature
        """Allow ``PostMcpModDump``."""
        self._dumps = bool(canPost)

    def GetMcpModLogCanPostDump(self) -> bool:
        """Return whether ``PostMcpModDump`` is allowed."""
        return self._dumps

    def PostMcpModDump(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log an error of the mod, if that is allowed."""
        if self._dumps:
            logging.getLogger("Developer").error(msg, *args, **kwargs)

    def GenerateColor(self, color: str) -> str:
        """Return the code of a color or style, "RED", to put into a text; "" for a name that there is not."""
        code = _COLORS.get(str(color).upper())
        if code is None:
            _log.error("GenerateColor: color: %r; %s are accepted", color, ", ".join(_COLORS))
        return code or ""


def _refused(call: str, why: object) -> None:
    _log.error("%s: %s", call, why)


def world_api(engine: "Engine") -> "dict[str, Callable[..., Any]]":
    """Return the members of ``extraServerApi`` about the world and time."""
    world = _World(engine)
    return {name: getattr(world, name) for name in vars(_World) if not name.startswith("_")}
