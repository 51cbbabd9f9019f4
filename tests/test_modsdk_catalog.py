"""The engine's events by name: slips are warned of, and what no test fired is listed."""

import json
import warnings
from pathlib import Path

import cloudvars
import pytest
from cloudvars import modsdk
from hypothesis import given
from hypothesis import strategies as st
from stores import one_store

EVENTS = json.loads((Path(modsdk.__file__).parent / "facts" / "events_server.json").read_text("utf-8"))

LISTEN = """
    import mod.server.extraServerApi as serverApi
    class System(serverApi.GetServerSystemCls()):
        def __init__(self, namespace, systemName):
            super(System, self).__init__(namespace, systemName)
            for name in %s:
                self.ListenForEvent("Minecraft", "Engine", name, self, self.on)
            self.ListenForEvent("Test", "System", "ServerChatEvents", self, self.on)
        def on(self, args=None): pass
"""


def told(caught):
    return [
        (str(one.message), Path(one.filename).name) for one in caught if one.category is modsdk.ModWarning
    ]


def test_a_misspelt_event_is_warned_of_where_it_is_written(room, pack):
    # E-14
    mod = pack(LISTEN % ["ServerChatEvnt", "DamageEvent", "MyOwnNotice"])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with modsdk.host(room, mod=mod) as game:
            game.fire("DestroyBlokEvent", {"x": 1})
            game.fire("DestroyBlockEvent", {"x": 1})
            game.fire("SomethingElse")
    [listened, fired] = told(caught)
    assert listened == (
        "ListenForEvent: the engine has no event 'ServerChatEvnt'; did you mean 'ServerChatEvent'?",
        "system.py",
    )
    assert fired == (
        "fire: the engine has no event 'DestroyBlokEvent'; did you mean 'DestroyBlockEvent'?",
        Path(__file__).name,
    )


@one_store
def test_a_warning_that_is_an_error_is_raised_where_it_is_written(room):
    # E-14
    with modsdk.host(room) as game, pytest.raises(modsdk.ModWarning, match="did you mean 'DamageEvent'"):
        game.fire("DamageEvents")


@given(st.sampled_from(sorted(EVENTS)), st.data())
def test_a_name_with_one_wrong_letter_finds_the_event(name, data):
    # E-14
    at = data.draw(st.integers(1, len(name) - 1))
    slip = name[:at] + name[at + 1 :]
    with (
        cloudvars.open() as store,
        modsdk.host(store.room()) as game,
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always")
        game.fire(name, {"x": 1})
        assert told(caught) == []
        game.fire(slip, {"x": 1})
        assert slip in EVENTS or "did you mean " in told(caught)[0][0]


START = """
from mod.common.mod import Mod
@Mod.Binding(name="{name}", version="1")
class {name}(object):
    {mark}
    def start(self):
        pass
"""


@one_store
def test_a_pack_without_its_mark(make_room, pack):
    # E-14
    client = START.format(name="Client", mark="@Mod.InitClient()")
    server = START.format(name="Server", mark="@Mod.InitServer()")
    for number, (modules, count) in enumerate(
        (({"a": START.format(name="No", mark="")}, 1), ({"a": client}, 1), ({"a": client, "b": server}, 0))
    ):
        name = f"pack{number}"
        for scripts, source in modules.items():
            mod = pack(name=name, scripts=scripts, modMain=source)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with modsdk.host(make_room(name), mod=mod):
                pass
        messages = [message for message, _ in told(caught)]
        assert len(messages) == count
        assert all("no method has @Mod.InitServer()" in message and name in message for message in messages)


@one_store
def test_what_did_not_happen_yet(room, pack):
    # E-14
    mod = pack(LISTEN % ["ServerChatEvent", "OnScriptTickServer", "AddServerPlayerEvent"])
    with modsdk.host(room, mod=mod) as game:
        assert game.unfired == ["AddServerPlayerEvent", "OnScriptTickServer", "ServerChatEvent"]
        game.tick()
        assert game.unfired == ["AddServerPlayerEvent", "ServerChatEvent"]
        game.join(7)
        game.fire("ServerChatEvent", {})
        assert game.unfired == []
    assert game.unfired == []


@one_store
@pytest.mark.parametrize("slip", ["cuont", "newAuxvalue", "enchantDatas", "userdata"])
def test_a_misspelt_key_of_an_item_is_warned_of(room, slip):
    # E-14
    with modsdk.host(room) as game:
        game.join(7)
        with pytest.warns(modsdk.ModWarning, match=f"no field '{slip}'; did you mean") as caught:
            game.give(7, {"newItemName": "minecraft:bow", slip: 1})
    assert told(caught)[0][1] == Path(__file__).name


@one_store
def test_another_key_of_an_item_stays(room):
    # E-14
    with modsdk.host(room) as game:
        game.join(7)
        game.give(7, {"newItemName": "minecraft:bow", "count": 1, "counts": 2, "mine": 3})
        items = game.import_module("server.extraServerApi").GetEngineCompFactory().CreateItem("7")
        assert items.GetPlayerItem(0, 0)["mine"] == 3


@one_store
@pytest.mark.parametrize("event", [None, 5, [], ("a", "b")])
def test_what_is_no_name_of_an_event_is_refused(room, event):
    # E-14
    with modsdk.host(room) as game, pytest.raises(cloudvars.CloudValueError, match="event: .* a str"):
        game.fire(event)
