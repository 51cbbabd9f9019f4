"""``unknown="record"``: what stands for an API that is not simulated, and what is noted of it."""

import copy
import json
import pickle

import cloudvars
import pytest
from cloudvars import modsdk
from mods import MAIN
from stores import one_store

pytestmark = one_store


@pytest.fixture
def recording(make_room):
    """A game without a mod that records, and its API."""
    with modsdk.host(make_room("record"), unknown="record") as game:
        yield game, game.import_module("mod.server.extraServerApi")


@pytest.fixture
def unknown(recording):
    """An object that stands for a name that no SDK has."""
    return recording[1].NobodyKnowsThis


def test_strict_is_what_a_host_is_unless_told_otherwise(make_room):
    # E-17
    with (
        modsdk.host(make_room("strict")) as game,
        pytest.raises(AttributeError, match="CreatePhysx is not simulated"),
    ):
        game.import_module("mod.server.extraServerApi").GetEngineCompFactory().CreatePhysx
    assert (len(game.recorded), list(game.recorded), repr(game.recorded)) == (
        0,
        [],
        "<cloudvars.modsdk.Recorded: 0 names>",
    )
    with pytest.raises(cloudvars.CloudValueError, match="unknown: 'none'; 'strict' or 'record' is accepted"):
        modsdk.host(make_room("none"), unknown="none")


def test_names_are_recorded_with_counts_and_lines(make_room, pack):
    # E-17
    mod = pack(
        """
        import mod.server.extraServerApi as serverApi
        factory = serverApi.GetEngineCompFactory()

        class System(serverApi.GetServerSystemCls()):
            def __init__(self, namespace, systemName):
                super(System, self).__init__(namespace, systemName)
                body = factory.CreatePhysx("1")
                factory.CreateNobody("1")
                for other in "234":
                    body.AddForce("1", other)
                body.AddForce("1", "5")
                print serverApi.NOBODY
        """
    )
    with modsdk.host(make_room(), mod=mod, unknown="record") as game:
        file = mod / "testScripts" / "system.py"
        assert {name: (use.count, dict(use.lines)) for name, use in game.recorded.items()} == {
            "PhysxComponentServer.AddForce": (4, {f"{file}:11": 3, f"{file}:12": 1}),
            "GetEngineCompFactory().CreateNobody": (1, {f"{file}:9": 1}),
            "GetEngineCompFactory().CreatePhysx": (1, {f"{file}:8": 1}),
            "mod.server.extraServerApi.NOBODY": (1, {f"{file}:13": 1}),
        }
        assert next(iter(game.recorded)) == "PhysxComponentServer.AddForce"  # the most used first
        first = repr(game.recorded).splitlines()
        assert first[0] == "<cloudvars.modsdk.Recorded: 4 names>"
        assert first[1].split() == ["4", "PhysxComponentServer.AddForce", f"{file}:11", "and", "1", "more"]
        html = game.recorded._repr_html_()
        assert "PhysxComponentServer.AddForce" in html
        assert "<table>" in html
        assert game.recorded.rows()[0] == {
            "count": 4,
            "name": "PhysxComponentServer.AddForce",
            "lines": {f"{file}:11": 3, f"{file}:12": 1},
        }


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        (lambda factory: factory.CreatePhysx("1").AddForce("1", "2"), True),
        (lambda factory: factory.CreatePhysx("1").IsSleeping(), False),
        (lambda factory: factory.CreatePhysx("1").GetLinearVelocity(), (0.0, 0.0, 0.0)),
        (lambda factory: factory.CreatePhysx("1").GetMass(), 0.0),
        (lambda factory: factory.CreateModel("1").GetModelName(), ""),
        (lambda factory: factory.CreatePhysx("1").Raycast(), []),
        (lambda factory: factory.CreatePhysx("1").GetShapeInfo(), {}),
        (lambda factory: factory.CreatePhysx("1").GetShapeCount(), 0),
        (lambda factory: factory.CreatePhysx("1").DestroyAllJoints(), None),
    ],
)
def test_a_call_answers_the_type_that_the_sdk_promises(recording, call, answer):
    # E-17
    got = call(recording[1].GetEngineCompFactory())
    assert got == answer
    assert isinstance(got, type(answer))


def test_what_a_promised_dict_or_list_lacks_is_recorded_too(recording):
    # E-17
    recipes = (
        recording[1].GetEngineCompFactory().CreateRecipe("1").GetRecipesByResult("minecraft:apple", "x", 0)
    )
    assert (list(recipes), json.dumps(recipes), bool(recipes)) == ([], "[]", False)
    assert not recipes[0]["anything"]


def test_installed_stubs_come_first(make_room, tmp_path, monkeypatch):
    # E-17
    for folder in ("mod", "mod/server", "mod/server/component"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("raise SystemExit('no line of the stubs is run')")
    (tmp_path / "mod/server/extraServerApi.py").write_text(
        "def GetNews():\n    # type: () -> tuple[int, str] | None\n    pass\n"
    )
    (tmp_path / "mod/server/component/physxCompServer.py").write_text(
        "class PhysxComponentServer(object):\n"
        "    def AddForce(self, a, b):\n        # type: (str, str) -> int\n        pass\n"
        "    def GetNew(self) -> 'dict[str, int]': pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with modsdk.host(make_room("stubs"), unknown="record") as game:
        api = game.import_module("mod.server.extraServerApi")
        body = api.GetEngineCompFactory().CreatePhysx("1")
        assert api.GetNews() == (0, "")
        assert type(body.AddForce("1", "2")) is int
        assert body.GetNew() == {}
        assert body.WakeUp() is True  # of the table: the stub does not say


def test_fakes_win(make_room):
    # E-17, E-1
    fakes = {
        "PhysxComponentServer.AddForce": lambda *_: "a fake",
        "mod.server.extraServerApi.NobodyKnowsThis": 5,
        "mod.client.ui.screenNode": type("Fake", (), {"ScreenNode": int}),
    }
    with modsdk.host(make_room("fakes"), unknown="record", fakes=fakes) as game:
        api = game.import_module("mod.server.extraServerApi")
        assert api.GetEngineCompFactory().CreatePhysx("1").AddForce("1", "2") == "a fake"
        assert api.NobodyKnowsThis == 5
        assert game.import_module("mod.client.ui.screenNode").ScreenNode is int
        assert list(game.recorded) == ["GetEngineCompFactory().CreatePhysx"]


def test_as_many_as_a_target_names(unknown):
    # E-17
    x, y, z = unknown.pos()
    (a, b), *rest = unknown, 1
    first, *more, last = unknown
    assert not any([x, y, z, a, b, first, last])
    assert (rest, more, list(unknown), dict(unknown), [*unknown], list(zip(unknown, unknown))) == (
        [1],
        [],
        [],
        {},
        [],
        [],
    )
    for _one, _other in unknown:
        raise AssertionError


def test_the_mods_python_2_unpacks_too(run_mod, make_room, pack):
    # E-17, E-6
    mod = pack(
        modMain=MAIN,
        code="""
        import mod.server.extraServerApi as serverApi
        x, y = serverApi.NobodyKnowsThis()
        print "%d %.1f %s" % (x, y, (lambda (a, b): a)(serverApi.NobodyKnowsThis()) == 0)
        pos = serverApi.NobodyKnowsThis()
        far = (pos[0] - 3) ** 2 + 2 / 3 + pos / 2
        order = cmp(pos, 1), pos < 2, sorted([pos, 3, 1])[0] is pos, pos == None, not pos
        text = "a" + pos + "b"
        """,
    )
    with modsdk.host(make_room("py2"), mod=mod, unknown="record") as game:
        found = game.import_module("testScripts.code")
        assert (found.far, found.order, found.text) == (9, (-1, True, True, False, True), "ab")


def test_classes_and_decorators(recording, unknown):
    # E-17
    node = recording[0].import_module("mod.server.nobodyKnows")

    class Screen(node.Screen, metaclass=type):
        kept = 5

        def __init__(self, name):
            node.Screen.__init__(self, name)
            super().__init__(name, "more")
            self.name = name

        @node.Binder.binding(node.Binder.BF_ButtonClick, "#click")
        def clicked(self):
            return "clicked"

        @node.Binder.plain
        def plain(self):
            return "plain"

        def Destroy(self):
            super().Destroy()

    screen = Screen("a")
    screen.Destroy()
    assert (screen.clicked(), screen.plain(), screen.name, screen.kept) == ("clicked", "plain", "a", 5)
    assert isinstance(screen, node.Screen)
    assert issubclass(Screen, node.Screen)
    assert not isinstance(5, node.Screen)
    assert not screen.GetBaseUIControl("/panel").GetChild("x")  # inherited from the engine
    with pytest.raises(AttributeError, match="'Screen' object has no attribute 'typo'"):
        screen.typo
    assert not hasattr(screen, "mItems")

    @unknown
    class Kept:
        pass

    assert isinstance(Kept, type)
    made = unknown("Made", (screen.__class__,), {"five": 5})  # as a metaclass
    assert made("b").five == 5


def test_copies_and_pickles(unknown):
    # E-17
    assert copy.copy(unknown) is unknown
    assert copy.deepcopy({"a": [unknown]})["a"][0] is unknown
    with pytest.raises(
        TypeError, match=r"extraServerApi\.NobodyKnowsThis is not simulated.*cannot be pickled"
    ):
        pickle.dumps(unknown)
    assert str(unknown) == repr(unknown) == "<not simulated: mod.server.extraServerApi.NobodyKnowsThis>"


def test_what_is_set_stays(unknown):
    # E-17
    unknown.mine = 5
    assert unknown.mine == 5
    del unknown.mine
    del unknown.mine
    assert not unknown.mine
    unknown["key"] = 5
    del unknown["key"]
    assert "key" not in unknown
    with unknown as inside:
        assert inside is unknown
    with pytest.raises(KeyError), unknown:
        raise KeyError
