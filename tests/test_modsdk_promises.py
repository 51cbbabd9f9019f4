"""Every name of the SDK that is not simulated answers the type that the SDK promises."""

import ast
from pathlib import Path

import cloudvars
import pytest
from cloudvars import modsdk
from stores import one_store

TABLE = Path(modsdk.__file__).parent / "unknown" / "promises.txt"
TYPES = {
    "bool": bool,
    "int": int,
    "float": float,
    "str": str,
    "dict": dict,
    "Dict": dict,
    "List": list,
    "Tuple": tuple,
    "None": type(None),
}


def promised():
    """Every name of the table, and the type that it promises."""
    lines = TABLE.read_text("utf-8").splitlines()[1:]
    return [line.split(" ", 1) for line in lines]


@pytest.fixture(scope="module")
def game():
    with cloudvars.open() as store, store.room("x") as room, modsdk.host(room, unknown="record") as game:
        yield game


def kind(text):
    """The Python type of a promise, if it is a plain one."""
    return TYPES.get(text.removesuffix(" | None").partition("[")[0])


def test_every_method_of_a_component(game):
    # E-17
    factory = game.import_module("mod.server.extraServerApi").GetEngineCompFactory()
    names = promised()
    answered = 0
    for name, cls in names:
        if not name.startswith("GetEngineCompFactory()."):
            continue
        component = getattr(factory, name.rpartition(".")[2])("-1")
        for method, promise in names:
            if method.startswith(f"{cls}."):
                before = len(game.recorded)
                call = getattr(component, method.rpartition(".")[2])
                if len(game.recorded) > before:  # not simulated
                    answer = call(1, 2, 3)
                    answered += 1
                    assert kind(promise) in (None, type(answer), *type(answer).__mro__), (
                        method,
                        promise,
                        answer,
                    )
                    assert not answer or isinstance(answer, (bool, tuple)), (method, answer)
    assert answered > 100
    assert set(game.recorded) <= {name for name, _ in names}


def test_every_promise_is_a_type():
    # E-17
    names = promised()
    assert len(dict(names)) == len(names) > 700
    for _, promise in names:
        ast.parse(promise, mode="eval")


@one_store
@pytest.mark.parametrize(
    ("promise", "answer"),
    [
        ("Tuple[float, Tuple[int, str], bool]", (0.0, (0, ""), True)),
        ("Optional[int]", 0),
        ("Union[None, str]", ""),
        ("None | str", ""),
        ("Tuple[int, ...]", ()),
        ("Literal['a', 'b'] | str", "a"),
        ("typing.List[typing.Dict[str, int]]", []),
        ("'dict'", {}),
        ("set", set()),
    ],
)
def test_what_a_stub_may_write(make_room, tmp_path, monkeypatch, promise, answer):
    # E-17
    (tmp_path / "mod" / "server").mkdir(parents=True)
    (tmp_path / "mod" / "__init__.py").touch()
    (tmp_path / "mod" / "server" / "extraServerApi.py").write_text(
        f"def DoNews(a):\n    # type: (str) -> {promise}\n    pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with modsdk.host(make_room("stubs"), unknown="record") as game:
        got = game.import_module("mod.server.extraServerApi").DoNews(1)
        assert (got, type(got) in (type(answer), *type(got).__mro__)) == (answer, True)
