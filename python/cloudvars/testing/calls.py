"""The last calls of a store's rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudvars import Store


class Call(NamedTuple):
    """One call that was answered."""

    room: str
    """The name of the room that called."""
    op: str
    """The call's public name."""
    about: str
    """Users, keys and, in a commit, verbs."""
    code: int | None
    """The code; None where an achievement's callback got None, or an exception was raised."""
    told: str
    """A failure's message, an achievement's data."""


def calls(store: Store) -> list[Call]:
    """Return the last calls of a store's rooms, oldest first (of a store that ``testing.cloud`` or a fixture made)."""
    return [Call(*call) for call in store._calls()]


def shown(calls: Iterable[Call]) -> str:
    """Return the calls as text, a line for each: who, call, users and keys, code, what else was answered."""
    calls = list(calls)
    room = max((len(call.room) for call in calls), default=0)
    what = [" ".join(filter(None, (call.op, call.about))) for call in calls]
    width = min(max(map(len, what), default=0), 60)
    lines = []
    for call, text in zip(calls, what, strict=True):
        told = f"  {call.told}" if call.told else ""
        lines.append(f"{call.room:<{room}}  {text:<{width}} -> {call.code}{told}")
    return "\n".join(lines)
