"""What an API that nobody knows is in a calculation: the number 0, and an empty sequence."""

import math
import operator

import cloudvars
import pytest
from cloudvars import modsdk
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def unknown():
    with cloudvars.open() as store, store.room("x") as room, modsdk.host(room, unknown="record") as game:
        yield game.import_module("mod.server.extraServerApi").NobodyKnowsThis


BINARY = [
    "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and_", "or_", "xor", "lshift", "rshift",
    "lt", "le", "gt", "ge", "eq", "ne",
]  # fmt: skip
UNARY = [
    operator.neg, operator.pos, operator.abs, operator.invert, operator.index, bool, int, float, complex, len, round,
    math.sqrt, math.floor, math.ceil, math.trunc, list, tuple, set, dict, sorted, sum, hash, str, repr, iter,
]  # fmt: skip
numbers = st.one_of(
    st.integers(-9, 9),
    st.floats(-9, 9, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 0.01),
    st.booleans(),
)


@given(st.lists(st.tuples(st.sampled_from(BINARY), numbers, st.booleans()), max_size=6), st.data())
def test_a_chain_of_operations_is_one_of_the_number_0(unknown, chain, data):
    # E-17
    ours, model = unknown, 0
    for name, other, reverse in chain:
        operation = getattr(operator, name)
        divides = name in {"truediv", "floordiv", "mod"}
        try:
            expected = operation(other, model) if reverse else operation(model, other)
        except (ArithmeticError, TypeError, ValueError) as error:
            if reverse and divides and ours is unknown:
                expected = operation(0, 1)  # the one thing that differs
            else:
                with pytest.raises(type(error)):
                    operation(other, ours) if reverse else operation(ours, other)
                return
        ours = operation(other, ours) if reverse else operation(ours, other)
        model = expected
        assert ours == model
        assert type(ours) is type(model)
        if data.draw(st.booleans()) or abs(model) > 99:  # a power of a power takes for ever
            ours, model = unknown, 0


def test_every_single_operation(unknown):
    # E-17
    for function in UNARY:
        function(unknown)
    for empty, full in (("", "ab"), (b"", b"ab"), ([], [1]), ((), (1,))):
        assert (unknown + full, full + unknown, full * unknown, unknown * full) == (full, full, empty, empty)
    for full in ({1}, frozenset({1}), {1: 2}):
        assert unknown | full == full | unknown == full
    assert ({1} & unknown, {1} - unknown, unknown - {1}, unknown ^ {1}) == (set(), {1}, set(), {1})
    assert f"{unknown:5d}|{unknown:.1f}|{unknown:%}" == "    0|0.0|0.000000%"
    assert f"{unknown:>60}".strip() == f"{unknown}" == str(unknown)
    assert ("%d %5.2f %s" % (unknown, unknown, unknown)).startswith("0  0.00 <not")
    assert ([5, 6][unknown], "abc"[unknown:], list(range(unknown))) == (5, "abc", [])
    assert divmod(7, unknown) == divmod(unknown, 7) == (0, 0)
    assert [unknown == other for other in (0, unknown, 1, "", None)] == [True, True, False, False, False]
    assert (round(unknown, 2), max(unknown, 3), min(3, unknown), sum([unknown, 2])) == (0, 3, unknown, 2)
    assert unknown(1)(2).three[4].five() is not None
    for wrong in (lambda: unknown + object(), lambda: object() < unknown, lambda: unknown - "a"):
        with pytest.raises(TypeError):
            wrong()
