"""The gate table: number, name, operands, parameters, matrix and axes of every gate.

Matrices follow the OpenQASM 3 specification and qelib1.inc up to a global phase, except that
controlled gates keep the phase that their name promises (`crz(t)` is diag(1, 1, exp(-it/2),
exp(it/2))). Basis order is big-endian: the first operand is the most significant bit.

Sources: OpenQASM 3 specification, section "Built-in gates" and stdgates.inc (arXiv:2104.14722);
qelib1.inc (arXiv:1707.03429, appendix).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Matrix = NDArray[np.complex128]


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One row of the gate table.

    Args:
        opcode: Position in `GATES`.
        name: Lower-case name as in qelib1.inc or stdgates.inc.
        n_qubits: Number of operands; -1 when the operation takes any number.
        n_params: Number of angles in radians.
        matrix: Function from the angles to the unitary, or None for operations that are not gates.
        axes: One letter for each operand, the Pauli axis with which the gate commutes
            (`z` for the control of a CX, `x` for its target, `u` for the axis of a controlled U's
            target, found from its matrix); empty when the gate has no such axes and must be split,
            or is not an interaction.
    """

    opcode: int
    name: str
    n_qubits: int
    n_params: int
    matrix: Callable[..., Matrix] | None
    axes: str = ""


def _fixed(rows: object) -> Callable[..., Matrix]:
    matrix = np.array(rows, dtype=np.complex128)
    matrix.flags.writeable = False
    return lambda: matrix


def _diagonal(*entries: complex) -> Matrix:
    return np.diag(np.array(entries, dtype=np.complex128))


def u3_matrix(theta: float, phi: float, lam: float) -> Matrix:
    """Return U(theta, phi, lambda) of qelib1.inc, with a real upper left entry."""
    c, s = cos(theta / 2), sin(theta / 2)
    return np.array(
        [[c, -np.exp(1j * lam) * s], [np.exp(1j * phi) * s, np.exp(1j * (phi + lam)) * c]],
        dtype=np.complex128,
    )


def _rx(t: float) -> Matrix:
    c, s = cos(t / 2), -1j * sin(t / 2)
    return np.array([[c, s], [s, c]], dtype=np.complex128)


def _ry(t: float) -> Matrix:
    c, s = cos(t / 2), sin(t / 2)
    return np.array([[c, -s], [s, c]], dtype=np.complex128)


def _rz(t: float) -> Matrix:
    return _diagonal(np.exp(-0.5j * t), np.exp(0.5j * t))


def _p(t: float) -> Matrix:
    return _diagonal(1, np.exp(1j * t))


def controlled(matrix: Matrix, n_controls: int = 1) -> Matrix:
    """Return the matrix controlled on `n_controls` more qubits, which come first."""
    size = matrix.shape[0] << n_controls
    out = np.eye(size, dtype=np.complex128)
    out[size - matrix.shape[0] :, size - matrix.shape[0] :] = matrix
    return out


def _u2(phi: float, lam: float) -> Matrix:
    return u3_matrix(pi / 2, phi, lam)


def _cu(theta: float, phi: float, lam: float, gamma: float) -> Matrix:
    return controlled(np.exp(1j * gamma) * u3_matrix(theta, phi, lam))


def _with_control(function: Callable[..., Matrix]) -> Callable[..., Matrix]:
    """Return the function from angles to the matrix of the controlled gate."""

    def matrix(*angles: float) -> Matrix:
        return controlled(function(*angles))

    return matrix


def _rotation2(left: Matrix, right: Matrix) -> Callable[..., Matrix]:
    """Return the function from t to exp(-i t PQ / 2) of two Paulis."""
    pair = np.kron(left, right).astype(np.complex128)

    def matrix(t: float) -> Matrix:
        out: Matrix = cos(t / 2) * np.eye(4) - 1j * sin(t / 2) * pair
        return out

    return matrix


_I = np.eye(2, dtype=np.complex128)
_X = np.array([[0, 1], [1, 0]], dtype=np.complex128)
_Y = np.array([[0, -1j], [1j, 0]], dtype=np.complex128)
_Z = _diagonal(1, -1)
_H = np.array([[1, 1], [1, -1]], dtype=np.complex128) / np.sqrt(2)
_SX = np.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]], dtype=np.complex128) / 2
_SWAP = np.eye(4, dtype=np.complex128)[[0, 2, 1, 3]]
_ISWAP = np.array([[1, 0, 0, 0], [0, 0, 1j, 0], [0, 1j, 0, 0], [0, 0, 0, 1]], dtype=np.complex128)


def _rccx() -> Matrix:
    out = np.eye(8, dtype=np.complex128)
    out[5, 5] = -1
    out[6:, 6:] = [[0, -1j], [1j, 0]]
    return out


def _rc3x() -> Matrix:
    out = np.eye(16, dtype=np.complex128)
    out[12, 12], out[13, 13] = 1j, -1j
    out[14:, 14:] = [[0, 1], [-1, 0]]
    return out


# (name, operands, parameters, matrix, axes)
_ROWS: tuple[tuple[str, int, int, Callable[..., Matrix] | None, str], ...] = (
    # operations that are not gates
    ("barrier", -1, 0, None, ""),
    ("measure", -1, 0, None, ""),
    ("reset", 1, 0, None, ""),
    ("epr", 2, 0, None, ""),
    # one qubit
    ("id", 1, 0, _fixed(_I), ""),
    ("x", 1, 0, _fixed(_X), ""),
    ("y", 1, 0, _fixed(_Y), ""),
    ("z", 1, 0, _fixed(_Z), ""),
    ("h", 1, 0, _fixed(_H), ""),
    ("s", 1, 0, _fixed(_diagonal(1, 1j)), ""),
    ("sdg", 1, 0, _fixed(_diagonal(1, -1j)), ""),
    ("t", 1, 0, _fixed(_p(pi / 4)), ""),
    ("tdg", 1, 0, _fixed(_p(-pi / 4)), ""),
    ("sx", 1, 0, _fixed(_SX), ""),
    ("sxdg", 1, 0, _fixed(_SX.conj().T), ""),
    ("rx", 1, 1, _rx, ""),
    ("ry", 1, 1, _ry, ""),
    ("rz", 1, 1, _rz, ""),
    ("p", 1, 1, _p, ""),
    ("u2", 1, 2, _u2, ""),
    ("u3", 1, 3, u3_matrix, ""),
    # two qubits
    ("cx", 2, 0, _fixed(controlled(_X)), "zx"),
    ("cy", 2, 0, _fixed(controlled(_Y)), "zy"),
    ("cz", 2, 0, _fixed(controlled(_Z)), "zz"),
    ("ch", 2, 0, _fixed(controlled(_H)), "zu"),
    ("csx", 2, 0, _fixed(controlled(_SX)), "zx"),
    ("crx", 2, 1, _with_control(_rx), "zx"),
    ("cry", 2, 1, _with_control(_ry), "zy"),
    ("crz", 2, 1, _with_control(_rz), "zz"),
    ("cp", 2, 1, _with_control(_p), "zz"),
    ("cu3", 2, 3, _with_control(u3_matrix), "zu"),
    ("cu", 2, 4, _cu, "zu"),
    ("rxx", 2, 1, _rotation2(_X, _X), "xx"),
    ("ryy", 2, 1, _rotation2(_Y, _Y), "yy"),
    ("rzz", 2, 1, _rotation2(_Z, _Z), "zz"),
    ("rzx", 2, 1, _rotation2(_Z, _X), "zx"),
    ("swap", 2, 0, _fixed(_SWAP), ""),
    ("iswap", 2, 0, _fixed(_ISWAP), ""),
    # three and more qubits
    ("ccx", 3, 0, _fixed(controlled(_X, 2)), "zzx"),
    ("ccz", 3, 0, _fixed(controlled(_Z, 2)), "zzz"),
    ("cswap", 3, 0, _fixed(controlled(_SWAP)), ""),
    ("rccx", 3, 0, _fixed(_rccx()), ""),
    ("c3x", 4, 0, _fixed(controlled(_X, 3)), "zzzx"),
    ("c3sqrtx", 4, 0, _fixed(controlled(_SX, 3)), "zzzx"),
    ("rc3x", 4, 0, _fixed(_rc3x()), ""),
    ("c4x", 5, 0, _fixed(controlled(_X, 4)), "zzzzx"),
    # any unitary: the parameter is the number of its matrix in the program's table
    ("unitary", -1, 1, None, ""),
)

GATES: tuple[Gate, ...] = tuple(
    Gate(opcode=i, name=name, n_qubits=n, n_params=k, matrix=matrix, axes=axes)
    for i, (name, n, k, matrix, axes) in enumerate(_ROWS)
)
OPCODE: dict[str, int] = {gate.name: gate.opcode for gate in GATES}

BARRIER, MEASURE, RESET, EPR = (OPCODE[name] for name in ("barrier", "measure", "reset", "epr"))
UNITARY = OPCODE["unitary"]

# Other names for the same gate; `phase` and `cphase` are OpenQASM 3.
ALIASES: dict[str, str] = {
    "u1": "p",
    "phase": "p",
    "u": "u3",
    "u0": "id",
    "cu1": "cp",
    "cphase": "cp",
    "cnot": "cx",
    "rcccx": "rc3x",
    "c3sx": "c3sqrtx",
}


@lru_cache(maxsize=65536)
def gate_matrix(opcode: int, params: tuple[float, ...]) -> Matrix:
    """Return the unitary of a gate of the table, read-only.

    Args:
        opcode: Number of a gate that has a matrix.
        params: Its angles in radians.

    Returns:
        complex128, (2**n, 2**n), C order.
    """
    function = GATES[opcode].matrix
    if function is None:
        raise ValueError(f"{GATES[opcode].name} has no matrix in the gate table")
    matrix = function(*params)
    matrix.flags.writeable = False
    return matrix
