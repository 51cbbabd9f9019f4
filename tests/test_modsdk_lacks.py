"""What a mod lacks, read from its scripts: ``game.lacks()``, and the strict errors."""

import cloudvars
import pytest
from cloudvars import modsdk
from hypothesis import given
from hypothesis import strategies as st
from mods import START, Packs

API = "import mod.server.extraServerApi as serverApi\n"
SYSTEM = """
import mod.server.extraServerApi as serverApi

class System(serverApi.GetServerSystemCls()):
    pass
"""


@pytest.fixture(scope="module")
def room():
    """Reading a mod asks nothing of a store."""
    with cloudvars.open() as store, store.room("lacks") as room:
        yield room


@pytest.fixture
def lacking(room, pack):
    """What a pack of these files lacks: name -> lines, as file:line."""

    def lacking(system=SYSTEM, fakes=None, **files):
        mod = pack(system, **files)
        found = modsdk.host(room, mod=mod, fakes=fakes).lacks()
        short = {
            name: [line.replace(f"{mod / 'testScripts'}/", "") for line in use.lines]
            for name, use in found.items()
        }
        return short

    return lacking


FORCE = ["GetEngineCompFactory().CreatePhysx", "PhysxComponentServer.AddForce"]


@pytest.mark.parametrize(
    "source",
    [
        'serverApi.GetEngineCompFactory().CreatePhysx("1").AddForce("1", "2")',
        'factory = serverApi.GetEngineCompFactory\nride = factory().CreatePhysx("1")\nride.AddForce("1", "2")',
        'make = serverApi.GetEngineCompFactory().CreatePhysx\ndef f():\n    body = make("1")\n    body.AddForce("1", "2")',
        """
class Rider(object):
    def __init__(self):
        self.factory, self.name = serverApi.GetEngineCompFactory(), "x"

    def start(self):
        self.body = self.factory.CreatePhysx("1")

    def go(self):
        self.body.AddForce("1", "2")
""",
        """
class Base(object):
    factory = serverApi.GetEngineCompFactory()

    @property
    def body(self):
        return self.factory.CreatePhysx("1")

class Rider(Base):
    def go(self):
        self.body.AddForce("1", "2")
""",
        """
body = None
def start():
    global body
    body = serverApi.GetEngineCompFactory().CreatePhysx("1")
def go():
    body.AddForce("1", "2")
""",
        """
def body(who):
    if who:
        return None
    return serverApi.GetEngineCompFactory().CreatePhysx(who)
def go():
    (body("1") or body("2")).AddForce("1", "2")
""",
        'import mod.server\nmod.server.extraServerApi.GetEngineCompFactory().CreatePhysx("1").AddForce("1", "2")',
        'from server.extraServerApi import GetEngineCompFactory as get\nget().CreatePhysx("1").AddForce("1", "2")',
    ],
)
def test_a_name_is_followed(lacking, source):
    # E-18
    assert sorted(lacking(API + source + SYSTEM)) == FORCE


def test_the_latest_value_of_a_name_counts(lacking):
    # E-18
    source = """
def f():
    comp = serverApi.GetEngineCompFactory().CreatePhysx("1")
    comp.AddForce("1")
    comp = serverApi.GetEngineCompFactory().CreateModel("1")
    comp.GetModelName()
    comp = {}
    comp.GetMass()
"""
    assert [name for name in lacking(API + source + SYSTEM) if "Factory" not in name] == [
        "PhysxComponentServer.AddForce",
        "ModelComponentServer.GetModelName",
    ]


def test_members_of_enums_and_classes(lacking):
    # E-18
    source = """
from mod.common.minecraftEnum import ItemPosType, NobodyType
from mod.common.utils.mcmath import Vector3
enums = serverApi.GetMinecraftEnum()
print ItemPosType.CARRIED, ItemPosType.NOBODY, enums.AttrType.HEALTH, enums.AttrType.NOBODY, NobodyType.X
print Vector3.Forward(), Vector3.Nobody()
"""
    assert list(lacking(API + source + SYSTEM)) == [
        "mod.common.minecraftEnum.NobodyType",
        "mod.common.minecraftEnum.ItemPosType.NOBODY",
        "mod.common.minecraftEnum.AttrType.NOBODY",
        "mod.common.utils.mcmath.Vector3.Nobody",
    ]


def test_a_name_is_followed_from_module_to_module(lacking):
    # E-18
    found = lacking(
        "from api import *\nfrom .tools import body as Body\nimport testScripts.tools as tools\n"
        "Body.AddForce('1', '2')\ntools.maker('1').WakeUp()\nserverApi.NobodyKnowsThis()\n" + SYSTEM,
        api=f"{API}factory = serverApi.GetEngineCompFactory()\n",
        tools="from .api import factory\nmaker = factory.CreatePhysx\nfactory.CreateNobody\nbody = maker('1')\n",
    )
    assert found == {
        "GetEngineCompFactory().CreateNobody": ["tools.py:3"],
        "GetEngineCompFactory().CreatePhysx": ["system.py:5", "tools.py:2"],
        "PhysxComponentServer.AddForce": ["system.py:4"],
        "PhysxComponentServer.WakeUp": ["system.py:5"],
        "mod.server.extraServerApi.NobodyKnowsThis": ["system.py:6"],
    }


def test_what_is_simulated_or_a_fake_or_the_mods_own_is_not_lacking(lacking):
    # E-18, E-1
    source = (
        API
        + """
from mod.common.mod import Mod
from mod_log import logger
import random, os.path
http = serverApi.GetEngineCompFactory().CreateHttp(serverApi.GetLevelId())
http.LobbyGetStorage(None, 1, []); logger.info("x"); random.random(); os.path.join("a", "b")
serverApi.NobodyKnowsThis()

class System(serverApi.GetServerSystemCls()):
    def __init__(self, *a):
        self.ListenForEvent("Minecraft", "Engine", "ServerChatEvent", self, self.CreateEngineEntityByNBT)
        self.Nobody()
        self.NeedsUpdate

    def CreateEngineEntityByNBT(self): pass

class Other(object):
    def go(self): self.DestroyComponent()
"""
    )
    assert lacking(source, fakes={"mod.server.extraServerApi.NobodyKnowsThis": 1}) == {}
    assert lacking(source) == {"mod.server.extraServerApi.NobodyKnowsThis": ["system.py:8"]}


@pytest.mark.parametrize(
    ("files", "read"),
    [
        ({"other": "", "loose": "api.LOOSE"}, []),
        ({"system": f"import other\n{SYSTEM}", "other": "api.OTHER"}, ["OTHER"]),
        ({"system": f"from .parts import other\n{SYSTEM}", "parts/__init__": "", "parts/other": "api.OTHER"}, ["OTHER"]),
        ({"system": f"{SYSTEM}\nPARTS = ['parts.one', 'testScripts.parts.two.Two']", "parts/__init__": "api.PARTS",
          "parts/one": "api.ONE", "parts/two": "api.TWO"}, ["ONE", "PARTS", "TWO"]),
        ({"system": f"{SYSTEM}\nCLIENT = 'testScripts.myClient.Client'", "myClient": "api.CLIENT"}, []),
        ({"system": f"{SYSTEM}\nimport client", "client": "api.CLIENT"}, ["CLIENT"]),
        ({"modMain": START.replace('"testScripts.system.System"', '"testScripts.%s.System" % "system"'),
          "system": f"api.SYSTEM\n{SYSTEM}", "loose": "api.LOOSE", "client/a": "api.A", "ui/a": "api.B"},
         ["LOOSE", "SYSTEM"]),
        ({"modMain": START + "    @Mod.InitClient()\n    def client(self):\n        import screen\n        serverApi.NOBODY\n",
          "screen": "api.SCREEN"}, []),
    ],
)  # fmt: skip
def test_the_servers_scripts_are_read(room, tmp_path, files, read):
    # E-18
    head = "import mod.server.extraServerApi as api\n"
    sources = {"client/__init__": "", "ui/__init__": "", "modMain": START, "system": SYSTEM, **files}
    if "client" in sources:
        del sources["client/__init__"]
    sources = {name: head + text if "api." in text else text for name, text in sources.items()}
    mod = Packs(tmp_path)(**sources)
    found = modsdk.host(room, mod=mod).lacks()
    assert sorted(name.rpartition(".")[2] for name in found) == read


def test_modules_that_are_not_there(lacking):
    # E-18
    found = lacking(
        "import mod.server.nobody\nfrom mod.common.utils import xyz\nfrom mod.server.somethingNew import Something\n"
        "import mod.client.extraClientApi as c\nfrom mod.client.ui.screenNode import ScreenNode\nc.Nobody()\n"
        + SYSTEM
    )
    assert list(found) == [
        "mod.server.nobody",
        "mod.common.utils.xyz",
        "mod.server.somethingNew",
    ]


def test_a_script_that_nobody_can_read_is_named(room, pack):
    # E-18
    mod = pack(f"import broken\n{SYSTEM}\nserverApi.NOBODY", broken="x = 1\nif x = 2:\n")
    found = modsdk.host(room, mod=mod).lacks()
    assert list(found) == ["mod.server.extraServerApi.NOBODY"]
    [unread] = found.unread
    assert unread.startswith(f"{mod / 'testScripts' / 'broken.py'}:2: not Python 2")


@pytest.mark.parametrize("missing", ["serverApi.NOBODY", "import mod.server.nobody"])
def test_a_strict_error_names_all_that_is_lacking(room, pack, missing):
    # E-1, E-18
    mod = pack(
        f"{API}{missing}\n"
        "def later():\n    for _ in range(2): serverApi.GetEngineCompFactory().CreatePhysx('1').AddForce('1', '2')\n"
        "    serverApi.GetEngineCompFactory().CreatePhysx('1').AddForce('1', '3')\n" + SYSTEM
    )
    kind = ModuleNotFoundError if "import" in missing else AttributeError
    with pytest.raises(kind) as info, modsdk.host(room, mod=mod):
        pass
    first, _, *lines = str(info.value).splitlines()
    assert "not simulated by cloudvars.modsdk" in first
    assert [line.split()[:2] for line in lines] == [
        ["2", "PhysxComponentServer.AddForce"],
        ["2", "GetEngineCompFactory().CreatePhysx"],
        ["1", "mod.server.nobody" if kind is ModuleNotFoundError else "mod.server.extraServerApi.NOBODY"],
    ]
    assert lines[0].split()[2:] == [f"{mod / 'testScripts' / 'system.py'}:4", "and", "1", "more"]


def test_what_a_run_records_was_found_before(room, pack):
    # E-17, E-18
    mod = pack(
        f"""{API}
factory = serverApi.GetEngineCompFactory()

class System(serverApi.GetServerSystemCls()):
    def __init__(self, namespace, systemName):
        super(System, self).__init__(namespace, systemName)
        self.body, self.model = factory.CreatePhysx("1"), factory.CreateModel("1")
        self.ListenForEvent("Minecraft", "Engine", "ServerChatEvent", self, self.OnChat)

    def OnChat(self, args):
        self.body.AddForce("1", "2")
        print self.model.GetModelName(), serverApi.NOBODY
"""
    )
    with modsdk.host(room, mod=mod, unknown="record") as game:
        before = game.lacks()
        game.fire("ServerChatEvent", {"message": "x"})
        assert {name: use.lines for name, use in game.recorded.items()} == {
            name: use.lines for name, use in before.items()
        }


WORDS = ["serverApi", "f", "self", "x", "CreatePhysx", "GetEngineCompFactory()", "AddForce()", "f()", "y"]


@given(
    st.lists(
        st.tuples(st.sampled_from("xyf"), st.lists(st.sampled_from(WORDS), min_size=1, max_size=4)),
        max_size=8,
    )
)
def test_names_that_go_round_in_circles_end(room, tmp_path_factory, assignments):
    # E-18
    lines = [f"{name} = {'.'.join(words)}" for name, words in assignments]
    body = "\n    ".join(lines or ["pass"])
    text = f"{API}{chr(10).join(lines)}\ndef f():\n    {body}\n    return f()\nclass x(x, y):\n    {body}\n"
    mod = Packs(tmp_path_factory.mktemp("circles"))(
        f"{text}\nimport other\n{SYSTEM}", other="from system import *\n" + text
    )
    found = modsdk.host(room, mod=mod).lacks()
    names = {word.removesuffix("()") for word in WORDS} | {"CreatePhysx", "AddForce"}
    assert {name.rpartition(".")[2] for name in found} <= names
