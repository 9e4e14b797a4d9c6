"""Reorder commuting operations: fewer segments, and what can happen together stands together.

Two operations may be exchanged when on every shared qubit they act along the same Pauli axis. Each
operation gets the earliest time at which it can begin, an interaction lasting much longer than any
number of one-qubit gates, and the operations are listed by that time. Nothing moves past an
operation that it does not commute with, so that the segments stay as they are, except in bundles
(`trapline.passes.bundles`), whose order is chosen.

Sources: commutation-aware scheduling, Shi et al., arXiv:1902.01474, section 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.bundles import arrange_bundles
from trapline.passes.letters import ALONE, letters_of
from trapline.passes.permute import permuted

if TYPE_CHECKING:
    from trapline.passes.program import Program

_INTERACTION = 1 << 32
"""Length of an interaction; a one-qubit gate has length 1."""


def reorder(program: Program) -> Program:
    """Reorder a program by the time at which its operations can begin.

    Args:
        program: Any program.

    Returns:
        The same operations in another order, with the same meaning and no more segments.
    """
    arranged, bundle = arrange_bundles(program)
    starts = np.array(_starts(arranged, bundle), dtype=np.int64)
    return permuted(arranged, np.argsort(starts, kind="stable"))


def _starts(program: Program, bundle: list[int]) -> list[int]:
    """Return the earliest time at which each operation can begin; a bundle begins as one."""
    wires = _Wires(program.n_qubits + program.n_bits)
    n_qubits = program.n_qubits
    starts: list[int] = []
    start = 0
    for op, (opcode, qubits, _, bit, condition) in enumerate(program.rows()):
        if bundle[op] >= 0:
            if bundle[op] == op:
                start = wires.append(qubits, 2 * ALONE, 3 * _INTERACTION)
            starts.append(start)
            continue
        letters = letters_of(opcode, len(qubits))
        if bit >= 0:
            qubits = (*qubits, *range(n_qubits + bit, n_qubits + bit + len(qubits)))
            letters = ALONE * len(qubits)
        elif condition >= 0:
            read = sorted({b for term in program.condition_table[condition] for b in term.bits})
            letters += "r" * len(read)
            qubits = (*qubits, *(n_qubits + b for b in read))
        starts.append(wires.append(qubits, letters, _INTERACTION if len(qubits) > 1 else 1))
    return starts


class _Wires:
    """The last run of each qubit and bit: its letter, when it can begin, and when it ends."""

    def __init__(self, n_wires: int) -> None:
        self._letter = [""] * n_wires
        self._begin = [0] * n_wires
        self._end = [0] * n_wires

    def append(self, wires: tuple[int, ...], letters: str, length: int) -> int:
        """Append an operation that lasts some time and return when it begins."""
        letter, begin, end = self._letter, self._begin, self._end
        start = 0
        for wire, own in zip(wires, letters, strict=True):
            time = begin[wire] if own == letter[wire] != ALONE else end[wire]
            start = max(start, time)
        stop = start + length
        for wire, own in zip(wires, letters, strict=True):
            if own != letter[wire] or own == ALONE:
                letter[wire], begin[wire] = own, end[wire]
            end[wire] = max(end[wire], stop)
        return start
