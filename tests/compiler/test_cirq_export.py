"""Programs as cirq circuits."""

from __future__ import annotations

from math import pi

import cirq
import numpy as np
import pytest

from trapline.compiler.cirq_export import program_to_cirq
from trapline.compiler.cirq_gates import cirq_gate
from trapline.errors import TraplineError
from trapline.passes.gates import GATES, Gate, gate_matrix
from trapline.passes.program import Condition, Program, ProgramBuilder, Register, Term


def build(n_bits: int = 2) -> ProgramBuilder:
    return ProgramBuilder("t", [Register("q", 3)], [Register("c", n_bits)])


@pytest.mark.parametrize("gate", [g for g in GATES if g.matrix is not None], ids=lambda g: g.name)
def test_a_gate_is_exact_for_angles_far_beyond_two_pi(gate: Gate) -> None:
    rng = np.random.default_rng(gate.opcode)
    for _ in range(20):
        angles = tuple(rng.uniform(-20, 20, gate.n_params).tolist())
        found = cirq.unitary(cirq_gate(gate.opcode, angles))
        wanted = gate_matrix(gate.opcode, angles)
        overlap = np.vdot(wanted, found) / len(wanted)
        np.testing.assert_allclose(found, overlap * wanted, atol=1e-9)
        if gate.n_qubits > 1 and gate.axes.startswith("z"):  # a control sees the phase
            assert overlap == pytest.approx(1) or gate.name in ("rzz", "rzx")


def test_controlled_gates_change_sign_after_a_full_turn() -> None:
    u3 = next(g for g in GATES if g.name == "cu3")
    matrix = cirq.unitary(cirq_gate(u3.opcode, (2 * pi, 0.0, 0.0)))
    np.testing.assert_allclose(matrix, np.diag([1, 1, -1, -1]), atol=1e-12)


def test_operations_go_into_the_earliest_moment() -> None:
    out = build()
    out.add("h", [0])
    out.add("cx", [0, 1])
    out.add("x", [2])
    q = [cirq.NamedQubit(f"q[{i}]") for i in range(3)]
    assert program_to_cirq(out.build()) == cirq.Circuit(
        [cirq.Moment(cirq.H(q[0]), cirq.X(q[2])), cirq.Moment(cirq.CX(q[0], q[1]))],
        tags=program_to_cirq(out.build()).tags,
    )


def test_a_barrier_keeps_later_operations_in_later_moments() -> None:
    out = build()
    out.add("h", [0])
    out.add("barrier", [0, 1])
    out.add("x", [1])
    out.add("x", [2])
    moments = [{str(op.qubits[0]) for op in m} for m in program_to_cirq(out.build())]
    assert moments == [{"q[0]", "q[2]"}, {"q[1]"}]


def test_a_controlled_operation_comes_after_its_measurement_and_before_the_next() -> None:
    out = build()
    out.add("measure", [0], bit=0)
    out.add("x", [1], condition=(Term((0,), 1),))
    out.add("measure", [2], bit=0)
    circuit = program_to_cirq(out.build())
    assert [len(m) for m in circuit] == [1, 1, 1]


@pytest.mark.parametrize(
    "condition",
    [
        (Term((0,), 1),),
        (Term((0,), 0),),
        (Term((1, 0), 2),),
        (Term((0, 1), 1, equal=False),),
        (Term((0, 1, 2, 3), 5, equal=False),),
        (Term((2, 3), 2),),
        (Term((3,), 1), Term((0, 2), 3, equal=False)),
        (Term((0, 4), 1),),
        (Term((0, 4), 2),),
        (Term((4,), 0, equal=False),),
    ],
)
def test_a_condition_holds_for_exactly_its_values(condition: Condition) -> None:
    """Bits 0, 1 are keys of their own, bits 2, 3 one key, bit 4 is never measured."""
    registers = [Register("c", 2), Register("k", 2, keyed=True), Register("never", 1)]
    for value in range(16):
        out = ProgramBuilder("t", [Register("q", 5)], registers)
        for qubit in range(4):
            if value >> qubit & 1:
                out.add("x", [qubit])
        out.add("measure", [0], bit=0)
        out.add("measure", [1], bit=1)
        out.add("measure", [2, 3], bit=2)
        out.add("x", [4], condition=condition)
        holds = all(
            (sum((value >> b & 1) << i for i, b in enumerate(term.bits)) == term.value)
            == term.equal
            for term in condition
        )
        circuit = program_to_cirq(out.build())
        circuit.append(cirq.measure(cirq.NamedQubit("q[4]"), key="result"))
        result = cirq.Simulator(seed=0).run(circuit)
        assert bool(result.measurements["result"][0, 0]) == holds


def epr() -> Program:
    out = build()
    number = out.add("epr", [0, 2])
    out.tags[number] = "a-b"
    out.notes["qubit_map"] = {"x": "q[0]"}
    return out.build()


def test_an_epr_pair_is_one_tagged_operation_that_survives_json_and_runs() -> None:
    circuit = program_to_cirq(epr())
    again = cirq.read_json(json_text=cirq.to_json(circuit))
    assert again == circuit
    (op,) = again.all_operations()
    assert op.tags == ("trapline:epr a-b",)
    state = cirq.Simulator(seed=0).simulate(again).final_state_vector
    np.testing.assert_allclose(np.abs(state), [0.5**0.5, 0, 0, 0.5**0.5], atol=1e-6)


def test_a_measurement_under_a_condition_is_refused() -> None:
    out = build()
    out.add("measure", [0], bit=0)
    out.add("measure", [1], bit=1, condition=(Term((0,), 1),))
    with pytest.raises(TraplineError, match="operation 1 is a measurement under a condition"):
        program_to_cirq(out.build())


def test_a_part_of_a_joint_key_cannot_be_measured() -> None:
    out = ProgramBuilder("t", [Register("q", 2)], [Register("k", 2, keyed=True)])
    out.add("measure", [0], bit=0)
    with pytest.raises(TraplineError, match="a part of the 2 bits of key 'k'"):
        program_to_cirq(out.build())
