"""Stim circuits as programs.

Qubit k is `q[k]`, the k-th measurement is bit `rec[k]`. REPEAT is unrolled. TICK is ignored: it
marks time in Stim and orders nothing. DETECTOR, OBSERVABLE_INCLUDE and coordinates are ignored and
their names kept in the note `stim_ignored`.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, NoReturn, cast

from trapline.compiler.cirq_names import registers_from_json
from trapline.compiler.stim_gates import (
    BITS_COMMENT,
    EPR_TAG,
    JOINT_TAG,
    NOTES_COMMENT,
    REGISTERS_COMMENT,
    TABLE_GATES,
    half_pi_angles,
    unitaries,
)
from trapline.errors import InputError, TraplineError
from trapline.passes.program import Program, ProgramBuilder, Register, Term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import stim  # type: ignore[import-untyped]  # Stim ships no py.typed marker

_IGNORED = ("DETECTOR", "OBSERVABLE_INCLUDE", "QUBIT_COORDS", "SHIFT_COORDS", "TICK")
MOST_INSTRUCTIONS = 10_000_000
"""Most instructions, with all REPEAT unrolled."""

_FEEDBACK = {"CX": "x", "CY": "y", "CZ": "z", "XCZ": "x", "YCZ": "y"}


def read_stim(text: str, name: str = "circuit", file: str = "<text>") -> Program:
    """Read a Stim circuit without noise.

    Args:
        text: The circuit.
        name: Name of the program.
        file: Name for messages.

    Raises:
        InputError: Malformed text, noise, or an instruction that has no counterpart.
    """
    import stim

    try:
        circuit = stim.Circuit(text)
    except ValueError as error:
        _fail_at_line(text, file, str(error))
    return _Reader(circuit, text, name, file).run()


def _fail_at_line(text: str, file: str, message: str) -> NoReturn:
    """Raise an `InputError` at the first line that Stim refuses by itself."""
    import stim

    for number, line in enumerate(text.split("\n"), 1):
        bare = line.split("#")[0].strip()
        if bare.endswith("{"):
            bare += "\nH 0\n}"
        try:
            stim.Circuit("" if bare == "}" else bare)
        except ValueError as error:
            column = len(line) - len(line.lstrip()) + 1
            raise InputError(
                str(error).split("\n")[0],
                file=file,
                line=number,
                column=column,
                source_line=line,
                hint="see the Stim circuit file format",
            ) from None
    raise InputError(message.split("\n")[0], file=file)


def _length(circuit: stim.Circuit) -> int:
    """Count the instructions of a circuit, blocks as often as they repeat."""
    import stim

    return sum(
        item.repeat_count * _length(item.body_copy())
        if isinstance(item, stim.CircuitRepeatBlock)
        else 1
        for item in circuit
    )


class _Reader:
    """One reading of a circuit."""

    def __init__(self, circuit: stim.Circuit, text: str, name: str, file: str) -> None:
        self.file = file
        self.text = text
        count = _length(circuit)
        if count > MOST_INSTRUCTIONS:
            self.fail("REPEAT", f"{count} instructions, at most {MOST_INSTRUCTIONS} are unrolled")
        self.flat = circuit.flattened()
        notes = _comment(text, NOTES_COMMENT, file)
        self.ignored: set[str] = set()
        self.records: list[int] = []
        count = self.flat.num_measurements
        places = _comment(text, BITS_COMMENT, file)
        self.bit_of_record = cast("list[int]", places) if places else list(range(count))
        registers = next(
            (line for line in text.split("\n") if line.startswith(REGISTERS_COMMENT)), None
        )
        qubits: tuple[Register, ...] = (Register("q", max(1, self.flat.num_qubits)),)
        bits: tuple[Register, ...] = (Register("rec", count),) if count else ()
        if registers is not None:
            try:
                qubits, bits = registers_from_json(registers[len(REGISTERS_COMMENT) :])
            except TraplineError as error:
                raise InputError(error.message, file=file) from None
        self.builder = ProgramBuilder(name, qubits, bits)
        if isinstance(notes, dict):
            self.builder.notes.update(cast("dict[str, object]", notes))
        sizes = sum(r.size for r in qubits), sum(r.size for r in bits)
        if self.flat.num_qubits > sizes[0] or max(self.bit_of_record, default=-1) >= sizes[1]:
            raise InputError("the comments for Trapline do not fit the circuit", file=file)

    def run(self) -> Program:
        """Append every instruction and return the program."""
        instructions = [*cast("Iterable[stim.CircuitInstruction]", self.flat)]
        index = 0
        while index < len(instructions):
            instruction = instructions[index]
            if instruction.tag.startswith(EPR_TAG) and self.epr(instructions[index : index + 3]):
                index += 3
                continue
            self.instruction(instruction)
            index += 1
        if self.ignored:
            self.builder.notes["stim_ignored"] = sorted(self.ignored)
        return self.builder.build()

    def fail(self, name: str, why: str, hint: str = "") -> NoReturn:
        """Raise an `InputError` at the first line that has the instruction."""
        for number, line in enumerate(self.text.split("\n"), 1):
            words = line.split("#")[0].replace("(", " ").replace("[", " ").split()
            if words and words[0].upper() == name:
                column = len(line) - len(line.lstrip()) + 1
                raise InputError(
                    f"{name}: {why}",
                    hint=hint,
                    file=self.file,
                    line=number,
                    column=column,
                    source_line=line,
                )
        raise InputError(f"{name}: {why}", hint=hint, file=self.file)

    def epr(self, three: Sequence[stim.CircuitInstruction]) -> bool:
        """Append R, H, CX with one tag as an EPR pair; say whether they were one."""
        names = [i.name for i in three]
        targets = [[t.value for t in i.targets_copy()] for i in three]
        if names != ["R", "H", "CX"] or len({i.tag for i in three}) != 1:
            return False
        pair = targets[0]
        if len(pair) != 2 or targets[1] != pair[:1] or targets[2] != pair:
            return False
        number = self.builder.add("epr", pair)
        self.builder.tags[number] = three[0].tag[len(EPR_TAG) :]
        return True

    def instruction(self, instruction: stim.CircuitInstruction) -> None:
        """Append one instruction."""
        import stim

        name = instruction.name
        if name in _IGNORED:
            if name != "TICK":
                self.ignored.add(name)
            return
        data = stim.gate_data(name)
        if data.is_noisy_gate and (not data.produces_measurements or instruction.gate_args_copy()):
            self.fail(name, "noise cannot be compiled", "remove it; targets carry the noise")
        groups = instruction.target_groups()
        append = self._handler(name, data)
        if append is None:
            self.fail(name, "is not supported", "write it as gates, measurements and resets")
        if instruction.tag.startswith(JOINT_TAG):
            self.joint(instruction)
            return
        for group in groups:
            append(name, group)

    def _handler(
        self, name: str, data: stim.GateData
    ) -> Callable[[str, list[stim.GateTarget]], None] | None:
        if name in ("SPP", "SPP_DAG"):
            return self.product_rotation
        if data.is_unitary:
            return self.unitary
        if name in ("R", "RX", "RY"):
            return self.reset
        if name in ("M", "MX", "MY", "MR", "MRX", "MRY"):
            return self.measurement
        return self.product if name in ("MPP", "MXX", "MYY", "MZZ") else None

    def unitary(self, name: str, targets: list[stim.GateTarget]) -> None:
        """Append a Clifford gate, or a Pauli gate controlled by a measurement."""
        if any(t.is_sweep_bit_target for t in targets):
            self.fail(name, "sweep bits cannot be compiled")
        record = next((t for t in targets if t.is_measurement_record_target), None)
        if record is not None:
            self.feedback(name, targets, record.value)
            return
        qubits = [t.value for t in targets]
        if name in TABLE_GATES:
            for gate, params, positions in TABLE_GATES[name]:
                self.builder.add(gate, [qubits[p] for p in positions], params)
        elif len(qubits) == 1:
            self.builder.add("u3", qubits, half_pi_angles(name))
        else:
            self.builder.add_unitary(unitaries()[name], qubits)

    def feedback(self, name: str, targets: list[stim.GateTarget], back: int) -> None:
        """Append a Pauli gate under a condition on a measurement record."""
        qubits = [t.value for t in targets if not t.is_measurement_record_target]
        gate = _FEEDBACK.get(name)
        if gate is None or len(qubits) != 1 or len(self.records) + back < 0:
            self.fail(name, "cannot be controlled by this measurement")
        bit = self.records[len(self.records) + back]
        self.builder.add(gate, qubits, condition=(Term((bit,), 1),))

    def turn(self, letter: str, qubit: int, *, back: bool) -> None:
        """Turn the axis X or Y of a qubit into Z, or back."""
        gates = {"X": ("h",), "Y": ("sdg", "h"), "Z": ()}[letter]
        undo = {"sdg": "s"}
        for gate in reversed(gates) if back else gates:
            self.builder.add(undo.get(gate, gate) if back else gate, [qubit])

    def reset(self, name: str, targets: list[stim.GateTarget]) -> None:
        """Append a reset into the first state of an axis."""
        qubit = targets[0].value
        self.builder.add("reset", [qubit])
        self.turn(name[1:] or "Z", qubit, back=True)

    def record(self, qubit: int, *, inverted: bool) -> None:
        """Append a measurement along Z into the next record."""
        bit = self.bit_of_record[len(self.records)]
        if inverted:
            self.builder.add("x", [qubit])
        self.builder.add("measure", [qubit], bit=bit)
        if inverted:
            self.builder.add("x", [qubit])
        self.records.append(bit)

    def measurement(self, name: str, targets: list[stim.GateTarget]) -> None:
        """Append a measurement of one qubit along an axis, perhaps with a reset."""
        target = targets[0]
        letter = name.lstrip("MR") or "Z"
        self.turn(letter, target.value, back=False)
        self.record(target.value, inverted=target.is_inverted_result_target)
        if "R" in name:
            self.builder.add("reset", [target.value])
        self.turn(letter, target.value, back=True)

    def joint(self, instruction: stim.CircuitInstruction) -> None:
        """Append measurements that were one operation when the circuit was written."""
        qubits = [t.value for t in instruction.targets_copy()]
        size = int(instruction.tag[len(JOINT_TAG) :])
        for start in range(0, len(qubits), size):
            first = len(self.records)
            bits = self.bit_of_record[first : first + size]
            self.builder.add("measure", qubits[start : start + size], bit=bits[0])
            self.records.extend(bits)

    def product(self, name: str, targets: list[stim.GateTarget]) -> None:
        """Append the measurement of a product of Pauli operators."""
        letters, qubits, inverted = self.pauli_product(name, targets)
        self.gather(letters, qubits, back=False)
        self.record(qubits[-1], inverted=inverted)
        self.gather(letters, qubits, back=True)

    def product_rotation(self, name: str, targets: list[stim.GateTarget]) -> None:
        """Append a quarter turn about a product of Pauli operators."""
        letters, qubits, inverted = self.pauli_product(name, targets)
        self.gather(letters, qubits, back=False)
        self.builder.add("s" if (name == "SPP") != inverted else "sdg", [qubits[-1]])
        self.gather(letters, qubits, back=True)

    def pauli_product(
        self, name: str, targets: list[stim.GateTarget]
    ) -> tuple[list[str], list[int], bool]:
        """Return letters, qubits and sign of a product of Pauli operators."""
        factors = [t for t in targets if not t.is_combiner]
        letters = [t.pauli_type if t.pauli_type != "I" else name[-1] for t in factors]
        qubits = [t.value for t in factors]
        if len(set(qubits)) < len(qubits):
            self.fail(name, "a qubit appears twice in a product of Pauli operators")
        return letters, qubits, sum(t.is_inverted_result_target for t in factors) % 2 == 1

    def gather(self, letters: list[str], qubits: list[int], *, back: bool) -> None:
        """Collect the parity of a product in its last qubit, or undo that."""
        pairs = list(itertools.pairwise(qubits))
        if not back:
            for letter, qubit in zip(letters, qubits, strict=True):
                self.turn(letter, qubit, back=False)
        for a, b in reversed(pairs) if back else pairs:
            self.builder.add("cx", [a, b])
        if back:
            for letter, qubit in zip(letters, qubits, strict=True):
                self.turn(letter, qubit, back=True)


def _comment(text: str, start: str, file: str) -> object:
    """Return the JSON of a comment for Trapline, or None."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(start):
            try:
                return cast("object", json.loads(line[len(start) :]))
            except ValueError as error:
                raise InputError(
                    f"the JSON in this comment is damaged: {error}",
                    file=file,
                    line=number,
                    hint="remove the line",
                ) from None
    return None
