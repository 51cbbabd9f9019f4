"""What the cloud holds for the players of a host (E-21)."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from .world.players import player_id, user_id

if TYPE_CHECKING:
    from cloudvars.tables import Player

    from .engine import Engine

__all__ = ["Cloud"]


class Cloud(Mapping[int | str, "Player"]):
    """What the cloud holds, by a player's id: ``game.cloud[7].achievements``, ``game.cloud["7"].storage``.

    Each is read anew, as it is at that moment, and costs no quota. Clause E-21.
    """

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine

    def __getitem__(self, player: int | str) -> "Player":
        """Return all that a player has, also one who was never here; 0 is what belongs to everybody.

        ``player``: the id in the room, whose uid it looks up. Raises ``CloudValueError`` for what is no id.
        """
        who = player_id(player)
        uid = self._engine.uids.get(who)
        room = self._engine.room
        return room.store.game(room.game).player(user_id(who, uid))

    def __iter__(self) -> Iterator[str]:
        """Go through the ids of everybody who was ever here."""
        return iter(list(self._engine.uids))

    def __len__(self) -> int:
        return len(self._engine.uids)

    def __contains__(self, player: object) -> bool:
        return str(player) in self._engine.uids

    def __repr__(self) -> str:
        return "\n".join(repr(self[who]) for who in self) or "nobody was here yet"

    def _repr_html_(self) -> str:
        from cloudvars.tables.html import framed  # noqa: PLC0415 - a host starts faster without it

        return "".join(self[who]._repr_html_() for who in self) or framed("<p>nobody was here yet</p>")
