"""Events, ticks, timers, messages."""

import datetime as dt
import time

import cloudvars
import pytest
from cloudvars import modsdk

ENGINE = "Minecraft", "Engine"


@pytest.fixture
def game(tick_room):
    with modsdk.host(tick_room) as game:
        yield game


@pytest.fixture
def api(game):
    return game.import_module("mod.server.extraServerApi")


@pytest.fixture
def system(api):
    return api.GetServerSystemCls()("Test", "System")


@pytest.fixture
def timers(api):
    return api.GetEngineCompFactory().CreateGame(api.GetLevelId())


def test_listeners_get_the_same_dict_by_priority(game, api, system):
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
    assert game.fire("ServerChatEvent", data) is data
    assert [(name, seen) for name, _, seen in calls] == [
        ("high", False),
        ("first", "high"),
        ("second", "first"),
        ("low", "second"),
    ]
    assert {number for _, number, _ in calls} == {id(data)}
    assert data["cancel"] == "low"


def test_unlisten(game, system):
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
    game.fire("X", {"a": 1})
    game.fire("X", {"a": 1})
    assert calls == ["on", "third", "third"]
    system.UnListenForEvent(*ENGINE, "X", other, other.third, 5)  # another priority is another listener
    system.UnListenAllEvents()
    system.UnListenAllEvents()
    game.fire("X", {"a": 1})
    assert calls == ["on", "third", "third"]
    with pytest.raises(TypeError, match="func: 'name'"):
        system.ListenForEvent(*ENGINE, "X", other, "name")


def test_an_event_without_arguments(game, system):
    # E-2
    calls = []
    system.ListenForEvent(*ENGINE, "OnScriptTickServer", system, lambda: calls.append("none"))
    system.ListenForEvent(*ENGINE, "OnScriptTickServer", system, lambda args: calls.append(args))
    game.tick()
    assert calls == ["none", {}]


def test_systems_talk(game, api, system):
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
    game.join(7)
    other.ListenForEvent("Test", "Client", "Pressed", other, heard.append)
    game.from_client(7, "Test", "Client", event="Pressed", data={"key": "a"})
    assert heard[1] == {"key": "a", "__id__": "7"}
    with pytest.raises(cloudvars.CloudValueError, match="8 is not in the room"):
        game.from_client(8, "Test", "Client", event="Pressed", data={})


def test_what_is_sent_to_clients_is_kept(game, system):
    # E-2
    game.join(1)
    game.join(2)
    data = {"list": [1]}
    system.NotifyToClient("1", "A", data)
    data["list"].append(2)
    system.NotifyToMultiClients(["1", "2"], "B", {})
    system.BroadcastToAllClient("C", {"c": 3})
    assert game.sent[0] == ("1", "Test", "System", "A", {"list": [1]})  # a copy: it went over the wire
    assert [(sent.player, sent.event) for sent in game.sent[1:]] == [
        ("1", "B"),
        ("2", "B"),
        ("1", "C"),
        ("2", "C"),
    ]


def test_messages_are_kept(game, api):
    # E-2
    game.join(1)
    game.join(2, "Alex")
    factory = api.GetEngineCompFactory()
    comp = factory.CreateMsg("1")
    comp.NotifyOneMessage("1", "hello")
    comp.NotifyOneMessage(playerId="2", msg="red", color="\xa7c")
    comp.SendMsg("Steve", "to all")
    comp.SendMsgToPlayer("1", "2", "psst")
    assert game.messages == [
        ("1", "hello", "\xa7f", None),
        ("2", "red", "\xa7c", None),
        ("1", "to all", "\xa7f", "Steve"),
        ("2", "to all", "\xa7f", "Steve"),
        ("2", "psst", "\xa7f", "1"),
    ]
    assert (factory.CreateName("2").GetName(), factory.CreateName("9").GetName()) == ("Alex", None)


def test_a_tick_is_a_thirtieth_of_a_second(game, clock):
    # E-3
    start = clock.now()
    game.tick(30)
    assert clock.now() == start + dt.timedelta(seconds=1)
    for _ in range(30 * 59):
        game.tick()
    assert clock.now() == start + dt.timedelta(minutes=1)
    clock.advance(hours=5)
    game.tick(30)
    assert clock.now() == start + dt.timedelta(hours=5, minutes=1, seconds=1)
    with pytest.raises(cloudvars.CloudValueError, match="n: -1"):
        game.tick(-1)


def test_one_tick_does_all_of_it_in_order(store, tick_room, pack):
    # E-3, D-1
    mod = pack("""
        import mod.server.extraServerApi as serverApi
        factory = serverApi.GetEngineCompFactory()
        class System(serverApi.GetServerSystemCls()):
            def __init__(self, namespace, systemName):
                super(System, self).__init__(namespace, systemName)
                self.log = []
                self.ListenForEvent("Minecraft", "Engine", "OnScriptTickServer", self, self.tick)
                factory.CreateGame("1").AddTimer(0, self.log.append, "timer")
                self.get()
            def get(self):
                factory.CreateAchievement("1").LobbyGetAchievementStorage(self.got, "7")
            def got(self, data):
                self.log.append(data["code"])
                if len(self.log) < 5:
                    self.get()
            def tick(self):
                self.log.append("tick")
            def Update(self):
                self.log.append("update")
    """)
    with modsdk.host(tick_room, mod=mod) as game:
        log = game.systems["Test", "System"].log
        assert log == []
        assert game.tick() == 1
        assert log == ["tick", "update", "timer", 0]
        assert game.tick() == 1  # what a callback asks for waits for the next tick
        assert log[4:] == ["tick", "update", 0]
        assert game.tick(2) == 0


def test_timers(game, clock, timers):
    # E-3
    calls = []
    timers.AddTimer(1.0, lambda *args, **kwargs: calls.append((args, kwargs)), 1, key=2)
    game.tick(29)
    assert calls == []
    game.tick()
    assert calls == [((1,), {"key": 2})]
    game.tick(60)
    assert len(calls) == 1
    cancelled = timers.AddTimer(0.1, calls.append, "never")
    timers.CancelTimer(cancelled)
    timers.CancelTimer(cancelled)
    game.tick(30)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("seconds", "ticks"), [(1 / 30, 1), (2 / 30, 2), (0.5, 15), (0.01, 1), (0, 1), (0.05, 2)]
)
def test_a_timer_runs_at_the_first_tick_that_is_not_before_it(game, timers, seconds, ticks):
    # E-3
    for _ in range(4):  # wherever in the second it starts
        calls = []
        timers.AddTimer(seconds, calls.append, 1)
        count = 0
        while not calls:
            game.tick()
            count += 1
        assert count == ticks


def test_repeated_timers_do_not_drift(game, clock, timers):
    # E-3
    calls = []
    timer = timers.AddRepeatedTimer(0.7, lambda: calls.append(1))
    fast = []
    timers.AddRepeatedTimer(0.001, lambda: fast.append(1))
    game.tick(30 * 70)
    assert len(calls) == 100
    assert len(fast) == 30 * 70  # at most once a tick
    clock.advance(hours=1)
    game.tick()
    assert len(calls) == 101  # what a long step left out is not made up for
    timers.CancelTimer(timer)
    game.tick(90)
    assert len(calls) == 101


def test_timers_run_in_order_and_may_add_and_cancel(game, timers):
    # E-3
    calls = []
    late = timers.AddTimer(0.02, calls.append, "late")

    def first():
        calls.append("first")
        timers.AddTimer(0, calls.append, "next tick")
        timers.CancelTimer(late)

    timers.AddTimer(0.01, first)
    timers.AddTimer(0.015, calls.append, "second")
    game.tick()
    assert calls == ["first", "second"]
    game.tick()
    assert calls == ["first", "second", "next tick"]


def test_a_failing_timer_or_update_stops_nobody(tick_room, pack):
    # E-3
    mod = pack("""
        import mod.server.extraServerApi as serverApi
        class System(serverApi.GetServerSystemCls()):
            log = []
            def Update(self):
                self.log.append("update")
                raise KeyError("update")
            def timer(self):
                self.log.append("timer")
                raise ValueError("timer")
    """)
    with modsdk.host(tick_room, mod=mod) as game:
        import mod.server.extraServerApi as serverApi

        system = game.systems["Test", "System"]
        serverApi.GetEngineCompFactory().CreateGame("1").AddTimer(0, system.timer)
        with pytest.raises(ExceptionGroup) as caught:
            game.tick(2)
        assert [str(error) for error in caught.value.exceptions] == ["'update'", "timer", "'update'"]
        assert system.log == ["update", "timer", "update"]


def test_rooms_side_by_side_share_the_time(store, make_room, clock):
    # E-3
    with modsdk.host(make_room("A")) as a, modsdk.host(make_room("B")) as b:
        seen = []
        for game in (a, b):
            api = game.import_module("mod.server.extraServerApi")
            api.GetEngineCompFactory().CreateGame("1").AddTimer(1, seen.append, game)
        start = clock.now()
        modsdk.tick(a, b, n=29)
        assert seen == []
        modsdk.tick(a, b)
        assert seen == [a, b]
        assert clock.now() == start + dt.timedelta(seconds=1)


def test_the_machines_clock(pack):
    # E-3
    with cloudvars.open() as store, modsdk.host(store.room()) as game:
        timers = game.import_module("mod.server.extraServerApi").GetEngineCompFactory().CreateGame("1")
        calls = []
        timers.AddTimer(0.02, calls.append, 1)
        game.tick(3)
        assert calls == []  # ticks do not move the machine's clock
        deadline = time.monotonic() + 10
        while not calls and time.monotonic() < deadline:
            game.tick()
        assert calls == [1]


def test_inline_rooms_deliver_inside_the_call(room):
    # D-1, E-3
    with modsdk.host(room) as game:
        comp = game.import_module("server.extraServerApi").GetEngineCompFactory().CreateAchievement("1")
        seen = []
        comp.LobbyGetAchievementStorage(seen.append, "7")
        assert seen[0]["code"] == 0


def test_a_callback_that_raises_comes_out_of_the_tick(game, api):
    #
    comp = api.GetEngineCompFactory().CreateAchievement("1")
    seen = []

    def bad(data):
        raise KeyError("callback")

    comp.LobbyGetAchievementStorage(bad, "7")
    comp.LobbyGetAchievementStorage(seen.append, "7")
    with pytest.raises(KeyError, match="callback"):
        game.tick(2)
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
