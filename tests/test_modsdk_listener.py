"""What a mod may give to ``ListenForEvent``: methods, functions, and plain functions of the class."""

import pytest
from cloudvars import modsdk
from stores import one_store

pytestmark = one_store

SYSTEM = """
    import mod.server.extraServerApi as serverApi
    todo, log = [], []

    def on(event):
        def keep(function):
            todo.append((event, function))
            return function
        return keep

    def wrapped(function):
        def wrapper(self, args):
            log.append("wrapped")
            return function(self, args)
        return wrapper

    class Base(serverApi.GetServerSystemCls()):
        @on("ServerChatEvent")
        def base(self, args): log.append(("base", self.systemName, args["n"]))

        @on("ServerChatEvent")
        def both(self, args): log.append(("not this one", args["n"]))

        @wrapped
        @on("ServerChatEvent")
        def inside(self, args): log.append(("inside", args["n"]))

    class System(Base):
        def __init__(self, namespace, systemName):
            super(System, self).__init__(namespace, systemName)
            for event, function in todo:
                self.ListenForEvent("Minecraft", "Engine", event, self, function)
            self.ListenForEvent("Minecraft", "Engine", "ServerChatEvent", self, System.unbound)
            self.ListenForEvent("Minecraft", "Engine", "ServerChatEvent", self, outside)

        def both(self, args): log.append(("both", args["n"]))

        def unbound(self, args): log.append(("unbound", args["n"]))

        def stop(self):
            for event, function in todo:
                self.UnListenForEvent("Minecraft", "Engine", event, self, function)
            self.UnListenForEvent("Minecraft", "Engine", "ServerChatEvent", self, self.unbound)

    def outside(args): log.append(("outside", args["n"]))
"""


@pytest.mark.parametrize("python", [2, 3])
def test_a_plain_function_of_the_class_is_the_instances_method(room, pack, python):
    # E-2
    with modsdk.host(room, mod=pack(SYSTEM), python=python) as game:
        log, system = game.import_module("testScripts.system").log, game.systems["Test", "System"]
        game.fire("ServerChatEvent", {"n": 1})
        assert log == [
            ("base", "System", 1),
            ("both", 1),
            "wrapped",
            ("inside", 1),
            ("unbound", 1),
            ("outside", 1),
        ]
        log.clear()
        system.base = lambda args: log.append(("replaced", args["n"]))
        game.fire("ServerChatEvent", {"n": 2})
        assert log[0] == ("replaced", 2)
        system.stop()
        log.clear()
        game.fire("ServerChatEvent", {"n": 3})
        assert log == [("outside", 3)]


def test_a_function_that_is_of_no_class_is_called_as_it_is(empty_game):
    # E-2
    api = empty_game.import_module("mod.server.extraServerApi")
    log = []

    class System(api.GetServerSystemCls()):
        def method(self, args):
            log.append("method")

        @staticmethod
        def static(args):
            log.append("static")

        @classmethod
        def klass(cls, args):
            log.append(cls.__name__)

    def method(args):
        log.append("a function of the same name")

    class Called:
        def __call__(self, args):
            log.append("called")

    system = System("Test", "System")
    for function in (method, system.static, System.static, system.klass, Called(), log.append):
        system.ListenForEvent("Minecraft", "Engine", "ServerChatEvent", system, function)
    empty_game.fire("ServerChatEvent", {"n": 1})
    assert log == ["a function of the same name", "static", "static", "System", "called", {"n": 1}]


UNCALLABLE = """
    import mod.server.extraServerApi as serverApi
    class System(serverApi.GetServerSystemCls()):
        def __init__(self, namespace, systemName):
            super(System, self).__init__(namespace, systemName)
            self.ListenForEvent("Minecraft", "Engine", "ServerChatEvent", self, self.on)
            self.ListenForEvent("Minecraft", "Engine", "DamageEvent", self, self.inside)
            serverApi.GetEngineCompFactory().CreateGame("-1").AddTimer(1, self.on, 1, 2)
        def on(self, args, more, most): pass
        def inside(self, args): self.on()
"""


@pytest.mark.parametrize(
    "play", [lambda game: game.fire("ServerChatEvent", {"x": 1}), lambda game: game.tick(30)]
)
def test_an_error_of_a_function_that_cannot_be_called_has_its_line(room, pack, play):
    # E-20
    mod = pack(UNCALLABLE)
    with modsdk.host(room, mod=mod) as game, pytest.raises(TypeError) as caught:
        play(game)
    assert caught.value.__notes__ == [f"System.on is in {mod}/testScripts/system.py:9"]


def test_an_error_with_a_line_of_the_mod_has_no_other(room, pack):
    # E-20
    with modsdk.host(room, mod=pack(UNCALLABLE)) as game, pytest.raises(TypeError) as caught:
        game.fire("DamageEvent", {"x": 1})
    assert not hasattr(caught.value, "__notes__")
