"""Axes on which gates act, as Bloch vectors.

A gate acts along axis n on an operand when it commutes with n.sigma there: the operand's value
along n is then conserved, and a cat copy in that basis serves for it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.gates import GATES, UNITARY, Matrix, gate_matrix

if TYPE_CHECKING:
    from trapline.passes.program import Program

Vector = tuple[float, float, float]
Rotation = tuple[Vector, Vector, Vector]

TOLERANCE = 1e-10
"""Sine below which two axes are one; ten times finer than the plan checker's."""

PAULIS: tuple[Matrix, Matrix, Matrix] = (
    np.array([[0, 1], [1, 0]], dtype=np.complex128),
    np.array([[0, -1j], [1j, 0]], dtype=np.complex128),
    np.array([[1, 0], [0, -1]], dtype=np.complex128),
)
_LETTERS: dict[str, Vector] = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}
Z_AXIS = _LETTERS["z"]


def parallel(a: Vector, b: Vector) -> bool:
    """Tell whether two unit vectors lie along one line, in either sense."""
    x = a[1] * b[2] - a[2] * b[1]
    y = a[2] * b[0] - a[0] * b[2]
    z = a[0] * b[1] - a[1] * b[0]
    return abs(x) + abs(y) + abs(z) < TOLERANCE


def rotate(rotation: Rotation, v: Vector) -> Vector:
    """Apply a rotation to a vector."""
    x, y, z = v
    (a, b, c), (d, e, f), (g, h, i) = rotation
    return (a * x + b * y + c * z, d * x + e * y + f * z, g * x + h * y + i * z)


def rotation_of(matrix: Matrix) -> Rotation:
    """Return the rotation R with U (n.sigma) U^dagger = (R n).sigma of a 2 x 2 unitary."""
    (a, b), (c, d) = matrix.tolist()
    # U sigma U^dagger is [[z, x - iy], [x + iy, -z]]: its first row gives all three components.
    ab, ad, bc = a * b.conjugate(), a * d.conjugate(), b * c.conjugate()
    x = (2 * ab.real, bc + ad)
    y = (2 * ab.imag, 1j * (bc - ad))
    z = (abs(a) ** 2 - abs(b) ** 2, a * c.conjugate() - b * d.conjugate())
    return (
        (x[1].real, y[1].real, z[1].real),
        (-x[1].imag, -y[1].imag, -z[1].imag),
        (x[0], y[0], z[0]),
    )


@lru_cache(maxsize=65536)
def rotation_of_gate(opcode: int, params: tuple[float, ...]) -> Rotation:
    """Return the rotation of a one-qubit gate of the table."""
    return rotation_of(gate_matrix(opcode, params))


def operand_axes(matrix: Matrix) -> tuple[Vector | None, ...]:
    """Find the axis of each operand of a unitary, or None where it has none.

    The axis of operand k is the null vector of n -> [U, n.sigma_k]. An operand on which the gate
    acts trivially commutes with everything; it is given the z axis.

    Args:
        matrix: complex128, (2**k, 2**k), big-endian.
    """
    n = matrix.shape[0].bit_length() - 1
    axes: list[Vector | None] = []
    for k in range(n):
        columns: list[Matrix] = []
        for pauli in PAULIS:
            left, right = np.eye(1 << k), np.eye(1 << (n - 1 - k))
            full = np.kron(np.kron(left, pauli), right)
            columns.append((matrix @ full - full @ matrix).ravel())
        stacked = np.stack(columns, axis=1)
        parts = np.concatenate((stacked.real, stacked.imag))
        _, sizes, rows = np.linalg.svd(parts, full_matrices=False)
        if sizes[0] < TOLERANCE:
            axes.append(Z_AXIS)
        elif sizes[2] < TOLERANCE:
            axes.append(_snapped(rows[2]))
        else:
            axes.append(None)
    return tuple(axes)


def _snapped(v: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Vector:
    """Clean rounding noise off an axis and point it to its positive side."""
    v = np.where(np.abs(v) < 1e-10, 0.0, v)
    if v[np.flatnonzero(np.abs(v) > 0.1)[0]] < 0:
        v = -v
    v = v / np.linalg.norm(v)
    return (float(v[0]), float(v[1]), float(v[2]))


@lru_cache(maxsize=65536)
def gate_axes(opcode: int, params: tuple[float, ...]) -> tuple[Vector | None, ...]:
    """Return the axis of each operand of a gate of the table, None where there is none."""
    letters = GATES[opcode].axes
    if letters and "u" not in letters:
        return tuple(_LETTERS[letter] for letter in letters)
    return operand_axes(gate_matrix(opcode, params))


def axes_of(program: Program, op: int) -> tuple[Vector | None, ...]:
    """Return the axis of each operand of operation `op` of a program."""
    if program.opcodes[op] == UNITARY:
        return operand_axes(program.matrix_of(op))
    return gate_axes(int(program.opcodes[op]), program.params_of(op))
