"""Stim circuits as programs and back."""

from __future__ import annotations

import numpy as np
import pytest
import stim
from hypothesis import given, settings

from strategies import programs
from trapline.compiler.qasm_gates import Expansion, expansion_matrix
from trapline.compiler.stim_format import looks_like_stim, read_stim, write_stim
from trapline.errors import InputError, TraplineError
from trapline.passes.gates import BARRIER, GATES
from trapline.passes.program import Program, ProgramBuilder, Register, Term


def names(program: Program) -> list[str]:
    return [GATES[op].name for op in program.opcodes]


UNITARY_NAMES = [
    name
    for name, data in stim.gate_data().items()
    if data.is_unitary and not name.startswith("SPP")
]


@pytest.mark.parametrize("name", UNITARY_NAMES)
def test_a_clifford_gate_keeps_its_unitary(name: str) -> None:
    data = stim.gate_data(name)
    targets = "1 0" if data.is_two_qubit_gate else "0"  # reversed, for Stim is little-endian
    program = read_stim(f"{name} {targets}\n")
    rows = tuple((op, params, qubits) for op, qubits, params, _, _ in program.rows())
    found = expansion_matrix(Expansion(rows), program.n_qubits, program.matrices)
    assert abs(np.vdot(data.unitary_matrix, found)) == pytest.approx(len(found), abs=1e-5)


@pytest.mark.parametrize(
    "line",
    ["MPP X0*Y1*Z2", "MPP !X0*Z2", "MXX 0 1", "MYY !0 2", "MZZ 0 2", "MX 0", "MY !1", "SPP X0*!Y2",
     "SPP_DAG Z0*Z1", "MRX 0", "MR !1", "M !0"],
)  # fmt: skip
def test_an_instruction_does_what_stim_does(line: str) -> None:
    """Compare states and records when random outcomes are forced to be equal."""
    start = "H 0\nCX 0 1\nS 1\nH 2\nS 2\nCX 2 1\n"
    text = f"{start}{line}\n{line}\n"
    ours = write_stim(read_stim(text))
    ends = []
    for circuit in (stim.Circuit(text), stim.Circuit(ours)):
        canon = []
        for choice in (False, True):
            simulator = stim.TableauSimulator(seed=1)
            forced(simulator, circuit, choice=choice)
            canon.append(
                (simulator.canonical_stabilizers(), simulator.current_measurement_record())
            )
        ends.append(canon)
    assert ends[0] == ends[1]


def forced(simulator: stim.TableauSimulator, circuit: stim.Circuit, *, choice: bool) -> None:
    """Run a circuit; every random Pauli product measurement gives `choice`."""
    for instruction in circuit.flattened():
        name = instruction.name
        if name.startswith("M") and name not in ("MR", "MRX", "MRY"):
            for group in instruction.target_groups():
                pauli = stim.PauliString(simulator.num_qubits)
                sign = 1
                for target in group:
                    if target.is_combiner:
                        continue
                    letter = target.pauli_type
                    letter = letter if letter != "I" else (name[-1] if name != "M" else "Z")
                    pauli *= stim.PauliString({target.value: letter})
                    sign *= -1 if target.is_inverted_result_target else 1
                simulator.postselect_observable(
                    pauli, desired_value=wanted(simulator, pauli, sign, choice=choice)
                )
                simulator.measure_observable(pauli * sign)
            continue
        if name in ("MR", "MRX", "MRY", "R"):
            for target in instruction.targets_copy():
                pauli = stim.PauliString({target.value: name[-1] if name[-1] in "XY" else "Z"})
                sign = -1 if target.is_inverted_result_target else 1
                value = wanted(simulator, pauli, sign, choice=choice)
                simulator.postselect_observable(pauli, desired_value=value)
        simulator.do(instruction)


def wanted(
    simulator: stim.TableauSimulator, pauli: stim.PauliString, sign: int, *, choice: bool
) -> bool:
    expectation = simulator.peek_observable_expectation(pauli)
    return (choice != (sign < 0)) if expectation == 0 else expectation < 0


@pytest.mark.parametrize("name", ["R", "RX", "RY"])
def test_a_reset_leaves_the_first_state_of_its_axis(name: str) -> None:
    simulator = stim.TableauSimulator(seed=0)
    simulator.do(stim.Circuit(write_stim(read_stim(f"H 0\nS 0\nX 0\n{name} 0\n"))))
    axis = stim.PauliString(name[1:] or "Z")
    assert simulator.peek_observable_expectation(axis) == 1


def test_repeat_is_unrolled_and_annotations_are_noted() -> None:
    text = (
        "QUBIT_COORDS(0, 1) 0\nR 0 1\nREPEAT 3 {\n  H 0\n  TICK\n  M 0\n  CX rec[-1] 1\n"
        "  DETECTOR rec[-1]\n}\nOBSERVABLE_INCLUDE(0) rec[-1]\n"
    )
    program = read_stim(text)
    assert names(program) == ["reset"] * 2 + ["h", "measure", "x"] * 3
    assert [program.condition_of(i) for i in (4, 7, 10)] == [(Term((b,), 1),) for b in range(3)]
    assert program.notes["stim_ignored"] == ["DETECTOR", "OBSERVABLE_INCLUDE", "QUBIT_COORDS"]


def test_feedback_works_from_both_sides() -> None:
    program = read_stim("M 0 1\nCZ rec[-2] 2\nXCZ 2 rec[-1]\nCY rec[-1] 0\n")
    assert names(program)[2:] == ["z", "x", "y"]
    assert [program.condition_of(i) for i in (2, 3, 4)] == [
        (Term((0,), 1),), (Term((1,), 1),), (Term((1,), 1),)
    ]  # fmt: skip


@settings(max_examples=60)
@given(
    programs(max_qubits=5, max_ops=15, clifford_only=True, conditions=False, overwrite_bits=True)
)
def test_a_clifford_program_comes_back_the_same(program: Program) -> None:
    again = read_stim(write_stim(program))
    assert again.qubit_registers == program.qubit_registers
    assert again.bit_registers == program.bit_registers
    rows = [row[:2] + row[3:4] for row in program.rows() if row[0] != BARRIER]
    assert [row[:2] + row[3:4] for row in again.rows()] == rows


def test_epr_pairs_tags_notes_and_joint_measurements_come_back() -> None:
    out = ProgramBuilder(
        "t", [Register("a", 2), Register("b", 2)], [Register("k", 2, keyed=True), Register("c", 2)]
    )
    for pair, tag in (((0, 2), "m0-m1 ]"), ((1, 3), "")):
        out.tags[out.add("epr", pair)] = tag
    out.add("measure", [2], bit=3)
    out.add("measure", [0, 1], bit=0)
    out.add("x", [3], condition=(Term((3,), 0),))
    out.notes["map"] = {"q": "a[0]"}
    program = out.build()
    again = read_stim(write_stim(program))
    assert names(again) == ["epr", "epr", "measure", "measure", "x", "x"]
    assert again.tags == program.tags
    assert again.notes == program.notes
    assert again.bits.tolist()[2:4] == [3, 0]
    assert again.bit_registers == program.bit_registers
    assert again.condition_of(5) == (Term((3,), 1),)


def test_angles_that_are_clifford_are_written() -> None:
    out = ProgramBuilder("t", [Register("q", 2)])
    out.add("rz", [0], [-np.pi / 2])
    out.add("u3", [1], [np.pi / 2, np.pi, 3 * np.pi])
    out.add("cp", [0, 1], [np.pi])
    out.add("crx", [0, 1], [2 * np.pi])
    found = stim.Circuit(write_stim(out.build()))
    assert found.to_tableau().to_unitary_matrix(endian="big").shape == (4, 4)
    rows = tuple((op, params, qubits) for op, qubits, params, _, _ in out.build().rows())
    wanted_matrix = expansion_matrix(Expansion(rows), 2)
    matrix = found.to_tableau().to_unitary_matrix(endian="big")
    assert abs(np.vdot(matrix, wanted_matrix)) == pytest.approx(4, abs=1e-5)


@pytest.mark.parametrize(
    ("gate", "angles"), [("t", ()), ("rz", (np.pi / 2 + 1e-6,)), ("ccx", ()), ("cp", (0.5,))]
)
def test_the_first_gate_that_is_not_clifford_is_named(gate: str, angles: tuple[float, ...]) -> None:
    out = ProgramBuilder("t", [Register("q", 3)])
    out.add("h", [0])
    qubits = list(range({"t": 1, "rz": 1, "ccx": 3, "cp": 2}[gate]))
    out.add(gate, qubits, angles)
    with pytest.raises(TraplineError, match=rf"operation 1, {gate}.* q\[0\].*not a Clifford gate"):
        write_stim(out.build())


@pytest.mark.parametrize(
    ("gate", "condition", "says"),
    [("h", (Term((0,), 1),), "Pauli gates"), ("x", (Term((0, 1), 1),), "compare one bit")],
)
def test_conditions_that_stim_lacks_are_refused(gate: str, condition, says: str) -> None:
    out = ProgramBuilder("t", [Register("q", 2)], [Register("c", 2)])
    out.add("measure", [0], bit=0)
    out.add("measure", [1], bit=1)
    out.add(gate, [0], condition=condition)
    with pytest.raises(TraplineError, match=says):
        write_stim(out.build())


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("H 0\nDEPOLARIZE1(0.1) 0\n", 2, "DEPOLARIZE1: noise"),
        ("H 0\nM(0.01) 0\n", 2, "M: noise"),
        ("X_ERROR(0.1) 0\n", 1, "X_ERROR: noise"),
        ("H 0\nFOO 1\n", 2, "Gate not found"),
        ("H 0\nREPEAT 2 {\n  CX 1\n}\n", 3, "even number of targets"),
        ("M 0\nMPAD 0\n", 2, "MPAD: is not supported"),
        ("CX sweep[0] 1\n", 1, "sweep bits"),
        ("H 0\n# trapline: notes {\n", 2, "damaged"),
        ("H 0\nREPEAT 100000 {\nREPEAT 100001 {\n H 0\n}\n}\n", 2, "10000100001 instructions"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read_stim(text, file="f.stim")
    assert caught.value.line == line
    assert says in caught.value.message


def test_the_first_word_tells_a_stim_circuit() -> None:
    assert looks_like_stim("H 0")
    assert looks_like_stim("\nREPEAT 2 {\n")
    assert looks_like_stim("M(0.1) 3")
    assert not looks_like_stim("two eggs")
    assert not looks_like_stim("")
