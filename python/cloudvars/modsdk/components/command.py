"""Commands of the game."""

from typing import Any

from .component import Component
from .plain import getter, setter

__all__ = ["CommandCompServer"]

_LEVELS = {1, 2, 3, 4}
_ROLES = {0, 1, 2, 3}


class CommandCompServer(Component):
    """``CreateCommand(levelId)``: commands are recorded in ``game.commands``, and the test may answer. Clause E-11."""

    def SetCommand(self, cmdStr: str, entityId: Any = None, showOutput: bool = False) -> bool:  # noqa: FBT001, FBT002 - the engine's signature
        """Give a command, as an entity; without one as a player who is here. Returns whether it is done.

        ``showOutput``: a command that is done fires ``OnCommandOutputServerEvent``.
        """
        if not isinstance(cmdStr, str) or not cmdStr.strip("/ "):
            return self._refused("SetCommand", f"cmdStr: {cmdStr!r}; a command is accepted")
        by = None if entityId is None else str(entityId)
        anybody = bool(self._engine.players) if by is None else self._engine.entity(by) is not None
        done, message = self._engine.commands.give(cmdStr, by, anybody=anybody)
        if done and showOutput:
            name = cmdStr.strip("/ ").split()[0]
            self._engine.fire("OnCommandOutputServerEvent", {"command": name, "message": message})
        return done

    GetCommandPermissionLevel = getter("command_permission", 1)
    SetCommandPermissionLevel = setter("command_permission", "opLevel", lambda level: level in _LEVELS)
    GetDefaultPlayerPermissionLevel = getter("player_permission", 1)
    SetDefaultPlayerPermissionLevel = setter("player_permission", "opLevel", lambda level: level in _ROLES)
