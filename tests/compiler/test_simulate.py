"""State vectors agree with cirq and tell right distributed circuits from wrong ones."""

from __future__ import annotations

from dataclasses import replace
from math import exp
from typing import TYPE_CHECKING

import cirq
import numpy as np
import pytest
from distributed import Row, distribute
from hypothesis import given, settings
from hypothesis import strategies as st

from trapline.compiler.simulate import run, run_branches
from trapline.compiler.simulate_compare import Effort, equivalent_by_state_vector
from trapline.compiler.simulate_state import Budget, PureState, TooLargeError
from trapline.errors import InputError
from trapline.passes.gates import GATES, OPCODE, gate_matrix
from trapline.passes.program import Program, ProgramBuilder, Register, Term

if TYPE_CHECKING:
    from trapline.compiler.pairing import Verdict

UNITARIES = [gate for gate in GATES if gate.matrix is not None]


def builder(n_qubits: int, n_bits: int = 0) -> ProgramBuilder:
    return ProgramBuilder(
        "test", [Register("q", n_qubits)], [Register("c", n_bits)] if n_bits else []
    )


def random_program(seed: int, *, n_qubits: int = 5, length: int = 30, n_bits: int = 3) -> Program:
    """Any gates, measurements in the middle, conditions and resets."""
    generator = np.random.default_rng(seed)
    b = builder(n_qubits, n_bits)
    for _ in range(length):
        order = [int(q) for q in generator.permutation(n_qubits)]
        kind = generator.integers(12) if n_bits else 5
        condition = ()
        if kind == 0:
            b.add("measure", order[:1], bit=int(generator.integers(n_bits)))
            continue
        if kind == 1:
            b.add("reset", order[:1])
            continue
        if kind in (2, 3):
            condition = (Term(tuple(range(n_bits)), int(generator.integers(3)), kind == 2),)
        fitting = [gate for gate in UNITARIES if gate.n_qubits <= min(n_qubits, 4)]
        gate = fitting[int(generator.integers(len(fitting)))]
        angles = generator.uniform(-7, 7, size=gate.n_params).tolist()
        b.add(gate.name, order[: gate.n_qubits], angles, condition=condition)
    return b.build()


def cirq_state(program: Program, script: list[int]) -> np.ndarray:
    """Multiply the operations out with cirq; outcomes come from a script, by projection."""
    state = np.zeros(1 << program.n_qubits, dtype=np.complex128)
    state[0] = 1
    bits: dict[int, int] = {}
    outcomes = iter(script)

    def apply(matrix: np.ndarray, operands: tuple[int, ...]) -> None:
        nonlocal state
        shape = state.reshape((2,) * program.n_qubits)
        state = cirq.targeted_left_multiply(
            matrix.reshape((2,) * 2 * len(operands)), shape, operands
        ).reshape(-1)

    for op in range(program.n_ops):
        name, operands = GATES[program.opcodes[op]].name, program.qubits_of(op)
        for term in program.condition_of(op):
            value = sum(bits.get(bit, 0) << k for k, bit in enumerate(term.bits))
            if (value == term.value) != term.equal:
                break
        else:
            if name in ("measure", "reset"):
                outcome = next(outcomes)
                projector = np.diag([1.0 - outcome, outcome]).astype(np.complex128)
                apply(projector, operands)
                state = state / np.linalg.norm(state)
                if name == "measure":
                    bits[int(program.bits[op])] = outcome
                elif outcome:
                    apply(cirq.unitary(cirq.X), operands)
            else:
                apply(program.matrix_of(op), operands)
    return state


@pytest.mark.parametrize("seed", range(25))
def test_random_programs_end_in_the_state_that_cirq_finds(seed: int) -> None:
    program = random_program(seed)
    generator = np.random.default_rng(seed)
    script: list[int] = []

    def born(bit: int, p_one: float) -> int:
        script.append(int(generator.random() < p_one))
        return script[-1]

    branch = run(program, outcomes=born)
    found = branch.state.matrix(range(program.n_qubits))[:, 0]
    wanted = cirq_state(program, script)
    assert abs(np.vdot(found, wanted)) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_circuits_without_measurement_end_in_the_state_of_cirqs_simulator(seed: int) -> None:
    program = random_program(seed, n_bits=0)
    qubits = cirq.LineQubit.range(program.n_qubits)
    circuit = cirq.Circuit(
        cirq.MatrixGate(program.matrix_of(op)).on(*[qubits[q] for q in program.qubits_of(op)])
        for op in range(program.n_ops)
    )
    simulator = cirq.Simulator(dtype=np.complex128)
    wanted = simulator.simulate(circuit, qubit_order=qubits).final_state_vector
    branch = run(program, outcomes=lambda *_: 0)
    found = branch.state.matrix(range(program.n_qubits))[:, 0]
    assert abs(np.vdot(found, wanted)) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_the_probabilities_of_all_branches_add_up_to_one(seed: int) -> None:
    program = random_program(seed)
    found = run_branches(
        program, policy=lambda *_: (0, 1), budget=Budget(8, 1e9), keep=range(5), max_branches=4096
    )
    assert found.complete
    assert sum(exp(branch.log_weight) for branch in found.ends) == pytest.approx(1)


def test_measured_qubits_leave_the_vector() -> None:
    b = builder(40, 40)
    for q in range(39):
        b.add("h", [q])
        b.add("cx", [q, q + 1])
        b.add("measure", [q], bit=q)
    budget = Budget(3, 1e6)
    run(b.build(), outcomes=lambda bit, _: int(bit % 2), budget=budget)
    assert budget.peak_qubits <= 3


def test_a_known_control_keeps_its_target_out_of_the_vector() -> None:
    state = PureState(Budget(0, 1e6))
    state.apply(gate_matrix(OPCODE["x"], ()), [0])
    state.apply(gate_matrix(OPCODE["ccx"], ()), [0, 1, 2])
    state.apply(gate_matrix(OPCODE["cx"], ()), [0, 1])
    state.apply(gate_matrix(OPCODE["ccx"], ()), [0, 1, 2])
    assert state.qubits == []
    assert state.known == {0: 1, 1: 1, 2: 1}


def test_a_wide_state_is_refused_before_it_is_built() -> None:
    b = builder(12)
    for q in range(12):
        b.add("h", [q])
    with pytest.raises(TooLargeError, match="limit is 10"):
        run(b.build(), outcomes=lambda *_: 0, budget=Budget(10, 1e9))


def test_an_impossible_outcome_is_refused() -> None:
    b = builder(1, 1)
    b.add("measure", [0], bit=0)
    with pytest.raises(ValueError, match="probability zero"):
        run(b.build(), outcomes=lambda *_: 1)


def judge(original: Program, rows: list[Row] | None = None, *, n_modules: int = 3) -> Verdict:
    out, qubit_map = distribute(original, n_modules)
    return equivalent_by_state_vector(original, out.build(rows), qubit_map)


def three_gates() -> Program:
    b = builder(3)
    b.add("cx", [0, 1])
    b.add("u3", [1], [0.3, 0.2, 0.1])
    b.add("iswap", [1, 2])
    b.add("cp", [2, 0], [0.7])
    return b.build()


@pytest.mark.parametrize("seed", range(12))
def test_distributed_random_programs_are_equivalent(seed: int) -> None:
    program = random_program(seed, n_qubits=4, length=10)
    verdict = judge(program, n_modules=2 + seed % 2)
    assert verdict.passed, verdict.checked


@pytest.mark.parametrize("seed", range(12))
def test_another_program_is_not_equivalent(seed: int) -> None:
    program = random_program(seed, n_qubits=3, length=8, n_bits=0)
    other = random_program(seed + 100, n_qubits=3, length=8, n_bits=0)
    out, qubit_map = distribute(other, 2)
    verdict = equivalent_by_state_vector(program, out.build(), qubit_map)
    assert verdict.passed is False


def test_all_branches_are_followed_and_counted() -> None:
    out, qubit_map = distribute(three_gates(), 3)
    n_measured = sum(row.gate == "measure" for row in out.rows)
    verdict = equivalent_by_state_vector(three_gates(), out.build(), qubit_map)
    assert verdict.passed
    assert verdict.branches == 2**n_measured
    assert f"all {2**n_measured} branches" in verdict.checked
    assert "reference" in verdict.checked


def test_many_branches_cost_no_more_than_a_few() -> None:
    b = builder(4)
    for k in range(60):
        b.add("cx", [k % 4, (k + 1) % 4])
        b.add("u3", [k % 4], [0.1 * k, 0.2, 0.3])
    verdict = judge(b.build(), n_modules=4)
    assert verdict.passed
    assert verdict.branches == 2.0**120
    assert "all 2^120 branches" in verdict.checked


def without_effect(row: Row) -> bool:
    """Resets at the end of a qubit's use; the next EPR preparation would do the same."""
    return row.gate in ("reset", "barrier")


@pytest.mark.parametrize("seed", [-1, 0, 1, 2])
def test_dropping_any_operation_is_noticed(seed: int) -> None:
    program = three_gates() if seed < 0 else random_program(seed, n_qubits=3, length=6, n_bits=0)
    out, _ = distribute(program, 3)
    for at, row in enumerate(out.rows):
        if without_effect(row) or row.gate == "id":
            continue
        verdict = judge(program, [*out.rows[:at], *out.rows[at + 1 :]])
        assert verdict.passed is False, (at, row)


def test_a_correction_on_the_wrong_bit_is_noticed() -> None:
    out, _ = distribute(three_gates(), 3)
    conditions = [row.condition for row in out.rows if row.condition]
    for at, row in enumerate(out.rows):
        for other in conditions:
            if row.condition and other != row.condition:
                damaged = replace(row, condition=other)
                verdict = judge(three_gates(), [*out.rows[:at], damaged, *out.rows[at + 1 :]])
                assert verdict.passed is False, (at, row, other)


def test_a_correction_with_the_wrong_gate_is_noticed() -> None:
    out, _ = distribute(three_gates(), 3)
    for at, row in enumerate(out.rows):
        for other in {"x", "y", "z"} - {row.gate}:
            if row.condition:
                rows = [*out.rows[:at], replace(row, gate=other), *out.rows[at + 1 :]]
                assert judge(three_gates(), rows).passed is False


def test_swapped_outputs_are_noticed() -> None:
    out, qubit_map = distribute(three_gates(), 3)
    final = dict(qubit_map["final"])
    final["q[0]"], final["q[1]"] = final["q[1]"], final["q[0]"]
    verdict = equivalent_by_state_vector(
        three_gates(), out.build(), {"initial": qubit_map["initial"], "final": final}
    )
    assert verdict.passed is False


def test_leftover_entanglement_is_noticed_and_named() -> None:
    out, qubit_map = distribute(three_gates(), 3)
    out.copy(qubit_map["final"]["q[0]"], 1)
    verdict = equivalent_by_state_vector(three_gates(), out.build(), qubit_map)
    assert verdict.passed is False
    assert "entangled" in verdict.checked


def test_a_small_error_of_an_angle_is_noticed() -> None:
    out, qubit_map = distribute(three_gates(), 3)
    rows = [
        replace(row, params=(row.params[0] + 1e-4,)) if row.gate == "cp" else row
        for row in out.rows
    ]
    verdict = equivalent_by_state_vector(three_gates(), out.build(rows), qubit_map)
    assert verdict.passed is False


def test_a_flipped_measurement_is_noticed() -> None:
    b = builder(2, 2)
    b.add("h", [0])
    b.add("cx", [0, 1])
    b.add("measure", [0, 1], bit=0)
    out, qubit_map = distribute(b.build(), 2)
    assert equivalent_by_state_vector(b.build(), out.build(), qubit_map).passed
    at = next(i for i, row in enumerate(out.rows) if row.gate == "measure" and row.bit == 0)
    name = qubit_map["final"]["q[0]"]
    rows = [*out.rows[:at], Row("x", (name,)), out.rows[at], Row("x", (name,))]
    assert equivalent_by_state_vector(b.build(), out.build(rows), qubit_map).passed is False


def test_a_measurement_left_out_or_made_twice_is_noticed() -> None:
    b = builder(1, 1)
    b.add("h", [0])
    b.add("measure", [0], bit=0)
    out, qubit_map = distribute(b.build(), 1)
    for rows in (out.rows[:1], [*out.rows, out.rows[1]]):
        assert equivalent_by_state_vector(b.build(), out.build(rows), qubit_map).passed is False


def test_a_measurement_moved_into_another_bit_is_noticed() -> None:
    b = builder(1, 2)
    b.add("measure", [0], bit=0)
    out, qubit_map = distribute(b.build(), 1)
    rows = [replace(out.rows[0], bit=1)]
    assert equivalent_by_state_vector(b.build(), out.build(rows), qubit_map).passed is False


def test_a_reset_of_an_entangled_qubit_is_compared_as_a_mixture() -> None:
    b = builder(3)
    b.add("cx", [0, 1])
    b.add("ry", [1], [0.3])
    b.add("reset", [1])
    b.add("cx", [0, 2])
    out, qubit_map = distribute(b.build(), 2)
    assert equivalent_by_state_vector(b.build(), out.build(), qubit_map).passed
    rows = [row for row in out.rows if not (row.gate == "reset" and row.qubits[0][3] == "d")]
    verdict = equivalent_by_state_vector(b.build(), out.build(rows), qubit_map)
    assert verdict.passed is False


def test_qubits_that_start_with_a_reset_need_no_reference() -> None:
    b = builder(3)
    for q in range(3):
        b.add("reset", [q])
    b.add("h", [0])
    b.add("cx", [0, 1])
    out, qubit_map = distribute(b.build(), 2)
    found = equivalent_by_state_vector(b.build(), out.build(), qubit_map)
    assert found.passed
    assert "Haar-random states of 3 input qubits" in found.checked
    for at in range(3):
        rows = [*out.rows[:at], *out.rows[at + 1 :]]
        assert equivalent_by_state_vector(b.build(), out.build(rows), qubit_map).passed is False


def test_discarding_a_qubit_that_should_be_kept_is_noticed() -> None:
    b = builder(2)
    b.add("cx", [0, 1])
    out, qubit_map = distribute(b.build(), 2)
    out.add("reset", qubit_map["final"]["q[1]"])
    assert equivalent_by_state_vector(b.build(), out.build(), qubit_map).passed is False


def test_a_circuit_too_large_is_declined_with_a_reason() -> None:
    b = builder(20)
    for q in range(19):
        b.add("cx", [q, q + 1])
    verdict = judge(b.build(), n_modules=2)
    assert verdict.passed is None
    assert "needs 19 qubits" in verdict.checked or "limit is 18" in verdict.checked


def test_qubits_that_nobody_touches_cost_nothing() -> None:
    b = builder(50)
    b.add("cx", [3, 40])
    verdict = judge(b.build(), n_modules=2)
    assert verdict.passed
    assert verdict.peak_qubits <= 6


def test_too_many_open_branches_are_sampled_and_said_so() -> None:
    b = builder(2)
    b.add("h", [0])
    out, qubit_map = distribute(b.build(), 2)
    terms = []
    for _ in range(8):
        out.add("h", "m0_c[1]")
        terms.extend(out.measure("m0_c[1]"))
    for term in terms:
        out.add("x", "m1_c[1]", condition=(term,))
    effort = Effort(branches=16)
    verdict = equivalent_by_state_vector(b.build(), out.build(), qubit_map, effort=effort)
    assert verdict.passed
    assert "sample" in verdict.checked
    rest = equivalent_by_state_vector(
        b.build(), out.build(), qubit_map, effort=Effort(branches=512)
    )
    assert "all 256 branches" in rest.checked


def test_sixteen_qubits_are_compared_on_random_states() -> None:
    b = builder(14)
    for q in range(13):
        b.add("cx", [q, q + 1])
        b.add("rz", [q + 1], [0.1 * q])
    verdict = judge(b.build(), n_modules=2)
    assert verdict.passed
    assert "Haar" in verdict.checked


def test_an_incomplete_map_is_refused() -> None:
    out, qubit_map = distribute(three_gates(), 2)
    broken = {"initial": dict(qubit_map["initial"]), "final": dict(qubit_map["final"])}
    del broken["final"]["q[1]"]
    with pytest.raises(InputError, match=r"qubit_map.final: input qubit 'q\[1\]'"):
        equivalent_by_state_vector(three_gates(), out.build(), broken)
    broken["final"]["q[1]"] = broken["final"]["q[0]"]
    with pytest.raises(InputError, match="share one"):
        equivalent_by_state_vector(three_gates(), out.build(), broken)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_any_distribution_of_any_program_passes(seed: int, modules: int) -> None:
    program = random_program(seed, n_qubits=3, length=6)
    out, qubit_map = distribute(program, modules)
    verdict = equivalent_by_state_vector(program, out.build(), qubit_map, seed=seed)
    assert verdict.passed, verdict.checked
