"""Gates split into interactions: the product stays, whatever the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import programs, unitaries
from trapline.passes.axes import axes_of
from trapline.passes.expand import Expanded, expand
from trapline.passes.gates import GATES, OPCODE, Matrix
from trapline.passes.program import Program, ProgramBuilder, Register, Term

if TYPE_CHECKING:
    from collections.abc import Sequence

GATES_ON_SEVERAL = [g for g in GATES if g.matrix is not None and g.n_qubits > 1]
WIDE = [g for g in GATES_ON_SEVERAL if g.n_qubits > 2]


def builder(n_qubits: int) -> ProgramBuilder:
    return ProgramBuilder("test", [Register("q", n_qubits)], [Register("c", 1)])


def applied(matrix: Matrix, qubits: Sequence[int], state: Matrix, n: int) -> Matrix:
    """Apply a gate to all columns of a matrix; big-endian."""
    k = len(qubits)
    tensor = state.reshape((2,) * n + (-1,))
    tensor = np.tensordot(matrix.reshape((2,) * (2 * k)), tensor, (range(k, 2 * k), qubits))
    return np.moveaxis(tensor, range(k), qubits).reshape(state.shape)


def unitary_of(program: Program) -> Matrix:
    n = program.n_qubits
    state: Matrix = np.eye(1 << n, dtype=np.complex128)
    for op in range(program.n_ops):
        state = applied(program.matrix_of(op), program.qubits_of(op), state, n)
    return state


def unitary_of_expanded(expanded: Expanded) -> Matrix:
    """The unitary of the parts, with the wires put back in the order of the input."""
    n = expanded.program.n_qubits
    matrix = unitary_of(expanded.program).reshape((2,) * n + (-1,))
    order = [*expanded.permutation.tolist(), n]
    return matrix.transpose(order).reshape(1 << n, 1 << n)


def same(a: Matrix, b: Matrix) -> bool:
    return bool(abs(abs(np.vdot(a, b)) - a.shape[0]) < 1e-7 * a.shape[0])


def one_interaction_each(expanded: Expanded, limit: int) -> bool:
    program = expanded.program
    several = [op for op in range(program.n_ops) if len(program.qubits_of(op)) > 1]
    return all(
        len(program.qubits_of(op)) <= limit and None not in axes_of(program, op) for op in several
    )


@pytest.mark.parametrize("limit", [None, 2, 3])
@pytest.mark.parametrize("gate", GATES_ON_SEVERAL, ids=lambda g: g.name)
def test_the_parts_of_every_gate_multiply_to_the_gate(gate: object, limit: int | None) -> None:
    out = builder(gate.n_qubits)  # type: ignore[attr-defined]
    qubits = list(range(gate.n_qubits))[::-1]  # type: ignore[attr-defined]
    angles = [0.7 - 0.9 * k for k in range(gate.n_params)]  # type: ignore[attr-defined]
    out.add(gate.opcode, qubits, angles)  # type: ignore[attr-defined]
    program = out.build()
    expanded = expand(program, max_operands=limit)
    assert same(unitary_of_expanded(expanded), unitary_of(program))
    assert one_interaction_each(expanded, limit or 99)


@pytest.mark.parametrize("gate", WIDE, ids=lambda g: g.name)
def test_wide_gates_fit_two_operands_when_they_must(gate: object) -> None:
    out = builder(gate.n_qubits)  # type: ignore[attr-defined]
    out.add(gate.opcode, range(gate.n_qubits))  # type: ignore[attr-defined]
    expanded = expand(out.build(), max_operands=2).program
    assert max(np.diff(expanded.operand_start)) == 2
    assert min(np.diff(expanded.operand_start)) == 1


@pytest.mark.parametrize("name", ["ccx", "ccz", "c3x", "c3sqrtx", "c4x", "cu3", "rzz", "cp"])
def test_gates_with_axes_stay_whole_without_a_limit(name: str) -> None:
    gate = GATES[OPCODE[name]]
    out = builder(gate.n_qubits)
    out.add(name, range(gate.n_qubits), [0.5] * gate.n_params)
    expanded = expand(out.build()).program
    assert [GATES[op].name for op in expanded.opcodes] == [name]


@settings(max_examples=40)
@given(unitaries(2), st.booleans())
def test_any_two_qubit_unitary_becomes_at_most_three_rotations(
    matrix: Matrix, conditional: bool
) -> None:
    condition = (Term((0,), 1),) if conditional else ()
    out = builder(3)
    out.add_unitary(matrix, (2, 0), condition=condition)
    program = out.build()
    expanded = expand(program)
    assert same(unitary_of_expanded(expanded), unitary_of(program))
    assert int((np.diff(expanded.program.operand_start) == 2).sum()) <= 3
    assert all(expanded.program.condition_of(op) == condition for op in range(len(expanded.group)))


@settings(max_examples=10)
@given(unitaries(3), st.sampled_from([None, 2]))
def test_any_three_qubit_unitary_is_decomposed(matrix: Matrix, limit: int | None) -> None:
    out = builder(3)
    out.add_unitary(matrix, (1, 2, 0))
    program = out.build()
    expanded = expand(program, max_operands=limit)
    assert same(unitary_of_expanded(expanded), unitary_of(program))
    assert one_interaction_each(expanded, limit or 3)


@settings(max_examples=20)
@given(st.integers(2, 4), st.lists(st.floats(-6, 6), min_size=16, max_size=16))
def test_diagonal_unitaries_stay_whole(n: int, phases: list[float]) -> None:
    out = builder(n)
    out.add_unitary(np.diag(np.exp(1j * np.array(phases[: 1 << n]))), range(n))
    assert expand(out.build()).program.n_ops == 1


@settings(max_examples=40)
@given(
    programs(
        min_qubits=2, max_qubits=4, max_ops=8, measure=False, reset=False, barriers=False,
        conditions=False, matrices=True,
    ),
    st.sampled_from([None, 2, 3]),
)  # fmt: skip
def test_programs_keep_their_unitary_up_to_the_permutation(
    program: Program, limit: int | None
) -> None:
    expanded = expand(program, max_operands=limit)
    assert same(unitary_of_expanded(expanded), unitary_of(program))
    assert (np.diff(expanded.group) >= 0).all()
    assert len(expanded.group) == expanded.program.n_ops


def test_swaps_relabel_and_cost_nothing() -> None:
    out = builder(3)
    out.add("swap", (0, 1))
    out.add("swap", (1, 2))
    out.add("x", (0,))
    expanded = expand(out.build())
    assert expanded.permutation.tolist() == [1, 2, 0]
    assert [expanded.program.qubits_of(op) for op in range(expanded.program.n_ops)] == [(1,)]
    assert expanded.group.tolist() == [2]


def test_a_conditional_swap_happens_as_three_interactions() -> None:
    condition = (Term((0,), 1),)
    out = builder(2)
    out.add("swap", (0, 1), condition=condition)
    program = out.build()
    expanded = expand(program)
    assert expanded.permutation.tolist() == [0, 1]
    assert same(unitary_of_expanded(expanded), unitary_of(program))
    assert {expanded.program.condition_of(op) for op in range(expanded.program.n_ops)} == {
        condition
    }


def test_measurements_resets_and_barriers_follow_the_labels() -> None:
    out = builder(2)
    out.add("swap", (0, 1))
    out.add("barrier", (0, 1))
    out.add("reset", (0,))
    out.add("measure", (0,), bit=0)
    expanded = expand(out.build()).program
    assert [expanded.qubits_of(op) for op in range(3)] == [(1, 0), (1,), (1,)]
    assert expanded.bits.tolist() == [-1, -1, 0]


def test_a_distributed_circuit_is_not_distributed_again() -> None:
    out = builder(2)
    out.add("epr", (0, 1))
    with pytest.raises(ValueError, match="distributed before"):
        expand(out.build())


def test_any_four_qubit_unitary_is_decomposed() -> None:
    rng = np.random.default_rng(5)
    square = rng.normal(size=(16, 16)) + 1j * rng.normal(size=(16, 16))
    out = builder(4)
    out.add_unitary(np.linalg.qr(square)[0], (3, 1, 0, 2))
    program = out.build()
    expanded = expand(program, max_operands=2)
    assert same(unitary_of_expanded(expanded), unitary_of(program))
    assert one_interaction_each(expanded, 2)
