"""Whose ``mod`` it is: ours inside the block, the stubs' outside."""

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import cloudvars
import pytest
from cloudvars import modsdk
from mods import HUNTER
from stores import one_store

TOPS = ("mod", "mod_log", "server", "client", "common")


def state():
    ours = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in TOPS}
    return ours, list(sys.path), list(sys.meta_path)


@pytest.fixture
def forget_stubs():
    """Takes what a test imported under the stubs' names out again."""
    yield
    for name in state()[0]:
        del sys.modules[name]


STUBS = {
    "mod/server/extraServerApi.py": "def GetEngineCompFactory():\n    pass\n\ndef GetPlatform():\n    pass\n",
    "mod/server/component/achievementCompServer.py": "class AchievementCompServer(object):\n    pass\n",
    "mod/server/component/httpToWebServerCompServer.py": "class HttpToWebServerCompServer(object):\n    pass\n",
    "mod/server/system/serverSystem.py": "class ServerSystem(object):\n    pass\n",
    "mod/client/extraClientApi.py": "def RegisterSystem(nameSpace, systemName, clsPath):\n    pass\n",
    "mod/common/mod.py": "class Mod(object):\n    pass\n",
    "mod/common/minecraftEnum.py": "class ActorDamageCause(object):\n    Fall = 'fall'\n",
    "mod/server/somethingNew.py": "",
    "mod_log.py": "logger = 'stub'\n",
}
"""The shape of the SDK's stubs: every name is there, and does nothing."""


@pytest.fixture
def shaped_stubs(tmp_path, monkeypatch, forget_stubs):
    for name, source in STUBS.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
        for folder in path.relative_to(tmp_path).parents[:-1]:
            (tmp_path / folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))


INSTALLED = importlib.util.find_spec("mod")
"""The SDK's own stubs, tried too where they are: installed, or unpacked on PYTHONPATH (the wheel says Python 2)."""


@pytest.fixture
def installed_stubs(monkeypatch, forget_stubs):
    monkeypatch.syspath_prepend(str(Path(INSTALLED.origin).parents[1]))


@pytest.fixture(params=["shaped_stubs", *(["installed_stubs"] if INSTALLED else [])])
def stubs(request):
    request.getfixturevalue(request.param)


@pytest.mark.filterwarnings("ignore:.*invalid escape sequence")  # in the SDK's own files
@pytest.mark.parametrize("imported_before", [True, False])
def test_the_host_wins_over_stubs_and_gives_them_back(make_room, stubs, imported_before):
    # E-1
    if imported_before:
        import mod.server.extraServerApi as stub

        assert stub.GetPlatform() is None
    before = state()
    with modsdk.host(make_room("A"), mod=HUNTER), modsdk.host(make_room("B"), mod=HUNTER):
        import mod.server.extraServerApi as serverApi

        assert serverApi.GetPlatform() == -1
        import server.extraServerApi as bare

        assert bare is serverApi
        from mod.server.component.httpToWebServerCompServer import HttpToWebServerCompServer

        comp = serverApi.GetEngineCompFactory().CreateHttp(serverApi.GetLevelId())
        assert isinstance(comp, HttpToWebServerCompServer)
        import mod_log

        assert mod_log.logger.name == "Developer"
        # Only the values of the enums are taken from the stubs: they are real.
        assert serverApi.GetMinecraftEnum().ActorDamageCause.Fall == "fall"
        with pytest.raises(ModuleNotFoundError, match=r"mod\.server\.somethingNew.*not simulated"):
            import mod.server.somethingNew  # noqa: F401
    assert state() == before
    import mod.server.extraServerApi as again

    assert again.GetPlatform() is None
    assert not imported_before or again is stub


def test_leaving_on_an_exception_restores(room, shaped_stubs):
    # E-1
    import mod.server.extraServerApi  # noqa: F401

    before = state()
    with pytest.raises(ZeroDivisionError):
        with modsdk.host(room):
            import mod.server.extraServerApi  # noqa: F401

            raise ZeroDivisionError
    assert state() == before


def test_hosts_may_be_left_in_any_order(make_room):
    # E-1
    before = state()
    a, b = modsdk.host(make_room("A")), modsdk.host(make_room("B"))
    a.__enter__()
    b.__enter__()
    a.__exit__(None, None, None)
    import mod.server.extraServerApi as serverApi

    b.join(5)
    assert serverApi.GetPlayerList() == ["5"]
    b.__exit__(None, None, None)
    assert state() == before


def test_what_is_not_simulated_says_so(room):
    # E-1
    with modsdk.host(room) as game:
        import mod.server.extraServerApi as serverApi

        factory = serverApi.GetEngineCompFactory()
        for call, name in (
            (lambda: serverApi.StartRecordPacket, r"mod\.server\.extraServerApi\.StartRecordPacket"),
            (lambda: factory.CreateRadar("1"), r"GetEngineCompFactory\(\)\.CreateRadar"),
            (lambda: factory.CreateGame("1").PlaceStructure("1"), r"GameComponentServer\.PlaceStructure"),
            (lambda: factory.CreateAchievement("1").Nothing, r"AchievementCompServer\.Nothing"),
            (lambda: factory.CreateRecipe("1"), r"GetEngineCompFactory\(\)\.CreateRecipe"),
        ):
            told = rf"^{name} is not simulated by cloudvars\.modsdk\nTo put something there: .*fakes={{'{name}': "
            with pytest.raises(AttributeError, match=told):
                call()
        with pytest.raises(AttributeError, match="object has no attribute 'mine'"):
            serverApi.GetServerSystemCls()("a", "b").mine  # noqa: B018
        with pytest.raises(ModuleNotFoundError, match=r"mod\.server\.somethingNew.*not simulated"):
            import mod.server.somethingNew  # noqa: F401
        assert game.import_module("server.extraServerApi") is serverApi


def test_a_mod_is_told_what_is_not_simulated(room, pack):
    # E-1
    mod = pack("from mod.server.extraServerApi import StopRecordPacket\n")
    with pytest.raises(AttributeError, match=r"extraServerApi\.StopRecordPacket is not simulated"):
        with modsdk.host(room, mod=mod):
            pass
    mod = pack("import testScripts.nothing\n")
    with pytest.raises(ModuleNotFoundError, match=r"'testScripts\.nothing' in "):
        with modsdk.host(room, mod=mod):
            pass


def test_what_the_room_is(room):
    # E-1
    with modsdk.host(room) as game:
        import mod.server.extraServerApi as serverApi
        from mod.server.component.achievementCompServer import AchievementCompServer
        from mod.server.system.serverSystem import ServerSystem

        assert serverApi.GetServerSystemCls() is ServerSystem
        assert serverApi.IsInServer() is True
        assert serverApi.IsInApollo() is False
        level = serverApi.GetLevelId()
        assert isinstance(level, str)
        assert type(serverApi.GetEngineCompFactory().CreateAchievement(level)) is AchievementCompServer
        assert serverApi.GetSystem("No", "System") is None
        assert game.systems == {}
        from mod.server.blockEntityData import BlockEntityData

        factory = serverApi.GetEngineCompFactory()
        factory.CreateBlockInfo(level).SetBlockNew((1, 2, 3), {"name": "my:altar", "aux": 0}, dimensionId=0)
        data = factory.CreateBlockEntityData(level).GetBlockEntityData(0, (1, 2, 3))
        assert type(data) is BlockEntityData


def test_nothing_is_written_into_the_mods_folder(room, pack):
    mod = pack("import mod.server.extraServerApi as s\nclass System(s.GetServerSystemCls()): pass\n")
    before = sorted(mod.rglob("*"))
    with modsdk.host(room, mod=mod):
        pass
    assert sorted(mod.rglob("*")) == before
    assert before


def test_fakes_stand_where_nothing_is_simulated(make_room, pack):
    # E-1
    mod = pack("""
        import mod.server.extraServerApi as serverApi
        import mod.client.extraClientApi as clientApi
        from mod.client.ui.screenNode import ScreenNode
        from mod.server.gamePlay.goal import Goal
        from common.minecraftEnum import GameType
        factory = serverApi.GetEngineCompFactory()
        class System(serverApi.GetServerSystemCls()):
            def __init__(self, namespace, systemName):
                super(System, self).__init__(namespace, systemName)
                self.pos = factory.CreateRadar("7").GetPos()
                self.rules = factory.CreateGame("x").SetGameRule("r", 1)
                self.made = self.CreateEngineEntityByTypeStr("minecraft:cow"), GameType.Creative, ScreenNode.kind, Goal.kind
                self.rotation = serverApi.GetDirFromRot((0, 90)), clientApi.GetLevelId(), serverApi.GetPlatform()
    """)

    class Radar:
        def __init__(self, entityId):
            self.entity = entityId

        def GetPos(self):
            return self.entity, 1, 2

    fakes = {
        "GetEngineCompFactory().CreateRadar": Radar,
        "GameComponentServer.SetGameRule": lambda rule, value: (rule, value),
        "ServerSystem.CreateEngineEntityByTypeStr": lambda identifier: f"a {identifier}",
        "mod.server.extraServerApi.GetDirFromRot": lambda rot: rot[1],
        "mod.server.extraServerApi.GetPlatform": lambda: 2,
        "mod.client.extraClientApi.GetLevelId": lambda: "c",
        "mod.client.ui.screenNode": SimpleNamespace(ScreenNode=SimpleNamespace(kind="screen")),
        "mod.server.gamePlay.goal": SimpleNamespace(Goal=SimpleNamespace(kind="goal")),
        "mod.common.minecraftEnum": SimpleNamespace(GameType=SimpleNamespace(Creative=1)),
    }
    with modsdk.host(make_room(), mod=mod, fakes=fakes) as game:
        system = game.systems["Test", "System"]
        assert (system.pos, system.rules) == (("7", 1, 2), ("r", 1))
        assert (system.made, system.rotation) == (("a minecraft:cow", 1, "screen", "goal"), (90, "c", 2))
    with (
        pytest.raises(ModuleNotFoundError, match=r"mod\.server\.gamePlay") as raised,
        modsdk.host(make_room("b"), mod=mod),
    ):
        pass
    assert "fakes={'mod.server.gamePlay" in raised.value.__notes__[0]
    del fakes["GetEngineCompFactory().CreateRadar"]
    with (
        pytest.raises(AttributeError, match="CreateRadar is not simulated") as raised,
        modsdk.host(make_room("c"), mod=mod, fakes=fakes),
    ):
        pass
    assert "fakes={'GetEngineCompFactory().CreateRadar': ...}" in raised.value.__notes__[0]


@one_store
@pytest.mark.parametrize(
    "fakes", ["x", {5: 1}, {"CreatePos": 1}, {"mod": 1}, {"Factory.CreatePos": 1}, {"mod.client.ui": 5}]
)
def test_fakes_have_the_names_of_the_api(make_room, fakes):
    # E-1 G-4
    with pytest.raises(cloudvars.CloudValueError, match="^fakes"), modsdk.host(make_room(), fakes=fakes):
        pass
