"""Stores, rooms, Replies and nodes in a notebook. None of them counts a call, and none raises because of the store."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ._codes import codes
from .errors import CloudError
from .tables import NAMES
from .tables.cells import short
from .tables.html import ROWS, UNFOLDED_MAX, cell, counted, cut, framed, note, rows_html, said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudvars import Achievements, Room

    from .reply import Reply

__all__ = ["achievements", "reply", "room", "store"]


def store(target: str, game: str, state: str) -> str:
    """Return where a store is, and which tables it has; it reads nothing."""
    names = ", ".join(f"<code>{name}</code>" for name in NAMES)
    shown = pairs("Store", {"target": target, "game": game, "state": state})
    return framed(f'{shown}<p><small>store.tables["…"]: {names}</small></p>')


def room(room: Room, name: str, game: str, state: str) -> str:
    """Return a room with what is left of its minute."""
    try:
        left = room.budget()
    except CloudError as error:
        return said(f"Room {name}", error)
    budget = {
        "reads left": f"{left['reads']:,}",
        "writes left": f"{left['writes']:,}",
        "bytes left": f"{left['bytes']:,}",
        "a new minute in": f"{left['resets_in']:.0f} s",
    }
    return framed(pairs(f"Room {name}", {"game": game, "state": state, **budget}))


def achievements(achievements: Achievements) -> str:
    """Return the first nodes."""
    try:
        first, count = achievements._nodes(ROWS)  # noqa: SLF001 - one half of the bindings
    except CloudError as error:
        return said("Achievements", error)
    if not count:
        return framed("<p><strong>Achievements</strong>: no nodes are defined</p>")
    times = ("version", "created", "updated")
    return framed(
        rows_html(
            f"Achievements: {count:,} nodes",
            [dict(row) for row in first],
            leave_out=("game", *times),
            count=count,
        )
    )


def reply(reply: Reply[Any]) -> str:
    """Return what a call answered: its rows as a table, or why it failed."""
    code, data, message = reply
    if code != 0:
        known = {one.value: one for one in codes}.get(code)
        name, advice = (f" {known.name}", note(known.__doc__ or "")) if known else ("", "")
        return framed(f"<p><strong>{code}{name}</strong>: {cut(str(message), UNFOLDED_MAX)}</p>{advice}")
    if data == []:
        return framed("<p><strong>Reply</strong>: no rows</p>")
    if isinstance(data, list) and all(type(row) is dict for row in data[:ROWS]):
        return framed(rows_html(counted("Reply", len(data)), data))
    if isinstance(data, dict) and 0 < len(data) <= ROWS:
        return framed(pairs("Reply", data))
    return framed(pairs("Reply", {"data": data}) if data else "<p><strong>Reply</strong>: done</p>")


def pairs(caption: str, cells: Mapping[Any, Any]) -> str:
    """Return a table of names and values."""
    rows = "".join(
        f'<tr><th scope="row">{escape(short(name))}</th><td>{cell(value)}</td></tr>'
        for name, value in cells.items()
    )
    return f"<table><caption>{escape(short(caption))}</caption><tbody>{rows}</tbody></table>"
