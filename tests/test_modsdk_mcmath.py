"""``mod.common.utils.mcmath``: vectors, rotations and matrices, against plain formulas."""

import math

import pytest
from cloudvars.modsdk import mcmath
from cloudvars.modsdk.mcmath import Matrix, Quaternion, Vector3
from hypothesis import assume, given
from hypothesis import strategies as st

numbers = st.integers(-1000, 1000) | st.floats(-1000, 1000)
triples = st.tuples(numbers, numbers, numbers)
angles = st.floats(-179, 179)
tilts = st.floats(-89, 89)
scales = st.floats(0.1, 10)
four = st.lists(st.lists(numbers, min_size=4, max_size=4), min_size=4, max_size=4)
AXES = [Vector3.Right(), Vector3.Up(), Vector3.Forward()]


def near(*values):
    return pytest.approx(values, abs=1e-6)


@given(triples, triples, numbers)
def test_vectors_are_their_components(a, b, number):
    # E-13
    left, right = Vector3(a), Vector3(*b)
    assert (left.x, left.y, left.z) == (left[0], left[1], left[2]) == left.ToTuple() == a
    assert (left + right).ToTuple() == tuple(x + y for x, y in zip(a, b, strict=True))
    assert (left - right).ToTuple() == tuple(x - y for x, y in zip(a, b, strict=True))
    assert (left + number).ToTuple() == (number + left).ToTuple() == tuple(x + number for x in a)
    assert (left - number).ToTuple() == tuple(x - number for x in a)
    assert (number - left).ToTuple() == tuple(number - x for x in a)
    assert (left * number).ToTuple() == (number * left).ToTuple() == tuple(x * number for x in a)
    assert left * right == Vector3.Dot(left, right) == sum(x * y for x, y in zip(a, b, strict=True))
    assert (-left).ToTuple() == tuple(-x for x in a)
    assert +left == left
    assert +left is not left
    assert (left == right, left != right) == (a == b, a != b)
    if number:
        assert (left / number).ToTuple() == left.__div__(number).ToTuple() == tuple(x / number for x in a)
    assert left.LengthSquared() == sum(x * x for x in a)
    assert left.Length() == pytest.approx(math.dist(a, (0, 0, 0)))
    assert list(left) == list(a)


@given(triples, triples)
def test_the_cross_product_is_across(a, b):
    # E-13
    left, right = Vector3(a), Vector3(b)
    across = Vector3.Cross(left, right)
    scale = max(1.0, left.LengthSquared() * right.LengthSquared())
    assert Vector3.Dot(across, left) / scale == pytest.approx(0, abs=1e-6)
    assert Vector3.Dot(across, right) / scale == pytest.approx(0, abs=1e-6)
    area = left.LengthSquared() * right.LengthSquared() - Vector3.Dot(left, right) ** 2
    assert across.LengthSquared() / scale == pytest.approx(area / scale, abs=1e-6)
    assert Vector3.Cross(Vector3.Right(), Vector3.Up()) == Vector3.Forward()


@given(triples)
def test_a_direction_has_length_one(a):
    # E-13
    vector = Vector3(a)
    normal = vector.Normalized()
    assert vector.ToTuple() == a
    vector.Normalize()
    assert vector == normal
    if math.dist(a, (0, 0, 0)) < 1e-5:
        assert normal == Vector3(0, 0, 0)
    else:
        assert normal.Length() == pytest.approx(1)
        assert Vector3.Dot(normal, Vector3(a)) == pytest.approx(Vector3(a).Length())


def test_what_the_documents_print():
    # E-13
    a = Vector3(3, 4, 0)
    assert [str(one) for one in (a + 5, a - 2, 2 - a, a * 2, a / 2)] == [
        "(8, 9, 5)",
        "(1, 2, -2)",
        "(-1, -2, 2)",
        "(6, 8, 0)",
        "(1.5, 2.0, 0.0)",
    ]
    assert (a.Length(), a.LengthSquared(), a * Vector3.Up()) == (5.0, 25, 4)
    a.Set(1, 2)
    assert (a, repr(a), Vector3()) == (Vector3(1, 2, 0.0), "Vector3(1, 2, 0.0)", Vector3(0, 0, 0))
    assert {a: "kept"}[a] == "kept"
    assert a != (1, 2, 0)
    assert Quaternion.Dot(Quaternion(1, 2, 3, 1), Quaternion(0, 3, 1, 1)) == 10
    assert Quaternion.Conjugate(Quaternion(1, 2, 3, 1)).ToTuple() == (-1, -2, -3, 1)
    assert Quaternion.Euler(30, 15, 45).EulerAngles().ToTuple() == near(30, 15, 45)
    assert Quaternion(3, 4, 0, 0).Normalized().ToTuple() == near(0.6, 0.8, 0, 0)
    assert Quaternion(0, 0, 0, 0).Normalized() == Quaternion()
    assert Matrix.ToEulerXYZ(Matrix.FromEulerXYZ((30, 65, 20))) == near(30, 65, 20)
    assert str(Matrix.Create([[1, 2], [3, 4]])) == "[1, 2]\n[3, 4]"
    assert [mcmath.Clamp(x, 0, 2) for x in (-1, 1, 3)] == [0, 1, 2]
    assert [one.ToTuple() for one in (Vector3.Left(), Vector3.Down(), Vector3.Backward(), Vector3.One())] == [
        (-1, 0, 0),
        (0, -1, 0),
        (0, 0, -1),
        (1, 1, 1),
    ]


def turned(vector, angle, axis):
    """Turn by the formula of Rodrigues."""
    a, c, s = axis.Normalized(), math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return vector * c + Vector3.Cross(a, vector) * s + a * (Vector3.Dot(a, vector) * (1 - c))


@given(triples, angles, triples, angles, triples)
def test_rotations_turn_as_the_formula_says(a, angle, axis, other_angle, other_axis):
    # E-13
    vector, axis, other_axis = Vector3(a), Vector3(axis), Vector3(other_axis)
    assume(min(axis.Length(), other_axis.Length()) > 0.01)
    first, second = Quaternion.AngleAxis(angle, axis), Quaternion.AngleAxis(other_angle, other_axis)
    assert (first * vector).ToTuple() == near(*turned(vector, angle, axis))
    assert ((second * first) * vector).ToTuple() == near(*(second * (first * vector)))
    assert Quaternion.Cross(second, first) == second * first
    assert (Quaternion.Inverse(first) * (first * vector)).ToTuple() == near(*a)
    assert (first * Quaternion.Inverse(first)).ToTuple() == near(0, 0, 0, 1)
    assert first.Length() == pytest.approx(1)
    assert first.wxyz() == [first.w, first.x, first.y, first.z]
    assert Quaternion(first.ToTuple()) == first


@given(tilts, angles, angles, triples)
def test_euler_turns_around_z_then_x_then_y(x, y, z, a):
    # E-13
    rotation = Quaternion.Euler(x, y, z)
    right, up, forward = AXES
    step = turned(turned(turned(Vector3(a), z, forward), x, right), y, up)
    assert (rotation * Vector3(a)).ToTuple() == near(*step)
    assert rotation.EulerAngles().ToTuple() == near(x, y, z)
    assert (rotation.pitch, rotation.yaw, rotation.roll) == near(x, y, z)
    other = turned(turned(turned(Vector3(a), z, right), x, up), y, forward)
    assert (Quaternion(Matrix.FromEulerXYZ((z, x, y)).ToQuaternion()) * Vector3(a)).ToTuple() == near(*other)
    assert Matrix.ToEulerXYZ(Matrix.FromEulerXYZ((z, x, y))) == near(z, x, y)


@given(triples, triples)
def test_directions(a, b):
    # E-13
    start, end = Vector3(a), Vector3(b)
    assume(min(start.Length(), end.Length()) > 0.01)
    assume(Vector3.Dot(start.Normalized(), end.Normalized()) > -0.999)
    assert (Quaternion.RotationTo(start, end) * start.Normalized()).ToTuple() == near(*end.Normalized())
    half = Quaternion.RotationTo(start, -start)
    assert (half * start.Normalized()).ToTuple() == near(*-start.Normalized())
    look = Quaternion.LookDirection(start)
    assert (look * Vector3.Backward()).ToTuple() == near(*start.Normalized())
    assert (look * Vector3.Up()).y >= -1e-6
    assert not Quaternion.LookDirection().HasRotation()
    assert half.HasRotation()


@given(four, four, four)
def test_matrices_are_rows_of_numbers(a, b, c):
    # E-13
    left, right, other = map(Matrix.Create, (a, b, c))
    assert (left.row, left.col) == (4, 4)
    cells = [(row, column) for row in range(4) for column in range(4)]
    total, less, product, flat = left + right, left - right, left * right, Matrix(4, 4)
    flat.SetListData([value for row in a for value in row])
    for row, column in cells:
        assert left[row, column] == a[row][column] == flat[row, column]
        assert left.Transpose()[column, row] == a[row][column]
        assert total[row, column] == a[row][column] + b[row][column]
        assert less[row, column] == a[row][column] - b[row][column]
        assert product[row, column] == sum(a[row][i] * b[i][column] for i in range(4))
    assert repr(Matrix.matrix4_multiply(left, right)) == repr(product)
    spread = (left * (right + other)) - (product + left * other)
    assert all(abs(spread[cell]) <= 1e-3 for cell in cells)
    copy = left.Copy()
    copy[0, 0] = "changed"
    assert left[0, 0] == a[0][0]


@given(triples, angles, triples, st.tuples(scales, scales, scales))
def test_what_was_composed_is_decomposed(moved, angle, axis, scale):
    # E-13
    assume(Vector3(axis).Length() > 0.01)
    rotation = Quaternion.AngleAxis(angle, Vector3(axis))
    move, turn, size = Matrix.CreateEye(4), Matrix.QuaternionToMatrix(rotation.ToTuple()), Matrix.CreateEye(4)
    for at in range(3):
        move[at, 3], size[at, at] = moved[at], scale[at]
    whole = move * turn * size
    found, quaternion, scaled = whole.Decompose()
    assert (*found, *scaled) == near(*moved, *scale)
    sign = math.copysign(1, Quaternion.Dot(Quaternion(quaternion), rotation))
    assert (Quaternion(quaternion) * sign).ToTuple() == near(*rotation.ToTuple())
    assert whole.DecomposeByQuaternion(rotation.ToTuple()) == (near(*moved), near(*scale))
    unit = whole * whole.Inverse()
    assert all(
        unit[row, column] == pytest.approx(int(row == column), abs=1e-5)
        for row in range(4)
        for column in range(4)
    )


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: Vector3(1, 2), TypeError),
        (lambda: Vector3("abc"), TypeError),
        (lambda: Vector3(1, 2, 3) + (1, 2, 3), TypeError),
        (lambda: Vector3(1, 2, 3) / Vector3(1, 2, 3), TypeError),
        (lambda: Vector3(1, 2, 3)[3], IndexError),
        (lambda: setattr(Vector3(1, 2, 3), "x", 5), AttributeError),
        (lambda: Quaternion(1, 2, 3), TypeError),
        (lambda: Quaternion.Inverse(Quaternion(0, 0, 0, 0)), ZeroDivisionError),
        (lambda: Matrix(0, 1), ValueError),
        (lambda: Matrix.Create([]), ValueError),
        (lambda: Matrix.Create([[1, 2], [3]]), ValueError),
        (lambda: Matrix(2, 3).Eye(), ValueError),
        (lambda: Matrix(2, 3).Inverse(), ValueError),
        (lambda: Matrix(2, 2).Inverse(), ValueError),
        (lambda: Matrix(2, 3) * Matrix(2, 3), ValueError),
        (lambda: Matrix(2, 3) + Matrix(3, 2), ValueError),
        (lambda: Matrix(2, 3) + 1, TypeError),
        (lambda: Matrix(2, 3).SetData([[1, 2, 3]]), ValueError),
        (lambda: Matrix.matrix4_multiply(Matrix(3, 3), Matrix(3, 3)), ValueError),
        (lambda: Matrix(2, 2).Decompose(), ValueError),
    ],
)
def test_what_cannot_be_calculated(call, error):
    # E-13
    with pytest.raises(error):
        call()
