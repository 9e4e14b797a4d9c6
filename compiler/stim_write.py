"""Clifford programs as Stim circuits.

Barriers are left out, for Stim keeps the order of its lines. An EPR pair is `R`, `H`, `CX` with one
tag. Names of registers, notes, and which bit each measurement writes travel in comments.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn, cast

from trapline.compiler.cirq_names import registers_to_json
from trapline.compiler.stim_gates import (
    BITS_COMMENT,
    EPR_TAG,
    JOINT_TAG,
    NOTES_COMMENT,
    REGISTERS_COMMENT,
    STIM_NAMES,
    clifford_circuit,
)
from trapline.errors import TraplineError
from trapline.passes.gates import BARRIER, EPR, GATES, MEASURE, RESET

if TYPE_CHECKING:
    from collections.abc import Iterable

    import stim  # type: ignore[import-untyped]  # Stim ships no py.typed marker

    from trapline.passes.program import Condition, Program

_FEEDBACK = {"x": "CX", "y": "CY", "z": "CZ"}


def write_stim(program: Program) -> str:
    """Return a Clifford program as a Stim circuit.

    Args:
        program: Clifford gates, measurements, resets, EPR pairs, and Pauli gates under conditions
            on single bits.

    Raises:
        TraplineError: The first operation that is none of these.
    """
    return _Writer(program).run()


class _Writer:
    """One writing of a program."""

    def __init__(self, program: Program) -> None:
        import stim

        self.program = program
        self.circuit = stim.Circuit()
        self.records: list[int] = []
        self.latest: dict[int, int] = {}

    def run(self) -> str:
        """Return the text."""
        program = self.program
        for index, (opcode, qubits, _, bit, condition) in enumerate(program.rows()):
            if opcode == BARRIER:
                continue
            if condition >= 0:
                self.conditional(index, opcode, qubits, program.condition_table[condition])
            else:
                self.operation(index, opcode, qubits, bit)
        return "\n".join([*self.comments(), str(self.circuit), ""])

    def fail(self, index: int, why: str) -> NoReturn:
        """Raise a `TraplineError` about an operation."""
        program = self.program
        name = GATES[int(program.opcodes[index])].name
        names = program.qubit_names
        operands = ", ".join(names[q] for q in program.qubits_of(index))
        angles = ", ".join(f"{angle:.6g}" for angle in program.params_of(index))
        shown = f"{name}({angles})" if angles else name
        line = f" (line {int(program.lines[index])})" if program.lines[index] else ""
        raise TraplineError(
            f"operation {index}, {shown} {operands}{line}: {why}",
            hint="write OpenQASM 3 (.qasm) or cirq JSON (.json) instead",
        )

    def comments(self) -> list[str]:
        """Return the lines that a Stim circuit has no room for."""
        program = self.program
        registers = registers_to_json(program.qubit_registers, program.bit_registers)
        lines = [REGISTERS_COMMENT + registers]
        if program.notes:
            lines.append(NOTES_COMMENT + json.dumps(program.notes, sort_keys=True))
        if self.records != list(range(len(self.records))):
            lines.append(BITS_COMMENT + json.dumps(self.records, separators=(",", ":")))
        return lines

    def operation(self, index: int, opcode: int, qubits: tuple[int, ...], bit: int) -> None:
        """Append an operation without a condition."""
        name = GATES[opcode].name
        if name in STIM_NAMES:
            self.circuit.append(STIM_NAMES[name], qubits)
        elif opcode == MEASURE:
            tag = f"{JOINT_TAG}{len(qubits)}" if len(qubits) > 1 else ""
            self.circuit.append("M", qubits, tag=tag)
            for offset in range(len(qubits)):
                self.latest[bit + offset] = len(self.records)
                self.records.append(bit + offset)
        elif opcode == RESET:
            self.circuit.append("R", qubits)
        elif opcode == EPR:
            tag = f"{EPR_TAG}{self.program.tags.get(index, '')}"
            self.circuit.append("R", qubits, tag=tag)
            self.circuit.append("H", qubits[:1], tag=tag)
            self.circuit.append("CX", qubits, tag=tag)
        else:
            self.unitary(index, qubits)

    def unitary(self, index: int, qubits: tuple[int, ...]) -> None:
        """Append a gate by its matrix."""
        found = clifford_circuit(self.program.matrix_of(index))
        if found is None:
            self.fail(index, "is not a Clifford gate, and Stim has no other")
        for instruction in cast("Iterable[stim.CircuitInstruction]", found):
            targets = [qubits[t.value] for t in instruction.targets_copy()]
            self.circuit.append(instruction.name, targets)

    def conditional(
        self, index: int, opcode: int, qubits: tuple[int, ...], condition: Condition
    ) -> None:
        """Append a Pauli gate controlled by one measured bit."""
        import stim

        name = GATES[opcode].name
        if name not in _FEEDBACK:
            self.fail(index, "Stim can only put Pauli gates under a condition")
        known = self.single_bit(index, condition)
        if known is None:
            return
        bit, value = known
        if bit is None or not value:
            self.circuit.append(STIM_NAMES[name], qubits)
        if bit is not None:
            record = stim.target_rec(self.latest[bit] - len(self.records))
            self.circuit.append(_FEEDBACK[name], [record, *qubits])

    def single_bit(self, index: int, condition: Condition) -> tuple[int | None, int] | None:
        """Reduce a condition to one bit and its value.

        Bits that were not measured yet are 0.

        Returns:
            No bit when the condition always holds; None when it never holds.
        """
        found: dict[int, int] = {}
        for term in condition:
            measured = [b for b in term.bits if b in self.latest]
            wanted = {b: term.value >> i & 1 for i, b in enumerate(term.bits)}
            possible = 0 <= term.value < 1 << len(term.bits)
            possible = possible and not any(wanted[b] for b in term.bits if b not in self.latest)
            if not (possible and measured):
                if possible == term.equal:
                    continue
                return None
            if not term.equal and len(measured) > 1:
                self.fail(index, "Stim can only compare one bit in a condition")
            for b in measured:
                value = wanted[b] if term.equal else 1 - wanted[b]
                if found.setdefault(b, value) != value:
                    return None
        if len(found) > 1:
            self.fail(index, "Stim can only compare one bit in a condition")
        return next(iter(found.items()), (None, 1))
