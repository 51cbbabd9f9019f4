"""Which names are recorded, and which are missing: the factory's, and a mod's own."""

from cloudvars import modsdk
from stores import one_store

pytestmark = one_store


def test_what_no_api_has_is_missing(make_room):
    # E-17
    with modsdk.host(make_room("none"), unknown="record") as game:
        check(game.import_module("mod.server.extraServerApi"))


def check(api):
    factory = api.GetEngineCompFactory()
    for owner in (api.NobodyKnowsThis, factory, api, factory.CreateNobody("1"), factory.CreateHttp("1")):
        assert not hasattr(owner, "_mine")
    assert not hasattr(factory, "Create_mine")
    assert not hasattr(factory, "nobody")
    for component in (factory.CreateNobody("1"), factory.CreatePhysx("1")):
        assert component  # it exists
        assert (list(component), component == 0, bool(component.Nobody())) == ([], True, False)


def test_a_mods_own_mark_is_on_no_recorder(make_room, pack):
    # E-17: as a library marks what it decorated, and wraps the factory
    mod = pack(
        """
        import mod.server.extraServerApi as serverApi
        import mod.client.extraClientApi as clientApi

        class Comps(object):
            def __init__(self, factory):
                self.factory = factory
            def __getattr__(self, name):
                comp = getattr(self.factory, "Create" + name)("-1")
                if not comp:
                    return
                return comp

        class System(serverApi.GetServerSystemCls()):
            def __init__(self, namespace, systemName):
                super(System, self).__init__(namespace, systemName)
                server = Comps(serverApi.GetEngineCompFactory())
                things = [server, Comps(clientApi.GetEngineCompFactory()), clientApi.GetViewBinderCls(), serverApi.Nothing,
                    serverApi.Nothing(), serverApi.GetEngineCompFactory(), server.Physx]
                self.marked = [hasattr(thing, "_my_mark") for thing in things]
                self.moved = server.Physx.AddForce("1", "2")
        """
    )
    with modsdk.host(make_room("mark"), mod=mod, unknown="record") as game:
        system = game.systems["Test", "System"]
        assert not any(system.marked)
        assert len(system.marked) == 7
        assert system.moved is True
        assert not [name for name in game.recorded if "_my_mark" in name]
