"""What of a program's past still matters: bits that will be read and qubits that will be used."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from trapline.passes.gates import BARRIER, EPR, MEASURE, RESET

if TYPE_CHECKING:
    from collections.abc import Collection

    from trapline.passes.program import Program


class Lives:
    """For every bit and qubit the operations that use it, or make its past worthless.

    Args:
        program: The program.
        keep: Qubits that matter at the end.
    """

    def __init__(self, program: Program, keep: Collection[int]) -> None:
        self._keep = frozenset(keep)
        # For each bit or qubit: numbers of operations, and whether each needs the value before it.
        self._bits: dict[int, tuple[list[int], list[bool]]] = {}
        self._qubits: dict[int, tuple[list[int], list[bool]]] = {}
        for op, (opcode, qubits, _, bit, condition) in enumerate(program.rows()):
            if opcode == BARRIER:
                continue
            terms = program.condition_table[condition] if condition >= 0 else ()
            for read in {b for term in terms for b in term.bits}:
                _note(self._bits, read, op, True)
            fresh = opcode in (RESET, EPR) and not terms
            for place, qubit in enumerate(qubits):
                _note(self._qubits, qubit, op, not fresh)
                if opcode == MEASURE:
                    _note(self._bits, bit + place, op, bool(terms))

    def bit(self, bit: int, op: int) -> bool:
        """Return whether the value of a bit after operation `op` will be read."""
        return _needed(self._bits.get(bit), op, False)

    def qubit(self, qubit: int, op: int) -> bool:
        """Return whether the state of a qubit after operation `op` matters."""
        return _needed(self._qubits.get(qubit), op, qubit in self._keep)


def _note(uses: dict[int, tuple[list[int], list[bool]]], key: int, op: int, needs: bool) -> None:
    ops, needed = uses.setdefault(key, ([], []))
    ops.append(op)
    needed.append(needs)


def _needed(use: tuple[list[int], list[bool]] | None, op: int, at_end: bool) -> bool:
    if use is None:
        return at_end
    place = bisect_right(use[0], op)
    return use[1][place] if place < len(use[0]) else at_end
