"""Events, messages, and what a mod raises."""

import functools

import cloudvars
import pytest
from cloudvars import modsdk

ENGINE = "Minecraft", "Engine"


@pytest.fixture
def api(empty_game):
    return empty_game.import_module("mod.server.extraServerApi")


@pytest.fixture
def system(api):
    return api.GetServerSystemCls()("Test", "System")


def test_listeners_get_the_same_dict_by_priority(empty_game, api, system):
    # E-2
    calls = []
    assert (api.GetEngineNamespace(), api.GetEngineSystemName()) == ENGINE

    def listener(name):
        def listen(args):
            calls.append((name, id(args), args.get("cancel")))
            args["cancel"] = name

        return listen

    for name, priority in (("low", -1), ("first", 0), ("second", 0), ("high", 10)):
        system.ListenForEvent(*ENGINE, "ServerChatEvent", system, listener(name), priority)
    data = {"message": "hi", "cancel": False}
    assert empty_game.fire("ServerChatEvent", data) is data
    assert [(name, seen) for name, _, seen in calls] == [
        ("high", False),
        ("first", "high"),
        ("second", "first"),
        ("low", "second"),
    ]
    assert {number for _, number, _ in calls} == {id(data)}
    assert data["cancel"] == "low"


def test_unlisten(empty_game, system):
    # E-2
    calls = []

    class Other:
        def on(self, args):
            calls.append("on")
            system.UnListenForEvent(*ENGINE, "X", self, self.on)
            system.UnListenForEvent(*ENGINE, "X", self, self.later)

        def later(self, args):
            calls.append("later")

        def third(self, args):
            calls.append("third")

    other = Other()
    for method in (other.on, other.later, other.third):
        system.ListenForEvent(*ENGINE, "X", other, method)
    empty_game.fire("X", {"a": 1})
    empty_game.fire("X", {"a": 1})
    assert calls == ["on", "third", "third"]
    system.UnListenForEvent(*ENGINE, "X", other, other.third, 5)  # another priority is another listener
    system.UnListenAllEvents()
    system.UnListenAllEvents()
    empty_game.fire("X", {"a": 1})
    assert calls == ["on", "third", "third"]
    with pytest.raises(TypeError, match="func: 'name'"):
        system.ListenForEvent(*ENGINE, "X", other, "name")


@pytest.mark.parametrize(
    ("listener", "tick", "empty"),
    [
        (lambda: ("none",), ("none",), ("none",)),
        (lambda args: (args,), ({},), ({},)),
        (lambda args=5: (args,), (5,), ({},)),
        (lambda *args: args, (), ({},)),
        (lambda **named: named, {}, {}),
        (lambda first, *rest: (first, rest), ({}, ()), ({}, ())),
    ],
)
def test_an_event_without_arguments(empty_game, system, listener, tick, empty):
    # E-2
    calls = []

    @functools.wraps(listener)
    def keep(*args):
        calls.append(listener(*args))

    system.ListenForEvent(*ENGINE, "OnScriptTickServer", system, keep)
    system.ListenForEvent(*ENGINE, "LoadServerAddonScriptsAfter", system, keep)
    system.ListenForEvent(*ENGINE, "ServerChatEvent", system, keep)
    system.ListenForEvent("Test", "System", "Own", system, keep)
    empty_game.tick()
    empty_game.fire("LoadServerAddonScriptsAfter")
    assert calls == [tick, tick]
    empty_game.fire("ServerChatEvent", {})  # an event with data, of which the test gives none
    system.BroadcastEvent("Own", {})
    assert calls[2:] == [empty, empty]


def test_systems_talk(empty_game, api, system):
    # E-2
    heard = []
    other = api.GetServerSystemCls()("Test", "Other")
    other.ListenForEvent("Test", "System", "Ready", other, heard.append)
    data = system.CreateEventData()
    assert data == {}
    data["n"] = 1
    system.DefineEvent("Ready")
    system.BroadcastEvent("Ready", data)
    other.BroadcastEvent("Ready", {"n": 2})
    assert heard == [{"n": 1}]
    assert heard[0] is data
    empty_game.join(7)
    other.ListenForEvent("Test", "Client", "Pressed", other, heard.append)
    empty_game.from_client(7, "Test", "Client", event="Pressed", data={"key": "a"})
    assert heard[1] == {"key": "a", "__id__": "7"}
    with pytest.raises(cloudvars.CloudValueError, match="8 is not in the room"):
        empty_game.from_client(8, "Test", "Client", event="Pressed", data={})


def test_what_is_sent_to_clients_is_kept(empty_game, system):
    # E-2
    empty_game.join(1)
    empty_game.join(2)
    data = {"list": [1]}
    system.NotifyToClient("1", "A", data)
    data["list"].append(2)
    system.NotifyToMultiClients(["1", "2"], "B", {})
    system.BroadcastToAllClient("C", {"c": 3})
    assert empty_game.sent[0] == ("1", "Test", "System", "A", {"list": [1]})  # a copy: it went over the wire
    assert [(sent.player, sent.event) for sent in empty_game.sent[1:]] == [
        ("1", "B"),
        ("2", "B"),
        ("1", "C"),
        ("2", "C"),
    ]


def test_messages_are_kept(empty_game, api):
    # E-2
    empty_game.join(1)
    empty_game.join(2, "Alex")
    factory = api.GetEngineCompFactory()
    comp = factory.CreateMsg("1")
    comp.NotifyOneMessage("1", "hello")
    comp.NotifyOneMessage(playerId="2", msg="red", color="\xa7c")
    comp.SendMsg("Steve", "to all")
    comp.SendMsgToPlayer("1", "2", "psst")
    assert empty_game.messages == [
        ("1", "hello", "\xa7f", None),
        ("2", "red", "\xa7c", None),
        ("1", "to all", "\xa7f", "Steve"),
        ("2", "to all", "\xa7f", "Steve"),
        ("2", "psst", "\xa7f", "1"),
    ]
    assert (factory.CreateName("2").GetName(), factory.CreateName("9").GetName()) == ("Alex", None)


def test_inline_rooms_deliver_inside_the_call(room):
    # D-1, E-3
    with modsdk.host(room) as game:
        comp = game.import_module("server.extraServerApi").GetEngineCompFactory().CreateAchievement("1")
        seen = []
        comp.LobbyGetAchievementStorage(seen.append, "7")
        assert seen[0]["code"] == 0


def test_a_callback_that_raises_comes_out_of_the_tick(empty_game, api):
    #
    comp = api.GetEngineCompFactory().CreateAchievement("1")
    seen = []

    def bad(data):
        raise KeyError("callback")

    comp.LobbyGetAchievementStorage(bad, "7")
    comp.LobbyGetAchievementStorage(seen.append, "7")
    with pytest.raises(KeyError, match="callback"):
        empty_game.tick(2)
    assert len(seen) == 1


def test_what_the_engine_could_not_say_is_refused(make_room):
    # E-2 G-4
    with modsdk.host(make_room()) as game:
        with pytest.raises(cloudvars.CloudValueError, match="^data: 'x'"):
            game.fire("MobDieEvent", "x")
        with pytest.raises(cloudvars.CloudValueError, match="^data: None; a dict, "):
            game.from_client(game.join(7), "Test", "Client", event="Pressed", data=None)
        import mod.server.extraServerApi as serverApi

        with pytest.raises(ImportError, match="^RegisterSystem: 'System'; "):
            serverApi.RegisterSystem("Test", "B", "System")
