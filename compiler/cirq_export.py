"""Programs as `cirq.Circuit`, built moment by moment.

Every operation goes into the earliest moment that its qubits and classical bits allow. A barrier is
a fence: later operations on its qubits are in later moments. Facts that a circuit has no room for
travel in its tags.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.compiler.cirq_conditions import BitKey, KeyTest, cases_of, cirq_condition
from trapline.compiler.cirq_gates import cirq_gate
from trapline.compiler.cirq_names import (
    CIRQ_QUBITS_NOTE,
    EPR_TAG,
    NOTES_TAG,
    REGISTERS_TAG,
    cirq_qubits,
    infer_registers,
    key_of,
    registers_to_json,
)
from trapline.errors import TraplineError
from trapline.passes.gates import BARRIER, EPR, RESET, UNITARY
from trapline.passes.program import Program, Register

if TYPE_CHECKING:
    from collections.abc import Iterable

    import cirq


def program_to_cirq(program: Program) -> cirq.Circuit:
    """Return the program as a circuit.

    A classical bit that is read before it is measured counts as 0.

    Args:
        program: Any program.

    Raises:
        TraplineError: Something that cirq cannot say, such as a measurement under a condition.
    """
    import cirq

    layout = _Layout(program)
    barrier, conditions = BARRIER, program.condition_table
    place, fence = layout.place, layout.fence
    cache: dict[Any, cirq.Operation] = {}
    for index, (opcode, qubits, params, bit, condition) in enumerate(program.rows()):
        if opcode == barrier:
            fence(qubits)
            continue
        if bit >= 0:
            layout.place_measurement(index, qubits, bit, condition)
            continue
        row = (opcode, qubits, params)
        op = cache.get(row)
        if op is None or opcode == EPR:
            op = cache[row] = layout.operation(index, opcode, qubits, params)
        if condition < 0:
            place(op, qubits)
        else:
            layout.place_controlled(op, qubits, conditions[condition])
    moments = [cirq.Moment.from_ops(*ops) for ops in layout.moments]
    return cirq.Circuit(moments, tags=_circuit_tags(program, layout))


@dataclass
class _Layout:
    """Where operations go while a circuit is built."""

    program: Program
    moments: list[list[cirq.Operation]] = field(init=False)
    qubits: list[cirq.Qid] = field(init=False)
    gates: dict[tuple[int, tuple[float, ...]], cirq.Gate] = field(init=False)
    bit_keys: list[BitKey] = field(init=False)
    free: list[int] = field(init=False)
    written: dict[str, int] = field(default_factory=dict[str, int])
    read: dict[str, int] = field(default_factory=dict[str, int])

    def __post_init__(self) -> None:
        program = self.program
        self.qubits = cirq_qubits(program.qubit_names, program.notes.get(CIRQ_QUBITS_NOTE))
        self.bit_keys = [place for register in program.bit_registers for place in _places(register)]
        self.moments = []
        self.gates = {}
        self.measured = [False] * len(self.bit_keys)
        self.free = [0] * len(self.qubits)

    def operation(
        self, index: int, opcode: int, qubits: tuple[int, ...], params: tuple[float, ...]
    ) -> cirq.Operation:
        """Return the cirq operation of a row that is neither a barrier nor a measurement."""
        import cirq

        gate = self.gates.get((opcode, params))
        if gate is None:
            gate = self.gates[opcode, params] = self._gate(opcode, params)
        op: cirq.Operation = cirq.GateOperation(gate, [self.qubits[q] for q in qubits])
        if opcode == EPR:
            op = op.with_tags(f"{EPR_TAG}{self.program.tags.get(index, '')}")
        return op

    def _gate(self, opcode: int, params: tuple[float, ...]) -> cirq.Gate:
        import cirq

        if opcode == RESET:
            return cirq.ResetChannel()
        if opcode == EPR:
            return cirq.StatePreparationChannel(np.array([1, 0, 0, 1]) / np.sqrt(2), name="EPR")
        if opcode == UNITARY:
            return cirq.MatrixGate(self.program.matrices[int(params[0])], unitary_check=False)
        return cirq_gate(opcode, params)

    def place(self, op: cirq.Operation, qubits: tuple[int, ...], earliest: int = 0) -> int:
        """Append an operation to the first moment that is free on its qubits; return the moment."""
        free = self.free
        moment = earliest
        for q in qubits:
            if free[q] > moment:
                moment = free[q]
        after = moment + 1
        for q in qubits:
            free[q] = after
        if moment < len(self.moments):
            self.moments[moment].append(op)
            return moment
        while len(self.moments) < moment:
            self.moments.append([])
        self.moments.append([op])
        return moment

    def fence(self, qubits: tuple[int, ...]) -> None:
        """Let later operations on these qubits come after all earlier ones on any of them."""
        latest = max((self.free[q] for q in qubits), default=0)
        for q in qubits:
            self.free[q] = latest

    def place_measurement(
        self, index: int, qubits: tuple[int, ...], bit: int, condition: int
    ) -> None:
        """Append a measurement, after earlier uses of its keys."""
        import cirq

        if condition >= 0:
            raise TraplineError(
                f"operation {index} is a measurement under a condition, which cirq cannot hold",
                hint="write OpenQASM 3 instead, or measure without the condition",
            )
        for key, operands in self._measured_keys(index, qubits, bit):
            earliest = 1 + max(self.written.get(key, -1), self.read.get(key, -1))
            targets = [self.qubits[q] for q in operands]
            gate = cirq.MeasurementGate(len(targets), cirq.MeasurementKey.parse_serialized(key))
            self.written[key] = self.place(gate(*targets), operands, earliest)
        self.measured[bit : bit + len(qubits)] = [True] * len(qubits)

    def _measured_keys(
        self, index: int, qubits: tuple[int, ...], bit: int
    ) -> Iterable[tuple[str, tuple[int, ...]]]:
        place = self.bit_keys[bit]
        size = place.full.bit_length()
        if size == 1:
            return [(self.bit_keys[bit + j].key, (q,)) for j, q in enumerate(qubits)]
        if size != len(qubits) or place.weight != 1 << (size - 1):
            raise TraplineError(
                f"operation {index} measures a part of the {size} bits of key {place.key!r}",
                hint="measure all the bits of a key in one operation",
            )
        return [(place.key, qubits)]

    def place_controlled(
        self, op: cirq.Operation, qubits: tuple[int, ...], condition: tuple[Any, ...]
    ) -> None:
        """Append an operation once for every disjoint case of its condition."""
        for case in cases_of(condition, self.bit_keys, self.measured):
            keys = {test.key for test in case}
            earliest = 1 + max((self.written[key] for key in keys), default=-1)
            moment = self.place(_controlled(op, case), qubits, earliest)
            for key in keys:
                self.read[key] = max(moment, self.read.get(key, -1))


def _controlled(op: cirq.Operation, case: tuple[KeyTest, ...]) -> cirq.Operation:
    import cirq

    return cirq.ClassicallyControlledOperation(op, [*map(cirq_condition, case)]) if case else op


def _places(register: Register) -> list[BitKey]:
    if not register.keyed:
        return [BitKey(key_of(register, i), 1, 1) for i in range(register.size)]
    full = (1 << register.size) - 1
    return [BitKey(register.name, 1 << (register.size - 1 - i), full) for i in range(register.size)]


def _circuit_tags(program: Program, layout: _Layout) -> tuple[str, ...]:
    """Return tags for the notes, and for registers that the circuit itself does not tell."""
    notes = {name: value for name, value in program.notes.items() if name != CIRQ_QUBITS_NOTE}
    tags = [f"{NOTES_TAG}{json.dumps(notes, sort_keys=True)}"] if notes else []
    if len(set(layout.qubits)) < len(layout.qubits):
        raise TraplineError("two qubits of the program have the same name in cirq")
    seen = infer_registers([str(q) for q in sorted(layout.qubits[i] for i in _used(program))])
    keys = inferred_bits(
        (key, size)
        for key, size in (
            (place.key, place.full.bit_length())
            for place, done in zip(layout.bit_keys, layout.measured, strict=True)
            if done
        )
    )
    if (seen, keys) != (program.qubit_registers, program.bit_registers):
        tags.append(
            REGISTERS_TAG + registers_to_json(program.qubit_registers, program.bit_registers)
        )
    return tuple(tags)


def _used(program: Program) -> list[int]:
    """Return the qubits with an operation that is neither a barrier nor conditional."""
    always = (program.opcodes != BARRIER) & (program.conditions < 0)
    used: list[int] = np.unique(
        program.operands[np.repeat(always, np.diff(program.operand_start))]
    ).tolist()
    return used


def inferred_bits(keys: Iterable[tuple[str, int]]) -> tuple[Register, ...]:
    """Return the bit registers that an importer makes of measurement keys and their sizes."""
    sizes = dict(keys)
    registers: list[Register] = []
    single: list[str] = []
    for key in sorted(sizes, key=_natural):
        if sizes[key] == 1:
            single.append(key)
            continue
        registers.extend(infer_registers(single))
        single.clear()
        registers.append(Register(key, sizes[key], keyed=True))
    return (*registers, *infer_registers(single))


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    parts = re.split(r"([0-9]+)", name)
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)
