"""Equality of small programs, measurements and feed-forward included.

Import as `from meaning import same_meaning`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.compiler.simulate import holds
from trapline.passes.gates import BARRIER, MEASURE, RESET, Matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trapline.passes.program import Program

Bits = tuple[tuple[int, int], ...]


def applied(matrix: Matrix, qubits: Sequence[int], state: Matrix, n: int) -> Matrix:
    """Apply a gate to all columns of a matrix; big-endian."""
    k = len(qubits)
    tensor = state.reshape((2,) * n + (-1,))
    tensor = np.tensordot(matrix.reshape((2,) * (2 * k)), tensor, (range(k, 2 * k), qubits))
    return np.moveaxis(tensor, range(k), qubits).reshape(state.shape)


def kraus_operators(program: Program) -> dict[Bits, list[Matrix]]:
    """Return what a program does to its qubits, for each final value of its bits.

    There is one operator for each history of resets and of measurements that were written over.
    """
    n = program.n_qubits
    paths: list[tuple[dict[int, int], Matrix]] = [({}, np.eye(1 << n, dtype=np.complex128))]
    for op in range(program.n_ops):
        opcode, qubits = int(program.opcodes[op]), program.qubits_of(op)
        after: list[tuple[dict[int, int], Matrix]] = []
        for bits, state in paths:
            if opcode == BARRIER or not holds(program.condition_of(op), bits):
                after.append((bits, state))
            elif opcode in (MEASURE, RESET):
                first = int(program.bits[op])
                after.extend(_looked(bits, state, qubits, first, n))
            else:
                after.append((bits, applied(program.matrix_of(op), qubits, state, n)))
        paths = [(bits, state) for bits, state in after if np.abs(state).max() > 1e-12]
    found: dict[Bits, list[Matrix]] = {}
    for bits, state in paths:
        found.setdefault(tuple(sorted(bits.items())), []).append(state)
    return found


def _looked(
    bits: dict[int, int], state: Matrix, qubits: tuple[int, ...], first: int, n: int
) -> list[tuple[dict[int, int], Matrix]]:
    """Measure qubits into bits, or reset one (`first` is -1)."""
    paths = [(bits, state)]
    for place, qubit in enumerate(qubits):
        after: list[tuple[dict[int, int], Matrix]] = []
        for values, before in paths:
            for outcome in (0, 1):
                keep = np.zeros((2, 2), dtype=np.complex128)
                keep[0 if first < 0 else outcome, outcome] = 1
                changed = values if first < 0 else {**values, first + place: outcome}
                after.append((changed, applied(keep, (qubit,), before, n)))
        paths = after
    return paths


def same_meaning(a: Program, b: Program, tolerance: float = 1e-7) -> bool:
    """Tell whether two programs do the same to qubits and bits, up to a global phase."""
    if (a.qubit_registers, a.bit_registers) != (b.qubit_registers, b.bit_registers):
        return False
    first, second = kraus_operators(a), kraus_operators(b)
    if first.keys() != second.keys():
        return False
    return all(np.abs(_choi(first[k]) - _choi(second[k])).max() < tolerance for k in first)


def _choi(operators: list[Matrix]) -> Matrix:
    vectors = np.array([operator.ravel() for operator in operators])
    return vectors.T @ vectors.conj()
