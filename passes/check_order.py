"""Check that operations happen in an order that means the same as the program's.

Two operations that were exchanged must commute. They certainly do when on every qubit they share
both act along the same axis, and on every classical bit they share both only read; otherwise their
matrices are compared. Any order is reached from the program's by exchanging neighbours, and each
exchanged pair is exchanged once, so the test is sound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.passes.gates import MEASURE

if TYPE_CHECKING:
    from trapline.passes.check_gates import GateTable
    from trapline.passes.program import Program

_READ = 0
_WRITE = -1


class OrderCheck:
    """Takes the operations of a program in the order in which they happen.

    Args:
        program: The program.
        gates: Its table of operations.
    """

    def __init__(self, program: Program, gates: GateTable) -> None:
        self.gate: list[int] = []
        self.qubits: list[tuple[int, ...]] = []
        self.done = bytearray(program.n_ops)
        self._gates = gates
        n_lines = program.n_qubits + program.n_bits
        # A line is a qubit or a bit; it has operations in program order and their classes.
        self._ops: list[list[int]] = [[] for _ in range(n_lines)]
        self._classes: list[list[int]] = [[] for _ in range(n_lines)]
        # _lines[_starts[i]:_starts[i + 1]]: the lines of operation i; _places: its place on each.
        self._starts = [0]
        self._lines: list[int] = []
        self._places: list[int] = []
        self._file(program)
        # _later[line][p] leads to the first position >= p that has not happened yet.
        self._later = [list(range(len(ops) + 1)) for ops in self._ops]
        self._run_ends = [_run_ends(classes) for classes in self._classes]

    def happen(self, op: int) -> int:
        """Let an operation happen; return the operation that it must not overtake, or -1.

        The caller makes sure that it has not happened before (`done`).
        """
        lines, places = self._lines, self._places
        for slot in range(self._starts[op], self._starts[op + 1]):
            line, place = lines[slot], places[slot]
            later = self._later[line]
            if _find(later, 0) != place:
                blocking = self._overtaken(op, line, place)
                if blocking >= 0:
                    return blocking
            later[place] = place + 1
        self.done[op] = 1
        return -1

    def _overtaken(self, op: int, line: int, place: int) -> int:
        """Return an operation that waits before `op` and does not commute with it, or -1."""
        ops, classes, later = self._ops[line], self._classes[line], self._later[line]
        run_ends = self._run_ends[line]
        mine = classes[place]
        at = _find(later, 0)
        while at < place:
            if classes[at] == mine and mine >= 0:
                at = _find(later, run_ends[at])
                continue
            other = ops[at]
            if not self._gates.commute(
                self.gate[other], self.qubits[other], self.gate[op], self.qubits[op]
            ):
                return other
            at = _find(later, at + 1)
        return -1

    def _file(self, program: Program) -> None:
        """Put every operation on its lines."""
        n_qubits, gates = program.n_qubits, self._gates
        readers = [
            tuple(sorted({bit for term in condition for bit in term.bits}))
            for condition in program.condition_table
        ]
        for op, (opcode, qubits, params, bit, condition) in enumerate(program.rows()):
            gate = gates.number(opcode, len(qubits), params)
            self.gate.append(gate)
            self.qubits.append(qubits)
            for qubit, kind in zip(qubits, gates.facts[gate].classes, strict=True):
                self._put(op, qubit, kind)
            written = range(bit, bit + len(qubits)) if opcode == MEASURE else ()
            for target in written:
                self._put(op, n_qubits + target, _WRITE)
            for source in readers[condition] if condition >= 0 else ():
                if source not in written:
                    self._put(op, n_qubits + source, _READ)
            self._starts.append(len(self._lines))

    def _put(self, op: int, line: int, kind: int) -> None:
        self._lines.append(line)
        self._places.append(len(self._ops[line]))
        self._ops[line].append(op)
        self._classes[line].append(kind)


def _find(later: list[int], at: int) -> int:
    """Follow the links from `at` to the first waiting position, shortening the way."""
    while later[at] != at:
        later[at] = later[later[at]]
        at = later[at]
    return at


def _run_ends(classes: list[int]) -> list[int]:
    """Return for each position the end of its run of equal classes."""
    ends = [len(classes)] * len(classes)
    for at in range(len(classes) - 2, -1, -1):
        ends[at] = ends[at + 1] if classes[at] == classes[at + 1] else at + 1
    return ends
