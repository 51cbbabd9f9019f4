"""Ticks and timers."""

import datetime as dt
import time

import cloudvars
import pytest
from cloudvars import modsdk


@pytest.fixture
def timers(empty_game):
    api = empty_game.import_module("mod.server.extraServerApi")
    return api.GetEngineCompFactory().CreateGame(api.GetLevelId())


def test_a_tick_is_a_thirtieth_of_a_second(empty_game, clock):
    # E-3
    start = clock.now()
    empty_game.tick(30)
    assert clock.now() == start + dt.timedelta(seconds=1)
    for _ in range(30 * 59):
        empty_game.tick()
    assert clock.now() == start + dt.timedelta(minutes=1)
    clock.advance(hours=5)
    empty_game.tick(30)
    assert clock.now() == start + dt.timedelta(hours=5, minutes=1, seconds=1)
    with pytest.raises(cloudvars.CloudValueError, match="n: -1"):
        empty_game.tick(-1)


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


def test_timers(empty_game, clock, timers):
    # E-3
    calls = []
    timers.AddTimer(1.0, lambda *args, **kwargs: calls.append((args, kwargs)), 1, key=2)
    empty_game.tick(29)
    assert calls == []
    empty_game.tick()
    assert calls == [((1,), {"key": 2})]
    empty_game.tick(60)
    assert len(calls) == 1
    cancelled = timers.AddTimer(0.1, calls.append, "never")
    timers.CancelTimer(cancelled)
    timers.CancelTimer(cancelled)
    empty_game.tick(30)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("seconds", "ticks"), [(1 / 30, 1), (2 / 30, 2), (0.5, 15), (0.01, 1), (0, 1), (0.05, 2)]
)
def test_a_timer_runs_at_the_first_tick_that_is_not_before_it(empty_game, timers, seconds, ticks):
    # E-3
    for _ in range(4):  # wherever in the second it starts
        calls = []
        timers.AddTimer(seconds, calls.append, 1)
        count = 0
        while not calls:
            empty_game.tick()
            count += 1
        assert count == ticks


def test_repeated_timers_do_not_drift(empty_game, clock, timers):
    # E-3
    calls = []
    timer = timers.AddRepeatedTimer(0.7, lambda: calls.append(1))
    fast = []
    timers.AddRepeatedTimer(0.001, lambda: fast.append(1))
    empty_game.tick(30 * 70)
    assert len(calls) == 100
    assert len(fast) == 30 * 70  # at most once a tick
    clock.advance(hours=1)
    empty_game.tick()
    assert len(calls) == 101  # what a long step left out is not made up for
    empty_game.tick()
    assert len(calls) == 101  # in the next tick neither
    timers.CancelTimer(timer)
    empty_game.tick(90)
    assert len(calls) == 101


def test_timers_run_in_order_and_may_add_and_cancel(empty_game, timers):
    # E-3
    calls = []
    late = timers.AddTimer(0.02, calls.append, "late")

    def first():
        calls.append("first")
        timers.AddTimer(0, calls.append, "next tick")
        timers.CancelTimer(late)

    timers.AddTimer(0.01, first)
    timers.AddTimer(0.015, calls.append, "second")
    empty_game.tick()
    assert calls == ["first", "second"]
    empty_game.tick()
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
        timers.AddTimer(60, calls.append, 2)
        game.tick(3000)
        assert calls == []  # ticks do not move the machine's clock
        timers.AddTimer(0.02, calls.append, 1)
        deadline = time.monotonic() + 120
        while not calls and time.monotonic() < deadline:
            game.tick()
        assert calls == [1]
