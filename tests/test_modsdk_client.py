"""``mod.client`` on the server: a module that both halves import runs, and what it does with the client's half is nothing."""

from types import SimpleNamespace

import pytest
from cloudvars import modsdk
from stores import one_store

UNKNOWN = pytest.mark.parametrize("unknown", ["strict", "record"])

SHARED = """
    import mod.client.extraClientApi as clientApi
    import client.extraClientApi as bare
    from mod.client.system.clientSystem import ClientSystem
    from mod.client.ui.controls.buttonUIControl import ButtonUIControl
    from mod.client.ui.controls import labelUIControl
    from mod.client.ui.screenNode import ScreenNode
    from mod.client.ui.viewBinder import ViewBinder
    from mod.client.plugin.nobodyKnows.thisOne import Thing, helper

    factory = clientApi.GetEngineCompFactory()
    local = clientApi.GetLocalPlayerId()
    camera = factory.CreateCamera(local)
    Screen = clientApi.GetScreenNodeCls()
    ViewBinder2 = clientApi.GetViewBinderCls()
    names = clientApi.GetEngineNamespace(), clientApi.GetEngineSystemName(), clientApi.GetLevelId()
    position = clientApi.GetMinecraftEnum().ItemPosType.CARRIED
    registered = clientApi.RegisterSystem("a", "b", "c.d"), clientApi.GetSystem("a", "b")

    def decorate(function):
        function.decorated = True
        return function

    class Meta(type):
        made = []
        def __init__(cls, name, bases, body):
            Meta.made.append(name)
            super(Meta, cls).__init__(name, bases, body)

    class Main(Screen):
        __metaclass__ = Meta
        def __init__(self, namespace, name, param):
            Screen.__init__(self, namespace, name, param)
            super(Main, self).__init__(namespace, name, param)
            self.name = name

        @ViewBinder.binding(ViewBinder.BF_ButtonClickUp, "#main.close")
        @decorate
        def OnClose(self, args):
            return "closed"

        @ViewBinder2.binding_collection(ViewBinder2.BF_BindString, "grid", "#text")
        def OnText(self, index):
            return index

    class Client(ClientSystem):
        def __init__(self, namespace, systemName):
            super(Client, self).__init__(namespace, systemName)

    class Button(ButtonUIControl, Thing): pass
"""


@UNKNOWN
def test_a_shared_module_starts(room, pack, unknown):
    # E-12
    mod = pack(
        "import mod.server.extraServerApi as s\nimport testScripts.shared\nclass System(s.GetServerSystemCls()): pass\n",
        shared=SHARED,
    )
    with modsdk.host(room, mod=mod, unknown=unknown) as game:
        shared = game.import_module("testScripts.shared")
        assert shared.clientApi is shared.bare
        assert shared.Screen is shared.ScreenNode
        assert shared.ViewBinder2 is shared.ViewBinder
        assert shared.names == ("Minecraft", "Engine", "-1")
        assert shared.position == 2
        assert shared.registered == (None, None)
        assert shared.ViewBinder.BF_BindString == 8 | 0x01000000
        assert shared.Meta.made == ["Main"]
        assert issubclass(shared.Main, shared.ScreenNode)
        assert not issubclass(shared.Main, shared.ClientSystem)
        assert shared.local == "-1"
        main = shared.Main("a", "b", {})
        assert (main.name, main.OnClose({}), main.OnText(3)) == ("b", "closed", 3)
        assert main.OnClose.decorated


@UNKNOWN
@one_store
def test_what_is_called_does_nothing(room, unknown):
    # E-12
    with modsdk.host(room, unknown=unknown) as game:
        api = game.import_module("mod.client.extraClientApi")
        camera = api.GetEngineCompFactory().CreateCamera(api.GetLevelId())
        camera.SetCameraPos((1, 2, 3)).And().So().On()
        assert not api.GetTouchPos()
        node = game.import_module("mod.client.ui.screenNode").ScreenNode("a", "b", {})
        node.GetBaseUIControl("/panel").asLabel().SetText("hello")
        assert not hasattr(api, "__wrapped__")
        assert not hasattr(game.import_module("mod.client.ui.screenNode"), "__wrapped__")


@one_store
def test_the_servers_half_stays_strict(room):
    # E-1, E-12
    with modsdk.host(room) as game:
        with pytest.raises(ModuleNotFoundError, match="not simulated"):
            game.import_module("mod.server.nothing")
        with pytest.raises(AttributeError, match="not simulated"):
            game.import_module("mod.server.extraServerApi").GetLocalPlayerId  # noqa: B018
        assert len(game.recorded) == 0


@one_store
def test_fakes_win_over_the_empty_half(room):
    # E-12
    fakes = {
        "mod.client.extraClientApi.GetLocalPlayerId": lambda: "7",
        "mod.client.ui.mine": SimpleNamespace(Name=5),
    }
    with modsdk.host(room, fakes=fakes) as game:
        assert game.import_module("mod.client.extraClientApi").GetLocalPlayerId() == "7"
        mine = game.import_module("mod.client.ui.mine")
        assert (mine.Name, mine.Other.__name__) == (5, "Other")


@one_store
@pytest.mark.parametrize("prefix", ["mod.", ""])
def test_a_mods_own_components_have_their_base(room, pack, prefix):
    # E-12
    mod = pack(
        f"""
        import mod.server.extraServerApi as serverApi
        from {prefix}common.component.baseComponent import BaseComponent
        from {prefix}common.component.blockPaletteComp import BlockPaletteComponent

        class Charge(BaseComponent):
            def __init__(self, entityId):
                super(Charge, self).__init__(entityId)
                self.volts = 5

        class System(serverApi.GetServerSystemCls()):
            def __init__(self, namespace, systemName):
                super(System, self).__init__(namespace, systemName)
                charge = Charge("7")
                self.charge = charge.GetEntityId(), charge.mEntityId, charge.volts, charge.Destroy()
                self.palette = isinstance(charge, BlockPaletteComponent)
        """
    )
    with modsdk.host(room, mod=mod) as game:
        system = game.systems["Test", "System"]
        assert (system.charge, system.palette) == (("7", "7", 5, None), False)
