"""The report of an order that fails: step by step, and what the store held at the end."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from .calls import Call, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudvars import Store

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Step(NamedTuple):
    """What one room did in its turn."""

    letter: str
    called: list[Call]


class Played(NamedTuple):
    """One order, played to its end."""

    order: str
    choices: list[tuple[int, int]]
    """At each step: which of how many rooms that could go on."""
    error: BaseException | None
    steps: list[Step]
    state: str


def behind(player: Any) -> Any:
    """Return what is called in the end: behind partial and a callable object."""
    while hasattr(player, "func"):
        player = player.func
    return player if inspect.isroutine(player) else type(player).__call__


def name_of(function: object) -> str:
    """Return what people call a function."""
    return getattr(behind(function), "__name__", repr(function))


_HIDDEN = {"created", "updated", "order"}
_DEFINITION = {"value", "s_value", "flags"}
"""Columns of an achievement's node that come from its file; no step changes them."""


def state(store: Store) -> str:
    """Return the rows of a store as text, without what differs from play to play."""
    lines = []
    games = store.dump()["games"]
    for name, kinds in games.items():
        for kind, rows in kinds.items():
            for row in rows:
                hidden = _HIDDEN | _DEFINITION if kind == "node" else _HIDDEN
                shown = {field: value for field, value in row.items() if field not in hidden}
                game = "" if len(games) == 1 else f"{name} "
                lines.append(f"  {game}{kind} {json.dumps(shown, ensure_ascii=False)}")
    return "\n".join(lines)


def report(players: Iterable[object], played: Played, failing: int, tried: int) -> str:
    """Return what a failing order did, step by step. ``failing`` of ``tried`` orders did fail."""
    error = played.error
    why = "it did not fail again: the players are not deterministic"
    if error is not None:
        # The first line; what pytest adds to an assert is in the traceback.
        why = f"{type(error).__name__}: {error}".partition("\n")[0]
    lines = [f"order {played.order!r} fails ({failing} of {tried} orders do): {why}", ""]
    names = [name_of(player) for player in players]
    if len(set(names)) > 1:
        who = (f"{letter} is {name}" for letter, name in zip(LETTERS, names, strict=False))
        lines += ["  " + ", ".join(who), ""]
    numbers = dict.fromkeys(LETTERS, 0)
    for step in played.steps:
        numbers[step.letter] += 1
        head = f"  {step.letter} step {numbers[step.letter]}"
        texts = shown(step.called).splitlines() or ["(no call)"]
        texts = [text.removeprefix(step.letter).lstrip() for text in texts]
        lines += [f"{head if index == 0 else '':<11} {text}" for index, text in enumerate(texts)]
    lines += ["", "in the store at the end:", played.state or "  nothing"]
    lines += ["", f"to play it again: interleave(..., orders=[{played.order!r}])"]
    return "\n".join(lines)
