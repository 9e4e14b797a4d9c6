"""Circuits of cirq as programs.

Circuit operations are unrolled, moments are read in order, and global phases are dropped. A
measurement key of one qubit is a bit; a key of several qubits is a register whose bits are measured
together, the first qubit weighing most in the integer of the key.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from trapline.compiler.cirq_export import inferred_bits
from trapline.compiler.cirq_names import (
    CIRQ_QUBITS_NOTE,
    EPR_TAG,
    NOTES_TAG,
    REGISTERS_TAG,
    infer_registers,
    key_of,
    read_json,
    registers_from_json,
    special_qubits,
)
from trapline.compiler.cirq_recognise import Row, rows_of_gate
from trapline.errors import InputError
from trapline.passes.program import Condition, Program, ProgramBuilder, Term

if TYPE_CHECKING:
    from collections.abc import Iterator

    import cirq

_BELL = np.array([1, 0, 0, 1]) / np.sqrt(2)
_NOT_FINITE = "has an angle or an entry that is not a finite number"


def program_from_cirq(circuit: cirq.AbstractCircuit, name: str = "circuit") -> Program:
    """Return a cirq circuit as a program.

    Args:
        circuit: Without symbols, noise or qudits.
        name: Name of the program.

    Raises:
        InputError: An operation that has no counterpart; the message says which, and its moment.
    """
    return _Importer(circuit, name).run()


def program_from_cirq_json(text: str, name: str = "circuit", file: str = "<text>") -> Program:
    """Read a circuit from cirq JSON.

    Args:
        text: What `cirq.to_json` wrote.
        name: Name of the program.
        file: Name for messages.

    Raises:
        InputError: Malformed JSON, or JSON of something else than a circuit.
    """
    import cirq

    hint = "write the file with cirq.to_json(circuit, path)"
    try:
        json.loads(text)
    except ValueError as error:
        line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
        lines = text.split("\n")
        shown = lines[line - 1][:200] if 0 < line <= len(lines) else ""
        raise InputError(
            f"malformed JSON: {getattr(error, 'msg', error)}",
            file=file,
            line=line,
            column=min(column, 200),
            source_line=shown,
            hint=hint,
        ) from None
    try:
        found = read_json(text)
    except Exception as error:  # cirq raises whatever the damaged value makes Python raise
        raise InputError(f"not cirq JSON: {error}", file=file, hint=hint) from None
    if not isinstance(found, cirq.AbstractCircuit):
        kind = type(found).__name__
        raise InputError(f"found a {kind}, expected a circuit", file=file, hint=hint)
    try:
        return program_from_cirq(found, name)
    except InputError as error:
        raise InputError(error.message, file=file, hint=error.hint) from None


class _Importer:
    """One import: names first, then operations."""

    def __init__(self, circuit: cirq.AbstractCircuit, name: str) -> None:
        self.moment = 0
        self.ops = list(_unrolled(circuit))
        tags = [tag for tag in circuit.tags if isinstance(tag, str)]
        qubits = sorted(circuit.all_qubits())
        for qubit in qubits:
            if qubit.dimension != 2:
                raise InputError(f"{qubit} has {qubit.dimension} levels, expected a qubit")
        keys = self._keys()
        self.notes = _notes(tags)
        kept = special_qubits(qubits)
        if kept:
            self.notes[CIRQ_QUBITS_NOTE] = kept
        registers = next((t for t in tags if t.startswith(REGISTERS_TAG)), None)
        if registers is None:
            qubit_registers = infer_registers([str(q) for q in qubits])
            bit_registers = inferred_bits(keys.items())
        else:
            qubit_registers, bit_registers = registers_from_json(registers[len(REGISTERS_TAG) :])
        self.builder = ProgramBuilder(name, qubit_registers, bit_registers)
        names = [n for register in qubit_registers for n in register.members()]
        numbers = {n: i for i, n in enumerate(names)}
        missing = [str(q) for q in qubits if str(q) not in numbers]
        if missing:
            raise InputError(
                f"qubit {missing[0]} is not in the circuit's note of registers",
                hint=f"the circuit was changed since; remove its tag {REGISTERS_TAG}",
            )
        self.number: dict[cirq.Qid, int] = {q: numbers[str(q)] for q in qubits}
        self.bits = _bits_of_keys(bit_registers)
        self.rows: dict[Any, list[Row] | None] = {}

    def run(self) -> Program:
        """Append every operation and return the program."""
        import cirq

        plain = cirq.GateOperation
        known = self.rows
        for moment, op in self.ops:
            self.moment = moment
            rows = known.get(op.gate) if type(op) is plain and _hashable(op.gate) else None
            if rows is None:
                self.operation(op, ())
                continue
            qubits = [self.number[q] for q in op.qubits]
            for row in rows:
                self.append(row, qubits, ())
        self.builder.notes.update(self.notes)
        return self.builder.build()

    def _keys(self) -> dict[str, int]:
        """Return the measurement keys and their numbers of qubits."""
        import cirq

        keys: dict[str, int] = {}
        silent: dict[type, bool] = {}
        for moment, op in self.ops:
            self.moment = moment
            kind = type(op.gate)
            if kind not in silent:
                silent[kind] = isinstance(op.gate, cirq.EigenGate | cirq.PhasedXZGate)
            if not silent[kind] and cirq.is_measurement(op):
                key = str(cirq.measurement_key_obj(op))
                joint = isinstance(op.gate, cirq.MeasurementGate)
                size = len(op.qubits) if joint else 1
                if keys.setdefault(key, size) != size:
                    self.fail(op, f"key {key!r} was measured before on {keys[key]} qubits")
        return keys

    def fail(self, op: object, why: str, *, hint: str = "") -> NoReturn:
        """Raise an `InputError` about an operation."""
        try:
            text = str(op)
        except ValueError:  # cirq cannot show every angle that is not a number
            text = repr(op)
        shown = text.split("\n", maxsplit=1)[0][:120]
        raise InputError(f"moment {self.moment}: {shown}: {why}", hint=hint)

    def operation(self, op: cirq.Operation, condition: Condition) -> None:
        """Append one operation."""
        import cirq

        if isinstance(op.untagged, cirq.ClassicallyControlledOperation):
            terms = self.terms(op)
            if terms is not None:
                self.operation(op.without_classical_controls(), (*condition, *terms))
            return
        if cirq.is_parameterized(op):
            self.fail(op, "has a symbol", hint="resolve parameters first: cirq.resolve_parameters")
        if any(q.dimension != 2 for q in op.qubits):
            self.fail(op, "acts on a qudit")
        gate = op.gate
        qubits = [self.number[q] for q in op.qubits]
        if isinstance(gate, cirq.MeasurementGate):
            self.measurement(op, gate, qubits, condition)
        elif isinstance(gate, cirq.ResetChannel):
            self.builder.add("reset", qubits, condition=condition)
        elif isinstance(gate, cirq.WaitGate):
            self.builder.add("barrier", qubits)
        elif isinstance(gate, cirq.StatePreparationChannel):
            self.preparation(op, gate, qubits)
        else:
            self.unitary(op, qubits, condition)

    def measurement(
        self, op: cirq.Operation, gate: Any, qubits: list[int], when: Condition
    ) -> None:
        """Append a measurement; inverted results are X before and after."""
        if gate.confusion_map:
            self.fail(op, "has a confusion map, which is noise", hint="remove the noise")
        flipped = [q for q, invert in zip(qubits, gate.full_invert_mask(), strict=True) if invert]
        for q in flipped:
            self.builder.add("x", [q], condition=when)
        bits = self.bits[str(gate.mkey)]
        self.builder.add("measure", qubits, bit=bits[0], condition=when)
        for q in flipped:
            self.builder.add("x", [q], condition=when)

    def preparation(self, op: cirq.Operation, gate: Any, qubits: list[int]) -> None:
        """Append an EPR pair."""
        if gate.state.shape != (4,) or not np.allclose(gate.state, _BELL, atol=1e-9):
            self.fail(op, "prepares a state other than an EPR pair", hint="use resets and gates")
        tags = [t for t in op.tags if isinstance(t, str) and t.startswith(EPR_TAG)]
        number = self.builder.add("epr", qubits)
        if tags:
            self.builder.tags[number] = tags[0][len(EPR_TAG) :]

    def unitary(self, op: cirq.Operation, qubits: list[int], condition: Condition) -> None:
        """Append a gate as rows of the table, decomposing it when it must be."""
        import cirq

        gate: cirq.Gate | None = op.gate
        try:
            rows = None if gate is None else self.rows_of(gate)
        except ArithmeticError:  # cirq divides by zero where an exponent is infinite
            self.fail(op, _NOT_FINITE)
        if rows is not None:
            for row in rows:
                if not np.isfinite(row.params if row.matrix is None else row.matrix).all():
                    self.fail(op, _NOT_FINITE)
                self.append(row, qubits, condition)
            return
        if not (cirq.has_unitary(op) or cirq.is_measurement(op)):
            self.fail(
                op,
                "is neither a unitary, a measurement, a reset nor an EPR pair",
                hint="noise and custom channels cannot be compiled; remove them",
            )
        parts: list[cirq.Operation] = cirq.decompose_once(op, default=[], flatten=True)  # pyright: ignore[reportUnknownMemberType]  # cirq types it loosely
        if not parts and gate is None:
            parts = [cirq.MatrixGate(cirq.unitary(op))(*op.qubits)]
        if not parts or parts == [op]:
            self.fail(op, "has no decomposition into gates on at most two qubits")
        for part in parts:
            self.check_known(op, part)
            self.operation(part, condition)

    def check_known(self, op: cirq.Operation, part: cirq.Operation) -> None:
        """Fail if a decomposition needs a qubit that the circuit does not have."""
        if any(q not in self.number for q in part.qubits):
            self.fail(op, "decomposes into gates on extra qubits", hint="decompose it yourself")

    def rows_of(self, gate: cirq.Gate) -> list[Row] | None:
        """Return the rows of a gate, remembered for gates that can be hashed."""
        try:
            known = self.rows.get(gate, False)
        except TypeError:
            return rows_of_gate(gate)
        if known is False:
            known = self.rows[gate] = rows_of_gate(gate)
        return known if isinstance(known, list) else None

    def append(self, row: Row, qubits: list[int], condition: Condition) -> None:
        """Append a row on the qubits of its gate."""
        operands = [qubits[p] for p in row.positions]
        if row.matrix is not None:
            self.builder.add_unitary(row.matrix, operands, condition=condition)
        else:
            self.builder.add(row.name, operands, row.params, condition=condition)

    def terms(self, op: cirq.Operation) -> Condition | None:
        """Return the terms of an operation's classical controls; None when they never hold."""
        from trapline.compiler.cirq_conditions import UnknownConditionError, term_of

        terms: list[Term] = []
        for control in sorted(op.classical_controls, key=str):
            try:
                term = term_of(control, self.bits)
            except UnknownConditionError as error:
                self.fail(op, str(error))
            if term is False:
                return None
            if term is not True:
                terms.append(term)
        return tuple(terms)


def _hashable(gate: object) -> bool:
    return type(gate).__hash__ is not None


def _unrolled(circuit: cirq.AbstractCircuit) -> Iterator[tuple[int, cirq.Operation]]:
    """Yield the moment and the operation, circuit operations unrolled."""
    import cirq

    for number, moment in enumerate(circuit):
        for op in moment:
            bare = op.untagged
            if not isinstance(bare, cirq.CircuitOperation):
                yield number, op
                continue
            if bare.repeat_until is not None:
                raise InputError(
                    f"moment {number}: a circuit operation repeats until {bare.repeat_until}",
                    hint="only a fixed number of repetitions can be compiled",
                )
            try:
                inner = bare.mapped_circuit(deep=True)
            except ValueError as error:
                raise InputError(f"moment {number}: cannot unroll: {error}") from None
            for _, part in _unrolled(inner):
                yield number, part


def _notes(tags: list[str]) -> dict[str, object]:
    notes: dict[str, object] = {}
    for tag in tags:
        if tag.startswith(NOTES_TAG):
            try:
                notes.update(json.loads(tag[len(NOTES_TAG) :]))
            except (ValueError, TypeError) as error:
                raise InputError(f"the notes in the circuit's tags are damaged: {error}") from None
    return notes


def _bits_of_keys(registers: tuple[Any, ...]) -> dict[str, list[int]]:
    """Return the bits of every measurement key, in the order of the measured qubits."""
    bits: dict[str, list[int]] = {}
    first = 0
    for register in registers:
        for member in range(register.size):
            bits.setdefault(key_of(register, member), []).append(first + member)
        first += register.size
    return bits
