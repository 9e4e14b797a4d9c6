"""What the plan checker knows about gates, found from their matrices alone.

A gate U acts on one of its qubits as I (x) U_0 + X (x) U_x + Y (x) U_y + Z (x) U_z, and commutes
with v.sigma on that qubit exactly when (U_x, U_y, U_z) = v (x) W for one operator W: then v is its
axis there. Axes are real unit vectors of the Bloch sphere; v and -v are the same axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.gates import GATES, MEASURE, UNITARY, Matrix, gate_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trapline.passes.program import Program

TOLERANCE = 1e-9
"""Largest entry of a commutator that counts as zero."""

MAX_QUBITS = 10
"""Most qubits of a matrix that the checker multiplies out."""

Vector = tuple[float, float, float]
Axis = tuple[float, float, float, float]
"""Direction of an axis, and the largest entry of W: how strongly the gate acts along it."""

# Rows give U_x, U_y, U_z from the four blocks of U with respect to one qubit.
_PARTS = np.array([[0, 0.5, 0.5, 0], [0, 0.5j, -0.5j, 0], [0.5, 0, 0, -0.5]], dtype=np.complex128)
_PAULI: tuple[Vector, ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class GateFacts:
    """One distinct operation of a program, whatever its operands.

    Args:
        name: Name in the gate table.
        matrix: Its unitary, big-endian in its operands; None when it is not a gate.
        axes: For each operand the axis, or None when it has none there.
        classes: For each operand a number: two operations with the same number on every qubit
            they share commute. -1 is equal to nothing. A gate that leaves a qubit alone commutes
            with everything there, and has the number of the z axis.
    """

    name: str
    matrix: Matrix | None
    axes: tuple[Axis | None, ...]
    classes: tuple[int, ...]


class GateTable:
    """The distinct operations of one program, numbered as they are met.

    Args:
        program: The program whose operations are looked up.
    """

    def __init__(self, program: Program) -> None:
        self.facts: list[GateFacts] = []
        self._program = program
        self._numbers: dict[tuple[object, ...], int] = {}
        self._classes: dict[Vector, int] = {}
        self._commute: dict[tuple[object, ...], bool] = {}
        self._reflections: dict[int, tuple[Vector | None, ...]] = {}

    def number(self, opcode: int, n_qubits: int, params: tuple[float, ...]) -> int:
        """Return the number of an operation; equal operations share it."""
        key = (opcode, n_qubits, params)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.facts)
            self.facts.append(self._find(opcode, n_qubits, params))
        return found

    def product(self, steps: Sequence[tuple[int, tuple[int, ...]]], n_qubits: int) -> int:
        """Return the number of a sequence of gates taken as one gate on `n_qubits` qubits.

        Args:
            steps: Number of each gate and the positions of its operands, in order of time.
            n_qubits: Qubits of the whole, at most `MAX_QUBITS`.
        """
        key = ("product", n_qubits, *steps)
        found = self._numbers.get(key)
        if found is None:
            matrices = [(self.facts[gate].matrix, places) for gate, places in steps]
            whole = multiply(matrices, n_qubits)
            found = self._numbers[key] = len(self.facts)
            self.facts.append(self._of_matrix("whole", whole, n_qubits))
        return found

    def commute(
        self, first: int, qubits: tuple[int, ...], second: int, others: tuple[int, ...]
    ) -> bool:
        """Return whether two gates commute, from their matrices on all their qubits."""
        a, b = self.facts[first].matrix, self.facts[second].matrix
        union = list(dict.fromkeys(qubits + others))
        if a is None or b is None or len(union) > MAX_QUBITS:
            return False
        here = tuple(union.index(q) for q in qubits)
        there = tuple(union.index(q) for q in others)
        key = (first, second, here, there)
        found = self._commute.get(key)
        if found is None:
            one = multiply([(a, here), (b, there)], len(union))
            two = multiply([(b, there), (a, here)], len(union))
            found = self._commute[key] = bool(np.abs(one - two).max() <= TOLERANCE)
        return found

    def reflection(self, number: int) -> tuple[Vector | None, ...]:
        """Return the directions n_j of a gate 1 - 2 P, P the product of (1 - n_j.sigma) / 2.

        All are None when it is no such gate.
        """
        found = self._reflections.get(number)
        if found is None:
            found = self._reflections[number] = _reflection_of(self.facts[number].matrix)
        return found

    def _find(self, opcode: int, n_qubits: int, params: tuple[float, ...]) -> GateFacts:
        name = GATES[opcode].name
        if opcode == UNITARY:
            return self._of_matrix(name, self._program.matrices[int(params[0])], n_qubits)
        if GATES[opcode].matrix is not None:
            return self._of_matrix(name, gate_matrix(opcode, params), n_qubits)
        if opcode == MEASURE:
            axis: Axis = (0.0, 0.0, 1.0, 1.0)
            return GateFacts(name, None, (axis,) * n_qubits, (self._class(axis),) * n_qubits)
        return GateFacts(name, None, (None,) * n_qubits, (-1,) * n_qubits)

    def _of_matrix(self, name: str, matrix: Matrix, n_qubits: int) -> GateFacts:
        axes = tuple(axis_of(matrix, k, n_qubits) for k in range(n_qubits))
        return GateFacts(name, matrix, axes, tuple(self._class(axis) for axis in axes))

    def _class(self, axis: Axis | None) -> int:
        if axis is None:
            return -1
        x, y, z = (round(part, 9) + 0.0 for part in axis[:3])
        if (x, y, z) < (-x, -y, -z):
            x, y, z = -x + 0.0, -y + 0.0, -z + 0.0
        return self._classes.setdefault((x, y, z), len(self._classes))


def axis_of(matrix: Matrix, operand: int, n_qubits: int) -> Axis | None:
    """Return the axis along which a unitary acts on one of its qubits.

    Args:
        matrix: complex128, (2**n, 2**n), big-endian.
        operand: Position of the qubit, from 0.
        n_qubits: n.

    Returns:
        The axis, of strength 0 when the gate leaves the qubit alone; None when there is no axis.
    """
    if n_qubits == 1:
        return _axis_of_rotation(matrix)
    high, low = 1 << operand, 1 << (n_qubits - 1 - operand)
    split = matrix.reshape(high, 2, low, high, 2, low)
    blocks = split.transpose(1, 4, 0, 2, 3, 5).reshape(4, -1)
    parts = _PARTS @ blocks
    sizes: list[float] = np.abs(parts).max(axis=1).tolist()
    strength = max(sizes)
    if strength <= TOLERANCE:
        return (0.0, 0.0, 1.0, 0.0)
    large = [i for i, size in enumerate(sizes) if size > TOLERANCE]
    if len(large) == 1:
        return (*_PAULI[large[0]], strength)
    gram = (parts @ parts.conj().T).real
    direction = np.linalg.eigh(gram)[1][:, -1]
    rest = parts - np.outer(direction, direction @ parts)
    if np.abs(rest).max() > TOLERANCE:
        return None
    x, y, z = direction.tolist()
    return (x, y, z, strength)


def _reflection_of(matrix: Matrix | None) -> tuple[Vector | None, ...]:
    """Return the Bloch vectors of the states that P projects on, opposite to the n_j."""
    if matrix is None:
        return ()
    size = matrix.shape[0]
    n_qubits = size.bit_length() - 1
    none: tuple[Vector | None, ...] = (None,) * n_qubits
    # up to a phase the gate has the eigenvalue -1 once and 1 otherwise, so that its trace tells it
    trace = complex(np.trace(matrix))
    if size < 4 or abs(abs(trace) - (size - 2)) > TOLERANCE:
        return none
    phase = trace / abs(trace)
    projector = (np.eye(size) - matrix / phase) / 2
    if np.abs(projector @ projector - projector).max() > TOLERANCE:
        return none
    state = projector[:, int(np.argmax(np.abs(np.diag(projector))))]
    state = state / np.linalg.norm(state)
    vectors: list[Vector | None] = []
    for k in range(n_qubits):
        apart = np.moveaxis(state.reshape((2,) * n_qubits), k, 0).reshape(2, -1)
        rho = apart @ apart.conj().T
        x, y, z = 2 * rho[1, 0].real, 2 * rho[1, 0].imag, (rho[0, 0] - rho[1, 1]).real
        if abs(sqrt(x * x + y * y + z * z) - 1) > TOLERANCE:
            return none
        vectors.append((-float(x), -float(y), -float(z)))
    return tuple(vectors)


def _axis_of_rotation(matrix: Matrix) -> Axis:
    """Return the axis of a one-qubit unitary, which always has one."""
    (a, b), (c, d) = matrix.tolist()
    parts = (0.5 * (b + c), 0.5j * (b - c), 0.5 * (a - d))
    # The three parts share one phase: that of the largest.
    largest: complex = max(parts, key=abs)
    strength = sqrt(sum(abs(part) ** 2 for part in parts))
    if strength <= TOLERANCE:
        return (0.0, 0.0, 1.0, 0.0)
    turn = abs(largest) / (largest * strength)
    x, y, z = ((part * turn).real for part in parts)
    return (x, y, z, strength)


def along(axis: Axis | None, vector: Vector) -> bool:
    """Return whether a gate with this axis commutes with `vector`.sigma."""
    if axis is None:
        return False
    x, y, z, strength = axis
    a, b, c = vector
    off = abs(y * c - z * b) + abs(z * a - x * c) + abs(x * b - y * a)
    return off * strength <= TOLERANCE


def rotation(matrix: Matrix) -> tuple[Vector, Vector, Vector]:
    """Return the rows of the rotation of the Bloch sphere that a one-qubit unitary makes."""
    (a, b), (c, d) = matrix.tolist()
    root: complex = (a * d - b * c) ** 0.5
    w = ((a + d) / (2 * root)).real
    x = (0.5j * (b + c) / root).real
    y = (-0.5 * (b - c) / root).real
    z = (0.5j * (a - d) / root).real
    norm = 2 / (w * w + x * x + y * y + z * z)
    return (
        (1 - norm * (y * y + z * z), norm * (x * y - w * z), norm * (x * z + w * y)),
        (norm * (x * y + w * z), 1 - norm * (x * x + z * z), norm * (y * z - w * x)),
        (norm * (x * z - w * y), norm * (y * z + w * x), 1 - norm * (x * x + y * y)),
    )


def turned(rows: tuple[Vector, Vector, Vector], v: Vector) -> Vector:
    """Return the rotated vector, of unit length again."""
    x, y, z = (row[0] * v[0] + row[1] * v[1] + row[2] * v[2] for row in rows)
    length = sqrt(x * x + y * y + z * z)
    return (x / length, y / length, z / length)


def turned_back(rows: tuple[Vector, Vector, Vector], v: Vector) -> Vector:
    """Return the vector that `turned` takes to `v`."""
    p, q, r = rows
    return turned(((p[0], q[0], r[0]), (p[1], q[1], r[1]), (p[2], q[2], r[2])), v)


def multiply(steps: Sequence[tuple[Matrix | None, tuple[int, ...]]], n_qubits: int) -> Matrix:
    """Return the product of gates in order of time on `n_qubits` qubits, big-endian.

    Raises:
        ValueError: An operation is not a gate.
    """
    size = 1 << n_qubits
    whole = np.eye(size, dtype=np.complex128).reshape((2,) * n_qubits + (size,))
    for matrix, places in steps:
        if matrix is None:
            raise ValueError("only gates can be multiplied")
        k = len(places)
        tensor = matrix.reshape((2,) * (2 * k))
        whole = np.tensordot(tensor, whole, axes=(range(k, 2 * k), places))
        whole = np.moveaxis(whole, range(k), places)
    return whole.reshape(size, size)
