"""Gate modifiers of OpenQASM 3: inv, pow, ctrl and negctrl on expansions.

Source: OpenQASM 3 specification, "Quantum gates", section "Modifiers": `pow(r) @ U` is exp(i r H)
for U = exp(i H) with the eigenvalues of H in (-pi, pi].
"""

from __future__ import annotations

from cmath import exp, phase
from math import pi
from typing import TYPE_CHECKING

import numpy as np

from trapline.compiler.qasm_gates import Expansion, FlatOp, expansion_matrix
from trapline.compiler.qasm_library import names
from trapline.passes.gates import BARRIER, GATES, OPCODE, UNITARY, Matrix, controlled, gate_matrix

if TYPE_CHECKING:
    from trapline.compiler.qasm_columns import Columns

MAX_REPEATED = 1_000_000
"""Most operations that a power, or a gate that is defined by others, may become."""

MAX_MATRIX_QUBITS = 8
"""Widest controlled gate that is kept as a matrix."""

_SELF_INVERSE = names("barrier id x y z h cx cy cz ch swap ccx ccz cswap rccx c3x c4x")
_INVERSE_NAME = {"s": "sdg", "t": "tdg", "sx": "sxdg", "sdg": "s", "tdg": "t", "sxdg": "sx"}
_ANGLE_GATES = names("rx ry rz p crx cry crz cp rxx ryy rzz rzx")
_ONE_MORE_CONTROL = {
    "x": "cx",
    "y": "cy",
    "z": "cz",
    "h": "ch",
    "sx": "csx",
    "rx": "crx",
    "ry": "cry",
    "rz": "crz",
    "p": "cp",
    "u3": "cu3",
    "swap": "cswap",
    "cx": "ccx",
    "cz": "ccz",
    "ccx": "c3x",
    "c3x": "c4x",
}
_PHASE_GATE = {"s": pi / 2, "sdg": -pi / 2, "t": pi / 4, "tdg": -pi / 4}


# Gates without axes, as steps that may be controlled one by one.
_SPLIT = {
    "swap": "cx 0 1, cx 1 0, cx 0 1",
    "cswap": "cx 2 1, ccx 0 1 2, cx 2 1",
    "iswap": "s 0, s 1, h 0, cx 0 1, cx 1 0, h 1",
    "rccx": "h 2, t 2, cx 1 2, tdg 2, cx 0 2, t 2, cx 1 2, tdg 2, h 2",
    "rc3x": "h 3, t 3, cx 2 3, tdg 3, h 3, cx 0 3, t 3, cx 1 3, tdg 3, cx 0 3, t 3, cx 1 3, "
    "tdg 3, h 3, t 3, cx 2 3, tdg 3, h 3",
}


class UnsupportedModifierError(Exception):
    """A modifier on a gate for which no expansion is known; the message says which."""


def inverse(expansion: Expansion, columns: Columns) -> Expansion:
    """Return the inverse."""
    ops = tuple(_inverse_op(op, columns) for op in reversed(expansion.ops))
    return Expansion(ops, -expansion.phase)


def _inverse_op(op: FlatOp, columns: Columns) -> FlatOp:
    opcode, params, qubits = op
    name = GATES[opcode].name
    if name in _SELF_INVERSE:
        return op
    if name in _INVERSE_NAME:
        return OPCODE[_INVERSE_NAME[name]], (), qubits
    if name in _ANGLE_GATES:
        return opcode, (-params[0],), qubits
    if name == "u2":
        return OPCODE["u3"], (-pi / 2, -params[1], -params[0]), qubits
    if name in ("u3", "cu3"):
        return opcode, (-params[0], -params[2], -params[1]), qubits
    if name == "cu":
        return opcode, (-params[0], -params[2], -params[1], -params[3]), qubits
    matrix = _matrix(op, columns).conj().T
    return UNITARY, (float(columns.matrix(matrix)),), qubits


def raised(expansion: Expansion, exponent: float, n_qubits: int, columns: Columns) -> Expansion:
    """Return a power of the gate.

    Args:
        expansion: The gate.
        exponent: Any real number.
        n_qubits: Operands of the gate.
        columns: Keeps the matrices.

    Raises:
        UnsupportedModifierError: A fractional power of a gate on many qubits.
    """
    if float(exponent).is_integer():
        base = expansion if exponent >= 0 else inverse(expansion, columns)
        times = abs(int(exponent))
        if len(base.ops) == 1 and GATES[base.ops[0][0]].name in _ANGLE_GATES:
            opcode, params, qubits = base.ops[0]
            ops: tuple[FlatOp, ...] = ((opcode, (params[0] * times,), qubits),) if times else ()
            return Expansion(ops, base.phase * times)
        if times * len(base.ops) > MAX_REPEATED:
            raise UnsupportedModifierError(f"pow({exponent:g}) of {len(base.ops)} operations")
        return Expansion(base.ops * times, base.phase * times)
    if not n_qubits:
        return Expansion((), _principal(expansion.phase) * exponent)
    if n_qubits > 4 or any(op[0] == BARRIER for op in expansion.ops):
        raise UnsupportedModifierError(f"pow({exponent:g}) of a gate on {n_qubits} qubits")
    matrix = fractional_power(expansion_matrix(expansion, n_qubits, columns.matrices), exponent)
    return _from_matrix(matrix, n_qubits, columns)


def _principal(angle: float) -> float:
    return phase(exp(1j * angle))


def fractional_power(matrix: Matrix, exponent: float) -> Matrix:
    """Return the principal power of a unitary."""
    vectors = _eigenvectors(matrix)
    values = np.einsum("ji,jk,ki->i", vectors.conj(), matrix, vectors)
    angles = np.angle(values)
    angles = np.where(angles < -pi + 1e-9, pi, angles)
    out: Matrix = (vectors * np.exp(1j * exponent * angles)) @ vectors.conj().T
    return out


def _eigenvectors(matrix: Matrix) -> Matrix:
    """Return orthonormal eigenvectors of a unitary: those of a mix of its two Hermitian parts."""
    real, imaginary = (matrix + matrix.conj().T) / 2, (matrix - matrix.conj().T) / 2j
    best, error = matrix, np.inf
    for mix in (0.37, 1.61, -0.83):
        vectors = np.linalg.eigh(real + mix * imaginary)[1]
        turned = vectors.conj().T @ matrix @ vectors
        off = float(np.abs(turned - np.diag(np.diag(turned))).max())
        if off < error:
            best, error = vectors, off
    return best


def _from_matrix(matrix: Matrix, n_qubits: int, columns: Columns) -> Expansion:
    if n_qubits > 1:
        number = float(columns.matrix(matrix))
        return Expansion(((UNITARY, (number,), tuple(range(n_qubits))),))
    theta, phi, lam, gamma = u3_angles(matrix)
    return Expansion(((OPCODE["u3"], (theta, phi, lam), (0,)),), gamma)


def u3_angles(matrix: Matrix) -> tuple[float, float, float, float]:
    """Return theta, phi, lambda and the global phase of a 2 x 2 unitary: exp(i gamma) u3(...)."""
    a, b = complex(matrix[0, 0]), complex(matrix[0, 1])
    c, d = complex(matrix[1, 0]), complex(matrix[1, 1])
    theta = 2 * float(np.arctan2(abs(c), abs(a)))
    if abs(a) > abs(c):
        gamma = phase(a)
        phi = phase(c) - gamma if abs(c) > 1e-12 else 0.0
        return theta, phi, phase(d) - gamma - phi, gamma
    phi = phase(d) - phase(-b) if abs(a) > 1e-12 else 0.0
    gamma = phase(c) - phi
    return theta, phi, phase(-b) - gamma, gamma


def with_controls(expansion: Expansion, values: tuple[bool, ...], columns: Columns) -> Expansion:
    """Return the gate under controls, which become its first operands.

    Args:
        expansion: The gate.
        values: Value of each control at which the gate acts.
        columns: Keeps the matrices.

    Raises:
        UnsupportedModifierError: The controlled gate is too wide.
    """
    count = len(values)
    controls = tuple(range(count))
    flips: list[FlatOp] = [(OPCODE["x"], (), (c,)) for c, on in enumerate(values) if not on]
    ops = list(flips)
    for opcode, params, qubits in expansion.ops:
        shifted = (opcode, params, tuple(q + count for q in qubits))
        ops.extend([shifted] if opcode == BARRIER else _controlled_op(shifted, controls, columns))
    total_phase = 0.0
    if expansion.phase:
        if count:
            ops.extend(_controlled_phase(expansion.phase, controls, columns))
        else:
            total_phase = expansion.phase
    return Expansion((*ops, *flips), total_phase)


def _controlled_phase(angle: float, controls: tuple[int, ...], columns: Columns) -> list[FlatOp]:
    last: FlatOp = (OPCODE["p"], (angle,), controls[-1:])
    return _controlled_op(last, controls[:-1], columns)


def _controlled_op(op: FlatOp, controls: tuple[int, ...], columns: Columns) -> list[FlatOp]:
    if not controls:
        return [op]
    opcode, params, qubits = op
    name = GATES[opcode].name
    rest = controls[:-1]
    if name == "id":
        return []
    if name in _PHASE_GATE:
        return _controlled_op((OPCODE["p"], (_PHASE_GATE[name],), qubits), controls, columns)
    if name == "u2":
        return _controlled_op((OPCODE["u3"], (pi / 2, *params), qubits), controls, columns)
    if name == "csx" and len(controls) == 2:
        return [(OPCODE["c3sqrtx"], (), (*controls, *qubits))]
    if name in _ONE_MORE_CONTROL and _reaches_table(name, len(rest)):
        more = (OPCODE[_ONE_MORE_CONTROL[name]], params, (controls[-1], *qubits))
        return _controlled_op(more, rest, columns)
    if _keeps_axes(op) and len(controls) + len(qubits) <= MAX_MATRIX_QUBITS:
        matrix = controlled(_matrix(op, columns), len(controls))
        return [(UNITARY, (float(columns.matrix(matrix)),), (*controls, *qubits))]
    if name in _SPLIT:
        return [
            part
            for step in _split(name, qubits)
            for part in _controlled_op(step, controls, columns)
        ]
    raise UnsupportedModifierError(
        f"{len(controls)} controls on {name!r} ({len(controls) + len(qubits)} qubits in all)"
    )


def _reaches_table(name: str, more: int) -> bool:
    """Say whether the gate under one and `more` further controls is a row of the gate table."""
    if name == "sx":
        return more in (0, 2)
    for _ in range(more + 1):
        if name not in _ONE_MORE_CONTROL:
            return False
        name = _ONE_MORE_CONTROL[name]
    return True


def _keeps_axes(op: FlatOp) -> bool:
    """Say whether the controlled gate stays whole: it meets every operand along one axis."""
    return len(op[2]) == 1 or bool(GATES[op[0]].axes) or op[0] == UNITARY


def _split(name: str, qubits: tuple[int, ...]) -> list[FlatOp]:
    steps = [step.split() for step in _SPLIT[name].split(",")]
    return [(OPCODE[gate], (), tuple(qubits[int(q)] for q in at)) for gate, *at in steps]


def _matrix(op: FlatOp, columns: Columns) -> Matrix:
    opcode, params, _ = op
    return columns.matrices[int(params[0])] if opcode == UNITARY else gate_matrix(opcode, params)
