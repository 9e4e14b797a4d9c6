"""Unitaries as statements of OpenQASM 3.

A unitary that meets every operand along one axis is diagonal in the product basis of these axes:
one-qubit gates into that basis, phases on subsets of the qubits, and the one-qubit gates back. A
general unitary on two qubits becomes at most three CZ by the KAK decomposition.

Source: for the phases, inclusion and exclusion over subsets; for KAK, Tucci
(arXiv:quant-ph/0507171) as in cirq.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from trapline.compiler.qasm_modifiers import u3_angles
from trapline.passes.gates import OPCODE, Matrix, gate_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_PAULIS = tuple(gate_matrix(OPCODE[name], ()) for name in "xyz")
_SMALL = 1e-13


def axis_bases(matrix: Matrix, atol: float = 1e-9) -> list[Matrix] | None:
    """Return, for every operand, the basis of an axis along which a unitary acts.

    Args:
        matrix: complex128, (2**n, 2**n), big-endian.
        atol: Largest squared norm of a commutator that counts as 0.

    Returns:
        Unitaries whose columns are the basis vectors; None when some operand has no axis.
    """
    n_qubits = len(matrix).bit_length() - 1
    bases: list[Matrix] = []
    for operand in range(n_qubits):
        before, after = np.eye(1 << operand), np.eye(1 << (n_qubits - operand - 1))
        full = [np.kron(np.kron(before, pauli), after) for pauli in _PAULIS]
        stack: Matrix = np.array([(p @ matrix - matrix @ p).ravel() for p in full])
        gram = np.real(stack.conj() @ stack.T) / len(matrix)
        if gram[2, 2] < atol:  # the computational basis where it will do
            bases.append(np.eye(2, dtype=np.complex128))
            continue
        values, vectors = np.linalg.eigh(gram)
        if values[0] > atol:
            return None
        x, y, z = (float(part) for part in vectors[:, 0])
        spin = x * _PAULIS[0] + y * _PAULIS[1] + z * _PAULIS[2]
        bases.append(np.linalg.eigh(spin)[1])
    return bases


def unitary_steps(matrix: Matrix, qubits: Sequence[str]) -> list[str] | None:
    """Return statements that do a unitary up to phase, or None when no way is known.

    Args:
        matrix: complex128, (2**n, 2**n), big-endian in `qubits`.
        qubits: Names of the operands.
    """
    bases = axis_bases(matrix)
    if bases is not None:
        return _axis_steps(matrix, bases, qubits)
    return _two_qubit_steps(matrix, qubits) if len(qubits) == 2 else None


def _axis_steps(matrix: Matrix, bases: list[Matrix], qubits: Sequence[str]) -> list[str]:
    turn: Matrix = np.eye(1, dtype=np.complex128)
    for basis in bases:
        turn = np.kron(turn, basis).astype(np.complex128)
    angles = np.angle(np.diag(turn.conj().T @ matrix @ turn))
    into = [_u(basis.conj().T, q) for basis, q in zip(bases, qubits, strict=True)]
    back = [_u(basis, q) for basis, q in zip(bases, qubits, strict=True)]
    return [step for step in (*into, *_phase_steps(angles, qubits), *back) if step]


def _phase_steps(angles: NDArray[np.float64], qubits: Sequence[str]) -> list[str]:
    """Return controlled phases that give every basis state its angle, up to a common one."""
    n_qubits = len(qubits)
    steps: list[str] = []
    for size in range(1, n_qubits + 1):
        for subset in combinations(range(n_qubits), size):
            total = 0.0
            for k in range(size + 1):
                for part in combinations(subset, k):
                    state = sum(1 << (n_qubits - 1 - q) for q in part)
                    total += (-1) ** (size - k) * float(angles[state])
            total = float(np.angle(np.exp(1j * total)))
            if abs(total) > _SMALL:
                controls = f"ctrl({size}) @ " if size > 1 else "ctrl @ "
                names = ", ".join(qubits[q] for q in subset)
                steps.append(f"{controls}gphase({total!r}) {names};")
    return steps


def _u(matrix: Matrix, qubit: str) -> str:
    """Return the statement of a one-qubit unitary; nothing for the identity."""
    theta, phi, lam, _ = u3_angles(matrix)
    if abs(theta) < _SMALL and abs(np.exp(1j * (phi + lam)) - 1) < _SMALL:
        return ""
    return f"U({theta!r}, {phi!r}, {lam!r}) {qubit};"


def _two_qubit_steps(matrix: Matrix, qubits: Sequence[str]) -> list[str]:
    import cirq

    first, second = cirq.LineQubit(0), cirq.LineQubit(1)
    names_of: dict[cirq.Qid, str] = {first: qubits[0], second: qubits[1]}
    ops = cirq.two_qubit_matrix_to_cz_operations(
        first, second, np.asarray(matrix), allow_partial_czs=False, atol=1e-10
    )
    steps: list[str] = []
    for op in ops:
        names = [names_of[q] for q in op.qubits]
        if len(names) == 2:
            steps.append(f"cz {names[0]}, {names[1]};")
        else:
            steps.append(_u(cirq.unitary(op), names[0]))
    return [step for step in steps if step]
