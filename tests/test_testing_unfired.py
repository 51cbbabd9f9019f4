"""The note at the end of a run: events that the mod listens for, and no test fired."""

import pytest

pytest_plugins = ["pytester"]

NOTE = "cloudvars: the mod listens for events that no test fired: "
MAIN = """
from mod.common.mod import Mod
import mod.server.extraServerApi as serverApi

@Mod.Binding(name="Ears", version="1")
class Main(object):
    @Mod.InitServer()
    def start(self):
        serverApi.RegisterSystem("Ears", "System", "ears.system.System")
"""
SYSTEM = """
import mod.server.extraServerApi as serverApi

class System(serverApi.GetServerSystemCls()):
    def __init__(self, namespace, systemName):
        super(System, self).__init__(namespace, systemName)
        for event in {events}:
            self.ListenForEvent("Minecraft", "Engine", event, self, self.on)
        self.ListenForEvent("Ears", "System", "Own", self, self.on)

    def on(self, args): pass
"""
TESTS = """
def test_chat(game):
    game.fire("ServerChatEvent", {"message": "hi"})

def test_die(game):
    game.fire("MobDieEvent", {"id": "1"})

def test_nothing(game):
    pass
"""


@pytest.fixture
def ears(pytester):
    """Writes the project's mod, which listens for these events."""

    def ears(*events):
        folder = pytester.path / "pack" / "ears"
        folder.mkdir(parents=True)
        for name, text in (("__init__", ""), ("modMain", MAIN), ("system", SYSTEM.format(events=events))):
            (folder / f"{name}.py").write_text(text)
        pytester.makeini("[pytest]\nfilterwarnings = error\ncloudvars_mod = pack\n")

    return ears


def note(result):
    lines = [line for line in result.outlines if line.startswith(NOTE)]
    return lines[0].removeprefix(NOTE) if lines else None


@pytest.mark.parametrize("options", [(), ("-n", "2"), ("-W", "error")])
def test_events_that_no_test_fired_are_named(project, ears, options):
    # E-14
    ears("ServerChatEvent", "MobDieEvent", "DamageEvent", "DestroyBlockEvent")
    assert note(project(TESTS, *options, passed=3)) == "DamageEvent, DestroyBlockEvent"


@pytest.mark.parametrize("options", [("-k", "nothing"), ("{file}::test_nothing",)])
def test_a_run_of_some_tests_names_none(project, ears, request, options):
    # E-14
    ears("ServerChatEvent", "DamageEvent")
    deselected = {"deselected": 2} if options[0] == "-k" else {}
    options = [option.format(file=f"{request.function.__name__}.py") for option in options]
    assert note(project(TESTS, *options, passed=1, **deselected)) is None


def test_a_long_list_is_cut(project, ears):
    # E-14
    ears(*(f"Event{number:02}" for number in range(25)))
    assert note(project(TESTS, passed=3)).endswith("Event18, Event19 and 5 more")


def test_nothing_is_said_when_all_happened(project, ears):
    # E-14
    ears("ServerChatEvent", "MobDieEvent")
    assert note(project(TESTS, passed=3)) is None
