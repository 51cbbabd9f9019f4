"""Rooms that play at the same time: their steps in every order, or in many."""

from __future__ import annotations

import inspect
import itertools
import random
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from cloudvars import CloudTypeError, CloudValueError

from .calls import calls
from .report import LETTERS, Played, Step, behind, name_of, report, state
from .stores import cloud

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from cloudvars import Room, Store

    Player: TypeAlias = Callable[[Room], object]
    Check: TypeAlias = Callable[[Store], object]

__tracebackhide__ = True
"""pytest leaves the lines of this module out: the test's own lines say what was wrong."""
ORDERS_MAX = 20_000
"""``orders="all"`` stops with an error beyond this number."""

CALLS_KEPT = 1000
TICKS_MAX = 100


class InterleavingError(AssertionError):
    """An order in which the rooms break the invariant, or in which a step raises."""

    def __init__(self, message: str, order: str, failing: int, tried: int) -> None:
        super().__init__(message)
        self.order = order
        """The shortest failing order: the letters of the rooms. ``interleave(..., orders=[order])`` plays it again."""
        self.failing = failing
        """How many orders failed."""
        self.tried = tried
        """How many orders were played."""


def interleave(
    *players: Player,
    invariant: Check | None = None,
    setup: Check | None = None,
    orders: Literal["all"] | int | Sequence[str] = "all",
    seed: int = 0,
    delivery: Literal["inline", "tick"] = "inline",
) -> int:
    """Play rooms against each other in every order of their steps; return how many orders were played.

    Each player is a function that gets a room of its own. If it is a generator function, every ``yield`` is a place
    where other rooms may come in between; a plain function is one step. Every order gets a fresh store in memory with a
    ``ManualClock``; ``setup(store)`` prepares it, ``invariant(store)`` looks at it when everybody is done and every
    callback was called: it raises, or returns False, if something is wrong.

    ``orders``: "all" (at most 20000), a number of random ones that ``seed`` decides, or a list of orders to play again
    (``["ABBA"]``: the rooms' letters). ``delivery``: as for ``store.room``.

    Raises ``InterleavingError`` with the shortest failing order, step by step. Players must be deterministic:
    ``setup`` must reset what they share outside the store.
    """
    if not 1 <= len(players) <= len(LETTERS):
        message = f"interleave: {len(players)} players; 1 to {len(LETTERS)} are accepted"
        raise CloudTypeError(message)
    for player in players:
        _check_function("player", player)
    for name, check in (("invariant", invariant), ("setup", setup)):
        if check is not None:
            _check_function(name, check)
    game = _Game(players, invariant, setup, delivery)
    tried, failing = 0, 0
    worst: Played | None = None
    for played in _plays(game, orders, seed):
        tried += 1
        if played.error is not None:
            failing += 1
            if worst is None or _length(played) < _length(worst):
                worst = played
    if worst is None:
        return tried
    again = game.play(_by_order(worst.order), record=True)
    message = report(players, again, failing, tried)
    raise InterleavingError(message, worst.order, failing, tried) from (again.error or worst.error)


def _check_function(name: str, given: object) -> None:
    """Refuse async functions: to call one does nothing, because nothing awaits it."""
    if not callable(given):
        message = f"{name}: {given!r}; a function is accepted"
        raise CloudTypeError(message)
    function = behind(given)
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        message = f"{name}: {name_of(given)} is async; a function or generator function is accepted"
        raise CloudTypeError(message)


def _plays(game: _Game, orders: Literal["all"] | int | Sequence[str], seed: int) -> Iterator[Played]:
    if isinstance(orders, int) and not isinstance(orders, bool) and orders >= 1:
        chance = random.Random(seed)  # noqa: S311 - a seed must give the same orders
        for _ in range(orders):
            yield game.play(lambda alive: chance.randrange(len(alive)))
    elif orders == "all":
        yield from _all(game)
    elif isinstance(orders, (list, tuple)) and all(isinstance(order, str) and order for order in orders):
        for order in orders:
            played = game.play(_by_order(order))
            if played.error is None and len(order) > len(played.order):
                message = f"orders: {order!r} goes on after everybody is done with {played.order!r}"
                raise CloudValueError(message)
            yield played
    else:
        message = f"orders: {orders!r}; 'all', an int of at least 1 or a list of orders is accepted"
        raise CloudValueError(message)


def _all(game: _Game) -> Iterator[Played]:
    """Depth first: repeat the last play up to the last choice that has another option, and take that option."""
    prefix: list[int] = []
    for _ in range(ORDERS_MAX):
        rest = iter(prefix)
        played = game.play(lambda _alive, rest=rest: next(rest, 0))  # type: ignore[misc]
        yield played
        choices = list(played.choices)
        while choices and choices[-1][0] + 1 == choices[-1][1]:
            choices.pop()
        if not choices:
            return
        prefix = [chosen for chosen, _ in choices]
        prefix[-1] += 1
    message = f"orders: 'all' are more than {ORDERS_MAX}; a number of random ones is accepted"
    raise CloudValueError(message)


def _by_order(order: str) -> Callable[[list[str]], int]:
    letters = iter(order)

    def choose(alive: list[str]) -> int:
        letter = next(letters, alive[0])
        if letter not in alive:
            message = f"orders: {order!r} says {letter} where {', '.join(alive)} can go on"
            raise CloudValueError(message)
        return alive.index(letter)

    return choose


class _Game:
    """What is played again and again."""

    def __init__(
        self,
        players: Sequence[Player],
        invariant: Check | None,
        setup: Check | None,
        delivery: Literal["inline", "tick"],
    ) -> None:
        self._players = dict(zip(LETTERS, players, strict=False))
        self._invariant = invariant
        self._setup = setup
        self._delivery = delivery

    def play(self, choose: Callable[[list[str]], int], *, record: bool = False) -> Played:
        """Play once; ``choose`` returns which of the rooms that can go on is next."""
        with cloud(calls_kept=CALLS_KEPT if record else 0) as store:
            if self._setup is not None:
                self._setup(store)
            rooms = {letter: store.room(letter, delivery=self._delivery) for letter in self._players}
            steps = {letter: _steps(player, rooms[letter]) for letter, player in self._players.items()}
            order, choices, recorded, seen = "", [], [], 0
            error: BaseException | None = None
            try:
                while steps and error is None:
                    alive = list(steps)
                    chosen = choose(alive)
                    choices.append((chosen, len(alive)))
                    letter = alive[chosen]
                    order += letter
                    try:
                        if next(steps[letter], _END) is _END:
                            del steps[letter]
                    except Exception as raised:  # noqa: BLE001 - whatever a player raises is a finding
                        error = raised
                    now = calls(store) if record else []
                    recorded.append(Step(letter, now[seen:]))
                    seen = len(now)
            finally:
                closed = _closed(steps.values())
            error = error or closed
            error = error or self._settle(store, list(rooms.values()))
            held = state(store) if record else ""
            left = _left(rooms.values())
            error = error or left
        return Played(order, choices, error, recorded, held)

    def _settle(self, store: Store, rooms: list[Room]) -> BaseException | None:
        """Deliver everything, then check the invariant."""
        try:
            for _ in range(TICKS_MAX):
                if sum(room.tick() for room in rooms) == 0:
                    break
            if self._invariant is not None and self._invariant(store) is False:
                message = f"{name_of(self._invariant)} is False"
                return AssertionError(message)
        except Exception as raised:  # noqa: BLE001 - whatever the invariant raises is a finding
            return raised
        return None


_END = object()


def _closed(steps: Iterable[Generator[object]]) -> BaseException | None:
    """End the players that an error left waiting, while their store is open, so that their blocks are left."""
    error = None
    for player in steps:
        try:
            player.close()
        except Exception as raised:  # noqa: BLE001 - whatever a player raises is a finding
            error = error or raised
    return error


def _left(rooms: Iterable[Room]) -> BaseException | None:
    """Close the rooms: callbacks of what still waits may raise, which is a finding too, and hides none before it."""
    error = None
    for room in rooms:
        try:
            room.close()
        except Exception as raised:  # noqa: BLE001 - whatever a callback raises is a finding
            error = error or raised
    return error


def _steps(player: Player, room: Room) -> Generator[object]:
    """Return a player's steps; the last one ends with the iterator."""

    def once() -> Generator[object]:
        player(room)
        return
        yield

    if not inspect.isgeneratorfunction(behind(player)):
        return once()
    return cast("Generator[object]", player(room))


def _length(played: Played) -> tuple[int, int]:
    """Few steps, then few changes of turn."""
    order = played.order
    return len(order), sum(a != b for a, b in itertools.pairwise(order))
