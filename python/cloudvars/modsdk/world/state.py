"""What a test sees and sets of a world: its entities, its level, what mods told players and the game (E-7)."""

from typing import TYPE_CHECKING

from cloudvars.errors import CloudValueError

from .blocks import Blocks
from .commands import Answer, Command, Notice
from .entities import Entity
from .level import Level

if TYPE_CHECKING:
    from cloudvars.modsdk.engine import Engine

__all__ = ["State"]


class State:
    """The part of a host that shows the state of the world."""

    _engine: "Engine"

    @property
    def level(self) -> Level:
        """What the world has once: time, weather, rules, ``SetExtraData`` of the level."""
        return self._engine.level

    @property
    def blocks(self) -> Blocks:
        """The blocks that are not air, by position: ``game.blocks[x, y, z]``. Clause E-11."""
        return self._engine.blocks

    @property
    def commands(self) -> list[Command]:
        """The commands that mods gave with ``SetCommand``. Clause E-11."""
        return self._engine.commands.given

    @property
    def notices(self) -> list[Notice]:
        """What players saw above the item bar: ``SetOneTipMessage``, ``SetPopupNotice``. Clause E-11."""
        return self._engine.notices

    @property
    def entities(self) -> list[Entity]:
        """Everything that is in the world: players, mobs, dropped items."""
        return list(self._engine.entities)

    def entity(self, entity_id: int | str) -> Entity:
        """Return an entity or a player, also one that was here: ``game.entity(7).attr.health``.

        Raises ``CloudValueError`` for an id that nobody had.
        Clause E-7.
        """
        found = self._engine.entities.known(entity_id)
        if found is None:
            message = (
                f"entity_id: {entity_id!r}; the id of a player or entity that is or was here is accepted"
            )
            raise CloudValueError(message)
        return found

    def on_command(self, answer: Answer | None) -> None:
        """Have commands answered by a function that gets the command and the id of the entity that gives it, or None.

        It returns False for a command that fails, or a str that the command says. None: every command is done.
        Clause E-11.
        """
        if answer is not None and not callable(answer):
            message = f"answer: {answer!r}; a function of a command and an entity's id is accepted"
            raise CloudValueError(message)
        self._engine.commands.answer = answer
