"""The pytest plugin of cloudvars: fixtures ``cloud``, ``room``, ``clock``, ``game``, ``cloud_factory``.

It is loaded in every test run of every project that has cloudvars installed: so it imports cloudvars only when a
fixture is used, and nothing at its top needs a newer pytest than 6.2: no ``StashKey``, no ``hookimpl(wrapper=True)``.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from contextlib import AbstractContextManager

    from cloudvars import ManualClock, Room, Store

__tracebackhide__ = True
"""So that a mod which does not start shows its own lines, and not the fixture that hosts it."""
_MARKER = "cloudvars"
_ACCEPTED = "backend='memory', 'file' or a URL, and mod='...' or mod=['...', ...] are accepted"
_UNKNOWN = ("record", "strict")
_stores: WeakKeyDictionary[pytest.Item, Store] = WeakKeyDictionary()
"""The cloud of each test; of its last attempt, where a plugin runs tests again."""
_without_mod: WeakKeyDictionary[pytest.Item, bool] = WeakKeyDictionary()
_recorded: WeakKeyDictionary[pytest.Item, Any] = WeakKeyDictionary()
"""What each test's mod asked for that is not simulated."""
_happened: WeakKeyDictionary[pytest.Config, dict[str, bool]] = WeakKeyDictionary()
"""Of each run, the events that mods listened for, and whether each happened in any test."""
_EVENTS = "cloudvars_events"
_SHOWN = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--cloudvars-backend`` and the ini options."""
    text = "where the fixtures' stores are: memory, file, or a URL"
    parser.addini("cloudvars_backend", text, default="memory")
    parser.addini(
        "cloudvars_mod", "the mod that the fixture 'game' hosts, from the ini file's folder", default=""
    )
    parser.addini(
        "cloudvars_unknown",
        "what the hosted mod gets for an API that is not simulated: record (an object) or strict (an error)",
        default=_UNKNOWN[0],
    )
    group = parser.getgroup("cloudvars")
    group.addoption("--cloudvars-backend", default=None, help=text)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    line = (
        f"{_MARKER}(backend='memory', mod=None, unknown='record'): where the test's cloud is, the mod that 'game' "
        "hosts, and what it gets for an API that is not simulated"
    )
    config.addinivalue_line("markers", line)


def _backend(config: pytest.Config) -> str:
    return str(config.getoption("--cloudvars-backend") or config.getini("cloudvars_backend"))


def _marked(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return what the markers say, the nearest one first. Raises ``UsageError``."""
    said: dict[str, Any] = {}
    for marker in request.node.iter_markers(_MARKER):
        wrong = [*map(repr, marker.args), *sorted(set(marker.kwargs) - {"backend", "mod", "unknown"})]
        backend, mod = marker.kwargs.get("backend", "memory"), marker.kwargs.get("mod")
        if not isinstance(backend, str) or not (backend in ("memory", "file") or "://" in backend):
            wrong.append(f"backend={backend!r}")
        mods = mod if isinstance(mod, list | tuple) else [] if mod is None else [mod]
        if not all(isinstance(one, str | PathLike) for one in mods):
            wrong.append(f"mod={mod!r}")
        if wrong:
            message = f"@pytest.mark.{_MARKER}: {', '.join(wrong)}; {_ACCEPTED}"
            raise pytest.UsageError(message)
        if "unknown" in marker.kwargs:
            _check_unknown(f"@pytest.mark.{_MARKER}: unknown", marker.kwargs["unknown"])
        said = {**marker.kwargs, **said}
    return said


def _hosted(request: pytest.FixtureRequest) -> Path | list[Path] | None:
    """Return the mod or mods that the test's game hosts: those of the marker, or that of the ini file."""
    mod = _marked(request).get("mod")
    if mod is not None:
        # pytest 6.2 has no `path`.
        folder = Path(getattr(request, "path", None) or request.node.fspath).parent
        return [folder / one for one in mod] if isinstance(mod, list | tuple) else folder / mod
    ini = str(request.config.getini("cloudvars_mod"))
    if not ini:
        return None
    return (request.config.inipath.parent if request.config.inipath else request.config.rootpath) / ini


def _unknown(request: pytest.FixtureRequest) -> str:
    """Return what the test's mod gets for what is not simulated. Raises ``UsageError``."""
    ini = request.config.getini("cloudvars_unknown")
    _check_unknown("cloudvars_unknown", ini)
    return str(_marked(request).get("unknown", ini))


def _check_unknown(what: str, given: Any) -> None:
    if given not in _UNKNOWN:
        message = f"{what}: {given!r}; 'record' or 'strict' is accepted"
        raise pytest.UsageError(message)


@pytest.fixture(scope="session")
def cloud_factory(pytestconfig: pytest.Config) -> Callable[..., AbstractContextManager[Store]]:
    """Open a fresh store, any number of times, also under ``@given``.

    ``with cloud_factory() as cloud: ...``, with the arguments of ``testing.cloud``.
    """
    from cloudvars import testing  # noqa: PLC0415 - imported only where it is used

    return partial(testing.cloud, _backend(pytestconfig))


@pytest.fixture
def clock() -> ManualClock:
    """Give the clock of the test's cloud: it moves when the test moves it."""
    import cloudvars  # noqa: PLC0415 - imported only where it is used

    return cloudvars.ManualClock()


@pytest.fixture
def cloud(request: pytest.FixtureRequest, clock: ManualClock) -> Iterator[Store]:
    """Give a fresh store for each test."""
    from cloudvars import testing  # noqa: PLC0415 - imported only where it is used

    backend = _marked(request).get("backend", _backend(request.config))
    with testing.cloud(backend, clock=clock) as store:
        _stores[request.node] = store
        yield store


@pytest.fixture
def room(cloud: Store) -> Iterator[Room]:
    """Give a room of the test's cloud."""
    with cloud.room("room") as room:
        yield room


@pytest.fixture
def game_fakes() -> dict[str, Any]:
    """Give the fakes of the hosted mod, see ``modsdk.host``; define a fixture with this name to have some."""
    return {}


@pytest.fixture
def game(request: pytest.FixtureRequest, cloud: Store, game_fakes: dict[str, Any]) -> Iterator[Any]:
    """Host a mod in a room of the test's cloud: see ``cloudvars.modsdk.host``."""
    modsdk = import_module("cloudvars.modsdk")

    mod, unknown = _hosted(request), _unknown(request)
    if mod is None:
        _without_mod[request.node] = True
    with cloud.room("game", delivery="tick") as room:
        game = modsdk.host(room, mod=mod, fakes=game_fakes, unknown=unknown)
        _recorded[request.node] = game.recorded
        with game:
            yield game
        _note_events(request.config, game._engine.events.listened())  # noqa: SLF001 - of the same package


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Forget what an earlier attempt of the same test did, where a plugin runs tests again."""
    _stores.pop(item, None)
    _without_mod.pop(item, None)
    _recorded.pop(item, None)


@pytest.hookimpl(hookwrapper=True, tryfirst=True)  # outermost: some plugins run a test again in this hook
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Show the last calls of a failing test's rooms, and no lines of the host."""
    if "cloudvars.modsdk" in sys.modules:
        import_module("cloudvars.modsdk.frames").hide()
    outcome = yield
    report = outcome.get_result()
    if report.failed and item in _stores:
        from cloudvars import testing  # noqa: PLC0415 - imported only where it is used

        calls = testing.calls(_stores[item])
        if calls:
            report.sections.append(("cloudvars calls", testing.shown(calls)))
        if _recorded.get(item):
            report.sections.append(("cloudvars: not simulated, and used by the mod", _recorded[item].shown()))
        if item in _without_mod:
            text = "game hosts no mod: cloudvars_mod = ... in pytest.ini, or @pytest.mark.cloudvars(mod=...), names one"
            report.sections.append(("cloudvars", text))


def _note_events(config: pytest.Config, listened: Mapping[str, bool]) -> None:
    """Add what one test's mod listened for."""
    events = _happened.setdefault(config, {})
    for event, happened in listened.items():
        events[event] = events.get(event, False) or happened


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the main process of pytest-xdist, if this is a worker."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_EVENTS] = _happened.get(session.config, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker of pytest-xdist tells."""
    _note_events(node.config, getattr(node, "workeroutput", {}).get(_EVENTS, {}))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Name the events, if the run was not of some tests only. It is no warning, so ``-W error`` changes nothing."""
    unfired = sorted(event for event, happened in _happened.get(config, {}).items() if not happened)
    some_only = terminalreporter.stats.get("deselected") or any("::" in str(arg) for arg in config.args)
    if unfired and not some_only:
        more = f" and {len(unfired) - _SHOWN} more" if len(unfired) > _SHOWN else ""
        names = ", ".join(unfired[:_SHOWN])
        terminalreporter.write_line(
            f"cloudvars: the mod listens for events that no test fired: {names}{more}"
        )
