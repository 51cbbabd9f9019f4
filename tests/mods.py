"""Behavior packs for the tests of the mod host: fixtures by name, and packs written on the spot."""

import textwrap
from pathlib import Path

import pytest
from cloudvars import modsdk

FIXTURES = Path(__file__).parent / "fixtures" / "mods"
HUNTER = FIXTURES / "hunter"
START = """
from mod.common.mod import Mod
import mod.server.extraServerApi as serverApi

@Mod.Binding(name="Test", version="1")
class Main(object):
    @Mod.InitServer()
    def start(self):
        serverApi.RegisterSystem("Test", "System", "testScripts.system.System")
"""
MAIN = "from mod.common.mod import Mod\n"
"""The least that starts."""


class Packs:
    """Writes packs under a folder."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, system=None, /, name="pack", scripts="testScripts", **files):
        """A pack whose ``system.py`` holds this source; other files by name, ``__`` for ``/``."""
        pack = self.folder / name
        sources = {"__init__": "", **files}
        if system is not None:
            sources = {"modMain": START, "system": system, **sources}
        for file, source in sources.items():
            path = pack / scripts / f"{file.removeprefix('_pkg_')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(source, bytes):
                path.write_bytes(source)
            else:
                path.write_text(textwrap.dedent(source), "utf-8")
        return pack


@pytest.fixture
def pack(tmp_path):
    return Packs(tmp_path)


@pytest.fixture
def tick_room(make_room):
    return make_room("tick", delivery="tick")


@pytest.fixture
def empty_game(tick_room):
    """A game without a mod, whose room delivers in ticks."""
    with modsdk.host(tick_room) as game:
        yield game


@pytest.fixture
def server_api(empty_game):
    """``extraServerApi`` of a game without a mod."""
    return empty_game.import_module("mod.server.extraServerApi")


@pytest.fixture
def factory(server_api):
    """What makes the components of a game without a mod."""
    return server_api.GetEngineCompFactory()


@pytest.fixture
def system(server_api):
    """A system in a game without a mod."""
    return server_api.GetServerSystemCls()("Test", "System")


@pytest.fixture
def overheard(system):
    """Listens: ``events = overheard("MobDieEvent", ...)``; answers the list of (event, dict) that grows."""

    def overheard(*names, answer=lambda event, args: None):
        events = []

        def listener(event):
            def listen(args):
                events.append((event, dict(args)))
                answer(event, args)

            return listen

        for name in names:
            system.ListenForEvent("Minecraft", "Engine", name, system, listener(name))
        return events

    return overheard


@pytest.fixture
def run_mod(make_room, pack):
    """Runs a module of a mod; answers its globals."""

    def run_mod(source, python="auto", **files):
        if isinstance(source, str):
            source = textwrap.dedent(source)
        mod = pack(modMain=MAIN, code=source, **files)
        with modsdk.host(make_room(), mod=mod, python=python) as game:
            return vars(game.import_module("testScripts.code"))

    return run_mod
