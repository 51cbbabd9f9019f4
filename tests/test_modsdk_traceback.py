"""Tracebacks of what a mod raised: the test's line and the mod's lines."""

import logging
import shutil
import traceback
from pathlib import Path

import cloudvars
import pytest
from cloudvars import modsdk
from stores import one_store

pytest_plugins = ["pytester"]

HOST = str(Path(modsdk.__file__).parent)
SYSTEM = """
import mod.server.extraServerApi as serverApi

class System(serverApi.GetServerSystemCls()):
    def __init__(self, namespace, systemName):
        super(System, self).__init__(namespace, systemName)
        self.broken = False
        factory = serverApi.GetEngineCompFactory()
        self.cloud = factory.CreateAchievement(serverApi.GetLevelId())
        self.clock = factory.CreateGame(serverApi.GetLevelId())
        for event in ("ServerChatEvent", "AddServerPlayerEvent", "AchievementCompleteEvent"):
            self.ListenForEvent("Minecraft", "Engine", event, self, getattr(self, event))
        self.ListenForEvent("Test", "System", "Told", self, self.fail)

    def fail(self, args=None):
        return self.inner()

    def inner(self):
        return 1 / (len(self.namespace) - 4)  # integer division: a function of the host

    def AddServerPlayerEvent(self, args):
        self.fail()

    def AchievementCompleteEvent(self, args):
        self.fail()

    def ServerChatEvent(self, args):
        getattr(self, args["message"])()

    def timer(self):
        self.clock.AddTimer(0, self.fail)

    def callback(self):
        self.cloud.LobbyGetAchievementStorage(self.fail, "7")

    def getter(self):
        self.cloud.LobbySetAchievementStorage(self.heard, "7", "cows", 1, self.fail)

    def heard(self, data):
        pass

    def told(self):
        self.BroadcastEvent("Told", {})

    def imported(self):
        import testScripts.wrong

    def registered(self):
        serverApi.RegisterSystem("Test", "Wrong", "testScripts.wrong.Wrong")

    def absent(self):
        serverApi.NoSuchName()

    def compared(self):
        sorted([Odd(), Odd()])

    def Update(self):
        if self.broken:
            self.fail()

    def Destroy(self):
        if self.broken:
            self.fail()

class Odd(object):
    def __cmp__(self, other):
        return other.nothing
"""
WRONG = "def wrong():\n    return [][0]\nwrong()\n"


def chat(message, ticks=0):
    def play(game):
        game.fire("ServerChatEvent", {"message": message})
        game.tick(ticks)

    return play


def broken(game):
    game.systems["Test", "System"].broken = True
    game.tick()


WAYS = {
    "a listener": (chat("fail"), "inner"),
    "an event of the host's own": (lambda game: game.join(8), "inner"),
    "a listener's own event": (chat("told"), "inner"),
    "a timer": (chat("timer", 1), "inner"),
    "a callback": (chat("callback", 1), "inner"),
    "a getter": (chat("getter", 2), "inner"),
    "Update": (broken, "inner"),
    "several hosts": (lambda game: modsdk.tick(game) or broken(game), "inner"),
    "an import": (chat("imported"), "wrong"),
    "a class path": (chat("registered"), "wrong"),
    "a name that is not simulated": (chat("absent"), "absent"),
    "Python 2's order": (chat("compared"), "__cmp__"),
    "the test's own call": (lambda game: game.systems["Test", "System"].fail(), "inner"),
}


@pytest.fixture
def mod(pack, store):
    store.achievements.define("cows", total=10)
    return pack(SYSTEM, wrong=WRONG)


def lines(error):
    """The traceback's lines up to the last one that is not the host's: (file, function)."""
    files = [(frame.filename, frame.name) for frame in traceback.extract_tb(error.__traceback__)]
    while files and files[-1][0].startswith(HOST):
        files.pop()
    return files


def check(error, last, mod):
    """Only this file's lines and the mod's are there, in this order, and the mod's last function is the culprit."""
    shown = lines(error)
    theirs = [file.startswith(str(mod)) for file, _ in shown]
    assert all(ours or file == __file__ for ours, (file, _) in zip(theirs, shown, strict=True)), (
        traceback.format_exception(error)
    )
    assert theirs == sorted(theirs)
    assert shown[-1][1] == last


@one_store
@pytest.mark.parametrize("way", WAYS)
def test_only_the_tests_and_the_mods_lines_are_shown(tick_room, mod, way):
    # E-20
    play, last = WAYS[way]
    with modsdk.host(tick_room, mod=mod) as game:
        with pytest.raises((ZeroDivisionError, IndexError, AttributeError)) as caught:
            play(game)
        game.systems["Test", "System"].broken = False
    check(caught.value, last, mod)


@one_store
def test_a_start_and_an_end_that_fail_show_the_mods_lines(make_room, pack, mod):
    # E-20
    raises = pack("import testScripts.wrong\n", name="other", wrong=WRONG)
    with pytest.raises(IndexError) as caught:
        modsdk.host(make_room("a"), mod=raises).__enter__()
    check(caught.value, "wrong", raises)
    with pytest.raises(ZeroDivisionError) as ended:
        with modsdk.host(make_room("b"), mod=mod) as game:
            game.systems["Test", "System"].broken = True
    check(ended.value, "inner", mod)


@one_store
def test_each_of_several_exceptions_has_a_short_traceback(tick_room, mod):
    # E-20, E-2
    with modsdk.host(tick_room, mod=mod) as game:
        system = game.systems["Test", "System"]
        system.ListenForEvent("Minecraft", "Engine", "ServerChatEvent", system, system.fail)
        with pytest.raises(ExceptionGroup) as caught:
            game.fire("ServerChatEvent", {"message": "imported"})
    assert {file for file, _ in lines(caught.value)} == {__file__}
    for error, last in zip(caught.value.exceptions, ("wrong", "inner"), strict=True):
        check(error, last, mod)


@one_store
def test_an_error_of_the_tests_own_call_keeps_the_hosts_lines(empty_game):
    # E-20
    with pytest.raises(cloudvars.CloudValueError, match="player: 'x'") as caught:
        empty_game.join("x")
    assert traceback.extract_tb(caught.value.__traceback__)[-1].filename.startswith(HOST)


@one_store
@pytest.mark.parametrize("way", ["fail", "timer", "callback", "getter"])
def test_the_log_repeats_no_traceback_of_what_is_raised(tick_room, mod, caplog, way):
    # E-20
    with modsdk.host(tick_room, mod=mod) as game, caplog.at_level(logging.ERROR, "cloudvars"):
        with pytest.raises(ZeroDivisionError):
            chat(way, 2)(game)
    assert "raised\nZeroDivisionError: " in caplog.text
    assert "Traceback" not in caplog.text
    assert isinstance(caplog.records[0].exc_info[1], ZeroDivisionError)


@one_store
def test_the_log_has_the_first_line_of_a_long_text(tick_room, mod, caplog):
    # E-20
    with (
        modsdk.host(tick_room, mod=mod) as game,
        pytest.raises(AttributeError, match="(?s)not simulated.*\n"),
    ):
        game.fire("ServerChatEvent", {"message": "absent"})
    assert caplog.records[0].exc_text.startswith("UnsimulatedError: ")
    assert "\n" not in caplog.records[0].exc_text


@one_store
def test_the_log_has_the_traceback_of_what_is_not_raised(tick_room, mod, caplog):
    # E-20
    caplog.set_level(logging.ERROR, "cloudvars")
    with pytest.raises(KeyError), modsdk.host(tick_room, mod=mod) as game:
        game.systems["Test", "System"].broken = True
        raise KeyError  # so what Destroy raises cannot be raised
    assert "in inner" in caplog.text
    assert "in guard" not in caplog.text


@one_store
def test_the_log_is_as_before_after_a_call(tick_room, mod, caplog):
    # E-20
    with modsdk.host(tick_room, mod=mod) as game:
        with pytest.raises(ZeroDivisionError):
            game.join(7)
        try:
            game.systems["Test", "System"].fail()
        except ZeroDivisionError:
            logging.getLogger("cloudvars").exception("between two calls")
    assert caplog.text.count("Traceback") == 1


def test_pytests_report_is_the_tests_and_the_mods_lines(project, pytester, root):
    # E-20, F-8
    folder = pytester.path / "pack" / "testScripts"
    folder.mkdir(parents=True)
    main = "from mod.common.mod import Mod\nimport mod.server.extraServerApi as serverApi\n"
    main += '@Mod.Binding(name="Test", version="1")\nclass Main(object):\n    @Mod.InitServer()\n    def start(self):\n'
    main += '        serverApi.RegisterSystem("Test", "System", "testScripts.system.System")\n'
    for name, text in (("__init__", ""), ("modMain", main), ("system", SYSTEM), ("wrong", WRONG)):
        (folder / f"{name}.py").write_text(text)
    shutil.copytree(folder, pytester.path / "wrong" / "testScripts")
    (pytester.path / "wrong" / "testScripts" / "system.py").write_text("import testScripts.wrong\n")
    result = project(
        """
        import pytest
        from cloudvars import modsdk, testing

        @pytest.mark.cloudvars(mod="pack", unknown="strict")
        @pytest.mark.parametrize("message", ["fail", "callback", "getter", "imported", "absent", "compared"])
        def test_mod(game, message):
            game.fire("ServerChatEvent", {"message": message})
            game.tick(2)

        @pytest.mark.cloudvars(mod="pack", unknown="strict")
        def test_group(game):
            system = game.systems["Test", "System"]
            system.ListenForEvent("Minecraft", "Engine", "ServerChatEvent", system, system.fail)
            game.fire("ServerChatEvent", {"message": "fail"})

        def test_orders():
            def lobby(room):
                with modsdk.host(room, mod="pack") as game:
                    yield
                    game.fire("ServerChatEvent", {"message": "fail"})

            testing.interleave(lobby, lobby)

        def test_own(game):
            game.join("x")

        @pytest.mark.cloudvars(mod="wrong")
        def test_start(game):
            pass

        @pytest.mark.cloudvars(mod="pack", unknown="strict")
        def test_end(game):
            game.systems["Test", "System"].broken = True
        """,
        failed=9,
        passed=1,
        errors=2,
    )
    text = result.stdout.str()
    assert not [word for word in ("modsdk/", "pytest_cloudvars/", "testing/", "contextlib") if word in text]
    log = [part.partition("cloudvars calls")[0] for part in text.split("Captured log call")[1:]]
    assert len(log) >= 4
    assert not any("Traceback" in part.partition("____")[0] for part in log)
