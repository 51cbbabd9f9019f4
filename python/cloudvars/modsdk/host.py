"""The host: a room of cloudvars with the mod's server systems in it, and the test as its engine."""

import logging
import math
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from types import ModuleType, TracebackType
from typing import Any, Literal, Self

from cloudvars import ManualClock, Room
from cloudvars.errors import CloudError, CloudValueError

from . import shadow
from .api import Absent, api_modules, installed_enums, marked
from .events import ENGINE
from .fakes import Fakes
from .frames import short, short_calls
from .importer import Importer
from .packs import Mods, Pack, packs
from .unknown.unknown import Mode, unknown_of
from .unknown.uses import Lacks
from .warning import warn
from .world.acts import Acts

__all__ = ["Host", "host", "tick"]

_TICKS = 30
"""How many ticks a second of game time has."""
_SECOND_US = 1_000_000
_log = logging.getLogger("cloudvars")
_hosted: list[Room] = []


def host(
    room: Room,
    mod: Mods = None,
    *,
    python: Literal["auto", 2, 3] = "auto",
    fakes: Mapping[str, Any] | None = None,
    unknown: Mode = "strict",
) -> "Host":
    """Host a mod in a room: ``with modsdk.host(room, mod="path/to/behavior_pack") as game:``.

    Each host has its own copy of the mod's modules.

    ``mod``: a behavior pack, its scripts folder, several of either, or None for the API alone.
    ``python``: "auto" runs a file as Python 2.7, as the game does, unless it uses syntax that only Python 3 has; 2 and
    3 apply to every file.
    ``fakes``: what the mod gets in place of what is not simulated, by the name in the error:
    ``{"GetEngineCompFactory().CreateRecipe": FakeRecipes}``.
    ``unknown``: what a name is that is neither simulated nor a fake. "strict": an ``AttributeError`` that names it.
    "record": an object with which a mod can do anything; ``game.recorded`` has what was asked for.
    Raises ``CloudValueError``; entering the block raises what the mod's start raises.
    Clauses E-1, E-6, E-17.
    """
    return Host(room, mod, python, fakes, unknown)


@short
def tick(*games: "Host", n: int | None = None, seconds: float | None = None) -> int:
    """Tick several hosts side by side: clocks that they share go on once a round. Returns callbacks delivered.

    ``n``: how many ticks, 1 unless given; ``seconds``: how long, instead of ``n``.
    """
    delivered = 0
    count = _count(n, seconds)
    with ExitStack() as entries:
        for game in games:
            entries.enter_context(game._failures.entry())  # noqa: SLF001 - a function of this class
        for _ in range(count):
            for one in {id(game.room.store.clock): game for game in games}.values():
                one._advance()  # noqa: SLF001 - ditto
            for game in games:
                delivered += game._tick()  # noqa: SLF001 - ditto
    return delivered


def _count(n: Any, seconds: Any) -> int:
    """Return how many ticks a call asks for: of seconds, as many as last that long."""
    if seconds is None:
        n = 1 if n is None else n
        if not isinstance(n, int) or isinstance(n, bool) or n < 0:
            message = f"n: {n!r}; an int from 0 is accepted"
            raise CloudValueError(message)
        return n
    if n is not None:
        message = f"n: {n!r} and seconds: {seconds!r}; one of them is accepted"
        raise CloudValueError(message)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < float("inf"):
        message = f"seconds: {seconds!r}; a number from 0 is accepted"
        raise CloudValueError(message)
    return math.ceil(round(seconds * _TICKS, 6))  # rounded, because 0.1 * 3 seconds are 9 ticks and not 10


@short_calls
class Host(Acts):
    """A hosted room: the test is its engine. Made by ``modsdk.host``."""

    def __init__(
        self,
        room: Room,
        mod: Mods,
        python: Literal["auto", 2, 3],
        fakes: Mapping[str, Any] | None,
        unknown: Mode,
    ) -> None:
        if not isinstance(room, Room):
            message = f"room: {room!r}; a Room of cloudvars is accepted"
            raise CloudValueError(message)
        if python not in ("auto", 2, 3) or isinstance(python, bool):
            message = f"python: {python!r}; 'auto', 2 or 3 is accepted"
            raise CloudValueError(message)
        given = Fakes(fakes)
        super().__init__(room, given, unknown_of(unknown, given))
        self._packs: list[Pack] = packs(mod)
        self._mains: list[Any] = []
        self._ticks = 0
        enums = installed_enums()
        files = {f"{top}common.minecraftEnum": enums for top in ("mod.", "") if enums}
        roots = [pack.folder for pack in self._packs]
        self._importer = Importer(roots, api_modules(self._engine), python, files, Absent(self._engine))
        self._engine.importer = self._importer
        self._engine.unknown.lacks = self.lacks

    def __repr__(self) -> str:
        mods = ", ".join(name for name, _ in self._engine.bound) or "no mod"
        return f"<cloudvars.modsdk.Host of {mods} in {self.room!r}, {self._failures.state}>"

    # --- the block ---

    def __enter__(self) -> Self:
        if self._failures.state != "new":
            message = "a host is entered once; make another one for the next block"
            raise CloudError(message)
        if any(room is self.room for room in _hosted):
            message = f"room: {self.room!r} is hosted already; leave that host first, or open another room"
            raise CloudValueError(message)
        with ExitStack() as undo:
            _hosted.append(self.room)
            undo.callback(lambda: _hosted.pop(next(i for i, room in enumerate(_hosted) if room is self.room)))
            shadow.show(self._importer)
            undo.callback(shadow.hide, self._importer)
            self._engine.nodes.attach(pack.folder for pack in self._packs)
            undo.callback(self._engine.nodes.detach)
            self._failures.state = "open"
            undo.callback(self._end)
            with self._failures.entry():
                self._start()
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._undo:
            if self._failures.state == "open":
                with self._failures.entry(quiet=error is not None):
                    self._stop()

    def _start(self) -> None:
        for pack in self._packs:
            first = len(self._engine.bound)
            for main in pack.mains:
                before = len(self._engine.bound)
                self._importer.load(main)
                if len(self._engine.bound) == before:
                    _log.warning("%s has no class with @Mod.Binding: nothing of it was started", main)
            bound = [cls for _, cls in self._engine.bound[first:]]
            if bound and not any(marked(cls, "InitServer") for cls in bound):
                warn(
                    f"{pack.folder}: no method has @Mod.InitServer(), so nothing of it was started on the server"
                )
        for _, cls in self._engine.bound:
            self._mains.append(cls())
        for main_object in self._mains:
            for method in marked(type(main_object), "InitServer"):
                method(main_object)
        self._engine.fire("LoadServerAddonScriptsAfter", {})

    def _stop(self) -> None:
        for main_object in self._mains:
            for method in marked(type(main_object), "DestroyServer"):
                self._failures.guard("DestroyServer", partial(method, main_object))
        for (namespace, name), system in reversed(self.systems.items()):
            self._failures.guard(f"Destroy of {namespace}:{name}", getattr(system, "Destroy", lambda: None))

    def _end(self) -> None:
        self._failures.state = "left"

    @contextmanager
    def active(self) -> Iterator[Self]:
        """Make the test's own ``import`` of mod and API modules find this host, when several are open."""
        with self._failures.entry():
            shadow.show(self._importer)
        try:
            yield self
        finally:
            shadow.hide(self._importer)

    def lacks(self) -> Lacks:
        """Return what the mod's server scripts use that is neither simulated nor a fake, the most used first.

        The scripts are read, and not run, so the host need not be entered.
        Clause E-18.
        """
        from .lacks import lacks  # noqa: PLC0415 - imported only where it is used

        return lacks(self._packs, self._importer, self._engine.fakes)

    def import_module(self, name: str) -> ModuleType:
        """Return a module of this host: ``game.import_module("myScripts.server")``."""
        return self._importer.import_module(name)

    # --- time ---

    def tick(self, n: int | None = None, *, seconds: float | None = None) -> int:
        """Let ``n`` thirtieths of a second pass, 1 unless given; returns how many callbacks the room delivered.

        Each tick, in this order: it moves a ``ManualClock`` on, fires ``OnScriptTickServer``, calls every system's
        ``Update``, runs due timers, and ticks the room. Raises what the mod raised, at the end of the last tick.

        ``seconds``: how long, instead of ``n``: a number from 0; a part of a tick counts as one.
        Clause E-3.
        """
        with self._failures.entry():
            delivered = 0
            for _ in range(_count(n, seconds)):
                self._advance()
                delivered += self._tick()
            return delivered

    def _tick(self) -> int:
        delivered = 0
        with self._failures.entry():
            self._ticks += 1
            self._engine.events.call((*ENGINE, "OnScriptTickServer"), {}, bare=True)
            for (namespace, name), system in list(self.systems.items()):
                self._failures.guard(f"Update of {namespace}:{name}", getattr(system, "Update", lambda: None))
            self._engine.changes.tick()
            self._engine.timers.run(self._engine.now())
            self._engine.coroutines.run(self._engine.now())
            try:
                delivered = self.room.tick()
            except Exception as error:  # noqa: BLE001 - the room logged it; the test gets it at the end
                self._failures.errors.append(error)
        return delivered

    def _advance(self) -> None:
        """Move a ManualClock on by a thirtieth of a second: 30 of these steps are a second exactly."""
        clock = self.room.store.clock
        if isinstance(clock, ManualClock):
            step = _SECOND_US * (self._ticks + 1) // _TICKS - _SECOND_US * self._ticks // _TICKS
            clock.advance(seconds=step / _SECOND_US)
