"""Names of the API that are nearly those of others."""

import pytest
from cloudvars import modsdk
from cloudvars.modsdk.unknown.promises import known
from stores import one_store

NAMES = """
    import mod.server.extraServerApi as serverApi
    from mod.common.minecraftEnum import AttrType
    factory = serverApi.GetEngineCompFactory()
    class System(serverApi.GetServerSystemCls()): pass
    def on():
        serverApi.GetServerTikTime()
        factory.CreateAtr("7")
        factory.CreateAttr("7").SetAttrValu(AttrType.HELTH, 3)
        factory.CreatePhysx("7").AddForce("7", 8)
        serverApi.NobodyKnowsThis()
"""


@one_store
def test_a_slip_is_shown_with_what_was_meant(room, pack):
    # E-18
    shown = str(modsdk.host(room, mod=pack(NAMES)).lacks().shown(None)).splitlines()
    meant = {line.split()[1]: line.partition("(did you mean ")[2] for line in shown}
    assert meant == {
        "mod.server.extraServerApi.GetServerTikTime": "GetServerTickTime?)",
        "GetEngineCompFactory().CreateAtr": "CreateAttr?)",
        "AttrCompServer.SetAttrValu": "SetAttrValue?)",
        "mod.common.minecraftEnum.AttrType.HELTH": "HEALTH?)",
        "GetEngineCompFactory().CreatePhysx": "",
        "PhysxComponentServer.AddForce": "",
        "mod.server.extraServerApi.NobodyKnowsThis": "",
    }


@one_store
def test_a_name_of_the_sdk_is_no_slip(room):
    # E-18
    with modsdk.host(room, unknown="record") as game:
        for name in known():
            game.recorded.note(name, called=True)
        assert len(game.recorded) == len(known())
        assert "did you mean" not in game.recorded.shown(None)


@one_store
def test_the_error_says_what_was_meant(room, pack):
    # E-1, E-18
    with modsdk.host(room, mod=pack(NAMES)) as game:
        with pytest.raises(AttributeError, match=r"GetServerTikTime .*\(did you mean GetServerTickTime\?\)"):
            game.import_module("testScripts.system").on()
