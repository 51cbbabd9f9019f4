"""The pytest plugin of cloudvars: fixtures ``cloud``, ``room``, ``clock``, ``game``, ``cloud_factory``.

It is loaded in every test run of every project that has cloudvars installed: so it imports cloudvars only when a
fixture is used.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from contextlib import AbstractContextManager

    from cloudvars import ManualClock, Room, Store

_MARKER = "cloudvars"
_no_mod = pytest.StashKey[bool]()
_stores = pytest.StashKey["list[Store]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--cloudvars-backend`` and the ini options."""
    text = "where the fixtures' stores are: memory, file, or a URL"
    parser.addini("cloudvars_backend", text, default="memory")
    parser.addini(
        "cloudvars_mod", "the mod that the fixture 'game' hosts, from the ini file's folder", default=""
    )
    group = parser.getgroup("cloudvars")
    group.addoption("--cloudvars-backend", default=None, help=text)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    line = f"{_MARKER}(backend='memory', mod=None): where the test's cloud is, and the mod that 'game' hosts"
    config.addinivalue_line("markers", line)


def _backend(config: pytest.Config) -> str:
    return str(config.getoption("--cloudvars-backend") or config.getini("cloudvars_backend"))


def _marked(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return what the markers say, the nearest one first."""
    said: dict[str, Any] = {}
    for marker in request.node.iter_markers(_MARKER):
        unknown = set(marker.kwargs) - {"backend", "mod"}
        if marker.args or unknown:
            given = ", ".join([*map(repr, marker.args), *sorted(unknown)])
            message = f"@pytest.mark.{_MARKER}: {given}; backend='...' and mod='...' are accepted"
            raise pytest.UsageError(message)
        said = {**marker.kwargs, **said}
    return said


@pytest.fixture(scope="session")
def cloud_factory(pytestconfig: pytest.Config) -> Callable[..., AbstractContextManager[Store]]:
    """Open a fresh store, any number of times, also under ``@given``.

    ``with cloud_factory() as cloud: ...``, with the arguments of ``testing.cloud``.
    """
    from cloudvars import testing  # noqa: PLC0415 - only who uses it pays for it

    return partial(testing.cloud, _backend(pytestconfig))


@pytest.fixture
def clock() -> ManualClock:
    """Give the clock of the test's cloud: it moves when told."""
    import cloudvars  # noqa: PLC0415 - only who uses it pays for it

    return cloudvars.ManualClock()


@pytest.fixture
def cloud(request: pytest.FixtureRequest, clock: ManualClock) -> Iterator[Store]:
    """Give a fresh store for each test."""
    from cloudvars import testing  # noqa: PLC0415 - only who uses it pays for it

    backend = _marked(request).get("backend", _backend(request.config))
    with testing.cloud(backend, clock=clock) as store:
        request.node.stash.setdefault(_stores, []).append(store)
        yield store


@pytest.fixture
def room(cloud: Store) -> Iterator[Room]:
    """Give a room of the test's cloud."""
    with cloud.room("room") as room:
        yield room


@pytest.fixture
def game_fakes() -> dict[str, Any]:
    """Give what the mod finds where nothing is simulated: a fixture of yours with this name, see ``modsdk.host``."""
    return {}


@pytest.fixture
def game(request: pytest.FixtureRequest, cloud: Store, game_fakes: dict[str, Any]) -> Iterator[Any]:
    """Host a mod in a room of the test's cloud: see ``cloudvars.modsdk.host``."""
    modsdk = import_module("cloudvars.modsdk")

    mod = _marked(request).get("mod")
    if mod is not None:
        mod = request.path.parent / mod
    elif request.config.getini("cloudvars_mod"):
        folder = request.config.inipath.parent if request.config.inipath else request.config.rootpath
        mod = Path(folder) / str(request.config.getini("cloudvars_mod"))
    else:
        request.node.stash[_no_mod] = True
    with cloud.room("game", delivery="tick") as room, modsdk.host(room, mod=mod, fakes=game_fakes) as game:
        yield game


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the last calls of a failing test's rooms."""
    report = yield
    if report.failed and _stores in item.stash:
        from cloudvars import testing  # noqa: PLC0415 - only who uses it pays for it

        calls = [call for store in item.stash[_stores] for call in testing.calls(store)]
        if calls:
            report.sections.append(("cloudvars calls", testing.shown(calls)))
        if _no_mod in item.stash:
            text = "game hosts no mod: cloudvars_mod = ... in pytest.ini, or @pytest.mark.cloudvars(mod=...), names one"
            report.sections.append(("cloudvars", text))
    return report
