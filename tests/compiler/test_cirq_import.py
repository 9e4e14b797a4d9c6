"""Circuits of cirq as programs."""

from __future__ import annotations

import json

import cirq
import numpy as np
import pytest
import sympy
from hypothesis import given, settings

from strategies import programs
from trapline.compiler.cirq_export import program_to_cirq
from trapline.compiler.cirq_import import program_from_cirq, program_from_cirq_json
from trapline.errors import InputError
from trapline.passes.gates import BARRIER, GATES
from trapline.passes.program import Program, Term

Q = cirq.LineQubit.range(5)


def names(program: Program) -> list[str]:
    return [GATES[op].name for op in program.opcodes]


def matrix_of(program: Program) -> np.ndarray:
    from trapline.compiler.qasm_gates import Expansion, expansion_matrix

    rows = tuple((op, params, qubits) for op, qubits, params, _, _ in program.rows())
    return expansion_matrix(Expansion(rows), program.n_qubits, program.matrices)


GATES_OF_CIRQ = [
    cirq.X, cirq.Y**0.3, cirq.Z**-0.25, cirq.H**0.4, cirq.S, cirq.T**-1, cirq.rx(7.1),
    cirq.ry(-9.2), cirq.rz(0.3), cirq.XPowGate(exponent=0.5, global_shift=0.3),
    cirq.PhasedXPowGate(phase_exponent=0.2),
    cirq.PhasedXZGate(x_exponent=0.1, z_exponent=1.7, axis_phase_exponent=-0.6), cirq.I,
    cirq.MatrixGate(cirq.testing.random_unitary(2, random_state=1)),
    cirq.CX, cirq.CX**0.5, cirq.CX**-1.3, cirq.CZ**0.7, cirq.SWAP, cirq.SWAP**0.4,
    cirq.ISWAP, cirq.ISWAP**-1, cirq.XX**0.3, cirq.YY**-0.7, cirq.ZZ**1.9, cirq.ms(0.4),
    cirq.FSimGate(0.3, 0.8),
    cirq.givens(0.3), cirq.QuantumFourierTransformGate(2), cirq.ControlledGate(cirq.Y),
    cirq.ControlledGate(cirq.rx(9.0)), cirq.ControlledGate(cirq.Z**0.3, control_values=[0]),
    cirq.ControlledGate(cirq.PhasedXPowGate(phase_exponent=0.3, exponent=0.2)),
    cirq.ControlledGate(cirq.GlobalPhaseGate(1j)),
    cirq.MatrixGate(cirq.testing.random_unitary(4, random_state=2)),
    cirq.CCX, cirq.CCZ, cirq.CCX**0.4, cirq.CCZ**-0.3, cirq.CSWAP,
    cirq.ControlledGate(cirq.X, num_controls=2, control_values=[1, 0]),
    cirq.ControlledGate(cirq.SWAP**0.3), cirq.ControlledGate(cirq.ISWAP),
    cirq.MatrixGate(cirq.testing.random_unitary(8, random_state=3)),
    cirq.ControlledGate(cirq.X, num_controls=3), cirq.ControlledGate(cirq.X**0.5, num_controls=3),
    cirq.ControlledGate(cirq.X, num_controls=4), cirq.QuantumFourierTransformGate(4),
    cirq.DiagonalGate([0.1 * k for k in range(16)]), cirq.IdentityGate(2),
]  # fmt: skip


@pytest.mark.parametrize("gate", GATES_OF_CIRQ, ids=lambda g: str(g).split("\n")[0][:40])
def test_a_gate_keeps_its_unitary(gate: cirq.Gate) -> None:
    qubits = Q[: cirq.num_qubits(gate)]
    program = program_from_cirq(cirq.Circuit(gate(*qubits)))
    wanted, found = cirq.unitary(gate), matrix_of(program)
    assert abs(np.vdot(wanted, found)) == pytest.approx(len(wanted), abs=1e-7)


@pytest.mark.parametrize(
    ("gate", "name"),
    [
        (cirq.CCX, "ccx"),
        (cirq.ControlledGate(cirq.CX), "ccx"),
        (cirq.ControlledGate(cirq.Z, num_controls=2), "ccz"),
        (cirq.ControlledGate(cirq.X, num_controls=3), "c3x"),
        (cirq.ControlledGate(cirq.SWAP), "cswap"),
        (cirq.ControlledGate(cirq.rz(0.1)), "crz"),
        (cirq.MatrixGate(cirq.unitary(cirq.CX)), "cx"),
        (cirq.CCX**0.3, "unitary"),
        (cirq.MatrixGate(cirq.testing.random_unitary(4, random_state=4)), "unitary"),
    ],
)
def test_a_known_gate_stays_whole(gate: cirq.Gate, name: str) -> None:
    program = program_from_cirq(cirq.Circuit(gate(*Q[: cirq.num_qubits(gate)])))
    assert names(program) == [name]


@settings(max_examples=40)
@given(programs(max_qubits=5, max_ops=15, overwrite_bits=True))
def test_a_program_comes_back_from_cirq_and_from_json(program: Program) -> None:
    circuit = program_to_cirq(program)
    text = cirq.to_json(circuit)
    again = program_from_cirq_json(text, program.name)
    assert again.qubit_registers == program.qubit_registers
    assert again.bit_registers == program.bit_registers
    assert program_to_cirq(again).all_measurement_key_names() == circuit.all_measurement_key_names()
    assert np.count_nonzero(again.opcodes != BARRIER) >= len(set(circuit.all_operations()))
    if not program.n_bits and "reset" not in names(program):
        found, wanted = matrix_of(again), matrix_of(without_barriers(program))
        assert abs(np.vdot(found, wanted)) == pytest.approx(len(wanted), abs=1e-7)


def without_barriers(program: Program) -> Program:
    from trapline.passes.program import ProgramBuilder

    out = ProgramBuilder(program.name, program.qubit_registers, program.bit_registers)
    for opcode, qubits, params, bit, _ in program.rows():
        if opcode != BARRIER:
            out.add(opcode, qubits, params, bit=bit)
    return out.build()


@pytest.mark.parametrize(
    "qubits",
    [
        cirq.LineQubit.range(3),
        cirq.GridQubit.rect(1, 3),
        [cirq.NamedQubit(n) for n in ("a", "b[1]", "q(3)")],
        [cirq.NamedQid("x", dimension=2), cirq.LineQubit(-1), cirq.NamedQubit("r[0]")],
    ],
)
def test_qubits_and_keys_come_back_the_very_same(qubits: list[cirq.Qid]) -> None:
    a, b, c = qubits
    circuit = cirq.Circuit(
        cirq.H(a), cirq.CX(a, b), cirq.measure(b, a, key="pair"), cirq.measure(c, key="c[0]")
    )
    again = program_to_cirq(program_from_cirq(circuit))
    assert list(again.all_operations()) == list(circuit.all_operations())


class Ion(cirq.Qid):
    """A qubit of a class that cirq does not know."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def dimension(self) -> int:
        return 2

    def _comparison_key(self) -> str:
        return self.name

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"Ion({self.name!r})"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (cirq.LineQubit(3), cirq.NamedQubit("q(3)")),
        (cirq.GridQubit(1, 2), cirq.NamedQubit("q(1, 2)")),
        (cirq.NamedQubit("x (d=2)"), cirq.NamedQid("x", dimension=2)),
        (cirq.NamedQubit("q_0"), Ion("q_0")),
    ],
)
def test_two_qubits_that_print_alike_are_refused_by_name(first: cirq.Qid, second: cirq.Qid) -> None:
    circuit = cirq.Circuit(cirq.X(first), cirq.CX(Q[0], second))
    with pytest.raises(InputError, match="both print as") as caught:
        program_from_cirq(circuit)
    assert repr(first) in caught.value.message
    assert repr(second) in caught.value.message
    assert "transform_qubits" in caught.value.hint
    renamed = circuit.transform_qubits({second: cirq.NamedQubit("other")})
    assert program_from_cirq(renamed).n_qubits == 3


def test_a_qubit_of_a_class_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(InputError, match="qubit ion: Object of type Ion is not JSON") as caught:
        program_from_cirq(cirq.Circuit(cirq.X(Ion("ion"))))
    assert "transform_qubits" in caught.value.hint


def test_idle_qubits_and_notes_survive_the_way_through_json() -> None:
    from trapline.passes.program import ProgramBuilder, Register

    out = ProgramBuilder("t", [Register("b", 2), Register("a", 3)], [Register("c", 4)])
    out.add("h", [3])
    out.add("measure", [3], bit=2)
    number = out.add("epr", [0, 1])
    out.tags[number] = "x"
    out.notes["k"] = [1, {"v": None}]
    again = program_from_cirq_json(cirq.to_json(program_to_cirq(out.build())))
    assert again.qubit_names == ["b[0]", "b[1]", "a[0]", "a[1]", "a[2]"]
    assert again.bit_names == [f"c[{i}]" for i in range(4)]
    assert again.notes == {"k": [1, {"v": None}]}
    assert list(again.tags.values()) == ["x"]


def test_an_inverted_measurement_is_x_before_and_after() -> None:
    circuit = cirq.Circuit(cirq.measure(Q[0], Q[1], key="m", invert_mask=(False, True)))
    program = program_from_cirq(circuit)
    assert names(program) == ["x", "measure", "x"]
    assert program.qubits_of(1) == (0, 1)


def test_a_pauli_measurement_is_decomposed() -> None:
    program = program_from_cirq(
        cirq.Circuit(cirq.measure_single_paulistring(cirq.X(Q[0]) * cirq.Z(Q[1]), key="m"))
    )
    assert names(program).count("measure") == 1
    assert program.bit_names == ["m"]


def test_circuit_operations_are_unrolled_with_their_keys() -> None:
    inner = cirq.FrozenCircuit(cirq.X(Q[0]), cirq.measure(Q[0], key="a"))
    op = cirq.CircuitOperation(inner, repetitions=2).with_measurement_key_mapping({"a": "z"})
    circuit = cirq.Circuit(op, cirq.Y(Q[1]).with_classical_controls("z"))
    program = program_from_cirq(circuit)
    assert names(program) == ["x", "measure", "x", "measure", "y"]
    assert program.bit_names == ["z"]
    assert program.condition_of(4) == (Term((0,), 1),)


@pytest.mark.parametrize(
    ("condition", "term"),
    [
        ("m", Term((1, 0), 0, equal=False)),
        (cirq.BitMaskKeyCondition("m", target_value=2, equal_target=True), Term((1, 0), 2)),
        (
            cirq.BitMaskKeyCondition("m", target_value=2, equal_target=True, bitmask=2),
            Term((0,), 1),
        ),
        (cirq.BitMaskKeyCondition("m", bitmask=1), Term((1,), 1)),
        (sympy.Eq(sympy.Symbol("m"), 1), Term((1, 0), 1)),
        (sympy.Ne(sympy.Symbol("m"), 3), Term((1, 0), 3, equal=False)),
    ],
)
def test_a_classical_control_becomes_a_term(condition: object, term: Term) -> None:
    circuit = cirq.Circuit(
        cirq.measure(Q[0], Q[1], key="m"), cirq.X(Q[2]).with_classical_controls(condition)
    )
    assert program_from_cirq(circuit).condition_of(1) == (term,)


@pytest.mark.parametrize(
    ("op", "says"),
    [
        (cirq.depolarize(0.1)(Q[0]), "moment 1: depolarize"),
        (cirq.X(Q[0]) ** sympy.Symbol("t"), "has a symbol"),
        (cirq.measure(Q[0], key="n", confusion_map={(0,): np.eye(2)}), "confusion map"),
        (cirq.IdentityGate(1, (3,))(cirq.LineQid(0, 3)), "3 levels"),
        (cirq.X(Q[1]).with_classical_controls(sympy.Symbol("m") > 0), "not a comparison"),
        (
            cirq.X(Q[1]).with_classical_controls(cirq.KeyCondition(cirq.MeasurementKey("m"), 0)),
            "earlier",
        ),
        (cirq.StatePreparationChannel(np.array([1, 1]))(Q[0]), "other than an EPR pair"),
        (cirq.Rx(rads=float("nan"))(Q[0]), "not a finite number"),
        (cirq.CZPowGate(exponent=float("nan"))(Q[0], Q[1]), "not a finite number"),
        (cirq.ISwapPowGate(exponent=float("inf"))(Q[0], Q[1]), "not a finite number"),
        (
            cirq.PhasedXZGate(x_exponent=float("nan"), z_exponent=0, axis_phase_exponent=0)(Q[0]),
            "not",
        ),
        (
            cirq.CircuitOperation(
                cirq.FrozenCircuit(cirq.measure(Q[0], key="r")),
                repeat_until=cirq.KeyCondition(cirq.MeasurementKey("r")),
                use_repetition_ids=False,
            ),
            "repeats until",
        ),
    ],
)
def test_what_cannot_be_compiled_is_refused_with_its_moment(op: cirq.Operation, says: str) -> None:
    circuit = cirq.Circuit(cirq.Moment(cirq.measure(Q[3], key="m")), cirq.Moment(op))
    with pytest.raises(InputError, match=says):
        program_from_cirq(circuit)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": \n', "malformed JSON"),
        ('{"a": 1}', "expected a circuit"),
        (json.dumps({"cirq_type": "NoSuchThing"}), "not cirq JSON"),
        (cirq.to_json(cirq.X), "found a _PauliX"),
    ],
)
def test_json_that_is_not_a_circuit_is_refused(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        program_from_cirq_json(text)
