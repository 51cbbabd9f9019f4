"""``Matrix``: rows and columns of numbers. A vector stands to its right, as a column."""

from collections.abc import Callable, Sequence
from typing import Any

from .quaternion import Quaternion, rotation_of, rows_of
from .vector import Vector3

__all__ = ["Matrix"]

_Three = tuple[float, float, float]
_FOUR = 4
"""Rows and columns of a matrix that moves, turns and scales."""


class Matrix:
    """``Matrix(rowNum, colNum)``: all zero. Clause E-13."""

    def __init__(self, rowNum: int, colNum: int) -> None:
        if min(rowNum, colNum) < 1:
            message = f"Matrix({rowNum!r}, {colNum!r}): at least one row and one column are accepted"
            raise ValueError(message)
        self._rows: list[list[float]] = [[0] * colNum for _ in range(rowNum)]

    @property
    def row(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    @property
    def col(self) -> int:
        """How many columns there are."""
        return len(self._rows[0])

    # --- making one ---

    @staticmethod
    def CreateEye(rowNum: int) -> "Matrix":
        """Return the unit matrix of ``rowNum`` rows and columns."""
        made = Matrix(rowNum, rowNum)
        made.Eye()
        return made

    @staticmethod
    def Create(data: Sequence[Sequence[float]]) -> "Matrix":
        """Return a matrix of these rows; the first one says how many columns there are."""
        made = Matrix(len(data), len(data[0]) if data else 0)
        made.SetData(data)
        return made

    @staticmethod
    def FromEulerXYZ(euler: _Three) -> "Matrix":
        """Return the 4 by 4 matrix of a rotation by these degrees around x, then y, then z."""
        turn = Quaternion.AngleAxis
        x, y, z = euler
        turned = turn(z, Vector3.Forward()) * turn(y, Vector3.Up()) * turn(x, Vector3.Right())
        return Matrix.QuaternionToMatrix(turned.ToTuple())

    @staticmethod
    def QuaternionToMatrix(wxyz: tuple[float, float, float, float]) -> "Matrix":
        """Return the 4 by 4 matrix of a rotation (x, y, z, w), as ``ToQuaternion`` and ``ToTuple`` give it."""
        return _padded(rows_of(Quaternion(wxyz)))

    def Copy(self) -> "Matrix":
        """Return a copy."""
        return Matrix.Create(self._rows)

    # --- what it holds ---

    def Eye(self) -> None:
        """Make this the unit matrix. Raises ``ValueError`` unless it has as many rows as columns."""
        self._square("Eye")
        for at, row in enumerate(self._rows):
            row[:] = [int(at == other) for other in range(self.col)]

    def SetData(self, data: Sequence[Sequence[float]]) -> None:
        """Set every element from rows; what they have beyond this size is left out.

        Raises ``ValueError`` if they have less.
        """
        if len(data) < self.row or any(len(row) < self.col for row in data[: self.row]):
            message = f"SetData: {data!r}; at least {self.row} rows of {self.col} numbers are accepted"
            raise ValueError(message)
        self._rows = [list(row[: self.col]) for row in data[: self.row]]

    def SetListData(self, data: Sequence[float]) -> None:
        """Set every element, row after row. Raises ``ValueError`` if there are fewer."""
        self.SetData([data[at * self.col : (at + 1) * self.col] for at in range(self.row)])

    def __getitem__(self, ndxTuple: tuple[int, int]) -> float:
        row, column = ndxTuple
        return self._rows[row][column]

    def __setitem__(self, ndxTuple: tuple[int, int], value: float) -> None:
        row, column = ndxTuple
        self._rows[row][column] = value

    def __str__(self) -> str:
        return "\n".join(map(str, self._rows))

    def __repr__(self) -> str:
        return f"Matrix.Create({self._rows!r})"

    # --- calculating ---

    def Transpose(self) -> "Matrix":
        """Return the matrix with rows and columns exchanged."""
        return Matrix.Create(list(zip(*self._rows, strict=True)))

    def Inverse(self) -> "Matrix":
        """Return the inverse. Raises ``ValueError`` if there is none."""
        size = self._square("Inverse")
        rows = [
            [*map(float, row), *(float(at == other) for other in range(size))]
            for at, row in enumerate(self._rows)
        ]
        for at in range(size):
            pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
            if not rows[pivot][at]:
                message = f"Inverse: {self!r} has none"
                raise ValueError(message)
            rows[at], rows[pivot] = rows[pivot], rows[at]
            rows[at] = [value / rows[at][at] for value in rows[at]]
            self._clear(rows, at)
        return Matrix.Create([row[size:] for row in rows])

    @staticmethod
    def matrix4_multiply(lhs: "Matrix", rhs: "Matrix") -> "Matrix":
        """Return ``lhs * rhs`` of two 4 by 4 matrices. Raises ``ValueError`` for any other size."""
        for one in (lhs, rhs):
            if (one.row, one.col) != (_FOUR, _FOUR):
                message = f"matrix4_multiply: {one.row} by {one.col}; 4 by 4 is accepted"
                raise ValueError(message)
        return lhs * rhs

    def __add__(self, rhsMatrix: "Matrix") -> Any:
        return self._each(rhsMatrix, lambda mine, its: mine + its)

    def __sub__(self, rhsMatrix: "Matrix") -> Any:
        return self._each(rhsMatrix, lambda mine, its: mine - its)

    def __mul__(self, rhsMatrix: "Matrix") -> "Matrix":
        if not isinstance(rhsMatrix, Matrix):
            return NotImplemented
        if self.col != rhsMatrix.row:
            message = f"{self.col} columns times {rhsMatrix.row} rows; as many rows as columns are accepted"
            raise ValueError(message)
        columns = [[rhsMatrix[at, to] for at in range(rhsMatrix.row)] for to in range(rhsMatrix.col)]
        return Matrix.Create(
            [[sum(map(lambda a, b: a * b, row, column)) for column in columns] for row in self._rows]
        )

    # --- rotations, and what is made of translation * rotation * scale ---

    @staticmethod
    def ToEulerXYZ(mat: "Matrix") -> _Three:
        """Return the degrees of which ``FromEulerXYZ`` makes this rotation, those around y within 90."""
        angles = Quaternion(mat.ToQuaternion()).EulerAnglesZYX()
        return angles.x, angles.y, angles.z

    def ToQuaternion(self) -> tuple[float, float, float, float]:
        """Return the rotation (x, y, z, w) of a matrix of at least 3 rows and columns, without its scale."""
        _, turned, _ = self._decomposed()
        return turned.x, turned.y, turned.z, turned.w

    def Decompose(self) -> tuple[_Three, tuple[float, float, float, float], _Three]:
        """Return the translation (x, y, z), the rotation (x, y, z, w) and the scale (x, y, z) of a 4 by 4 matrix."""
        moved, turned, scale = self._decomposed()
        return moved, (turned.x, turned.y, turned.z, turned.w), scale

    def DecomposeByQuaternion(self, wxyz: tuple[float, float, float, float]) -> tuple[_Three, _Three]:
        """Return the translation and the scale (x, y, z) of a 4 by 4 matrix whose rotation, x first, is known."""
        unturned = Matrix.QuaternionToMatrix(wxyz).Transpose() * self._four("DecomposeByQuaternion")
        moved, _, _ = self._decomposed()
        return moved, (unturned[0, 0], unturned[1, 1], unturned[2, 2])

    def _decomposed(self) -> tuple[_Three, Quaternion, _Three]:
        four = self._four("Decompose")
        columns = [Vector3(four[0, at], four[1, at], four[2, at]) for at in range(3)]
        lengths = [column.Length() for column in columns]
        if Vector3.Cross(columns[0], columns[1]) * columns[2] < 0:
            lengths[0] = -lengths[0]  # a mirror is not a rotation
        units = [
            column / length if length else column for column, length in zip(columns, lengths, strict=True)
        ]
        rows = zip(*(unit.ToTuple() for unit in units), strict=True)
        return (
            (four[0, 3], four[1, 3], four[2, 3]),
            rotation_of(*rows),
            (lengths[0], lengths[1], lengths[2]),
        )

    def _four(self, call: str) -> "Matrix":
        """Return this as a 4 by 4 matrix."""
        if self.row != self.col or self.row not in (_FOUR - 1, _FOUR):
            message = f"{call}: {self.row} by {self.col}; 3 by 3 or 4 by 4 is accepted"
            raise ValueError(message)
        if self.row == _FOUR:
            return self
        return _padded(self._rows)

    def _square(self, call: str) -> int:
        if self.row != self.col:
            message = f"{call}: {self.row} by {self.col}; as many rows as columns are accepted"
            raise ValueError(message)
        return self.row

    @staticmethod
    def _clear(rows: list[list[float]], at: int) -> None:
        """Subtract row ``at`` from the others, so that they have 0 in its column."""
        for other, row in enumerate(rows):
            if other != at:
                factor = row[at]
                rows[other] = [value - factor * one for value, one in zip(row, rows[at], strict=True)]

    def _each(self, other: Any, join: Callable[[float, float], float]) -> Any:
        if not isinstance(other, Matrix):
            return NotImplemented
        if (self.row, self.col) != (other.row, other.col):
            message = (
                f"{self.row} by {self.col} and {other.row} by {other.col}; two of the same size are accepted"
            )
            raise ValueError(message)
        return Matrix.Create(
            [[join(cell, other[at, to]) for to, cell in enumerate(row)] for at, row in enumerate(self._rows)]
        )


def _padded(rows: list[list[float]]) -> Matrix:
    """Return the 4 by 4 matrix of three rows and columns."""
    return Matrix.Create([[*row, 0] for row in rows] + [[0, 0, 0, 1]])
