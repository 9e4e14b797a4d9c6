"""Axes of gates against their definition: the gate commutes with the Pauli along the axis."""

from __future__ import annotations

from math import cos, pi, sin, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import unitaries
from trapline.passes.axes import (
    PAULIS,
    Vector,
    gate_axes,
    operand_axes,
    parallel,
    rotate,
    rotation_of,
    rotation_of_gate,
)
from trapline.passes.gates import GATES, OPCODE, Matrix, controlled, gate_matrix

GATES_ON_SEVERAL = [g for g in GATES if g.matrix is not None and g.n_qubits > 1]
WITHOUT = {"swap", "iswap", "cswap", "rccx", "rc3x"}


def pauli_along(axis: Vector) -> Matrix:
    return np.asarray(sum(c * p for c, p in zip(axis, PAULIS, strict=True)))


def on_operand(matrix: Matrix, k: int, n: int) -> Matrix:
    return np.kron(np.kron(np.eye(1 << k), matrix), np.eye(1 << (n - 1 - k)))


def commutes(matrix: Matrix, axis: Vector, k: int) -> bool:
    full = on_operand(pauli_along(axis), k, matrix.shape[0].bit_length() - 1)
    return bool(np.allclose(matrix @ full, full @ matrix, atol=1e-7))


@pytest.mark.parametrize("gate", GATES_ON_SEVERAL, ids=lambda g: g.name)
def test_gates_of_the_table_commute_with_their_axes(gate: object) -> None:
    row = gate
    angles = tuple(0.6 + k for k in range(row.n_params))  # type: ignore[attr-defined]
    axes = gate_axes(row.opcode, angles)  # type: ignore[attr-defined]
    matrix = gate_matrix(row.opcode, angles)  # type: ignore[attr-defined]
    assert (None in axes) == (row.name in WITHOUT)  # type: ignore[attr-defined]
    for k, axis in enumerate(axes):
        assert axis is None or commutes(matrix, axis, k)


@settings(max_examples=50)
@given(unitaries(1))
def test_a_rotation_moves_the_pauli_as_conjugation_does(matrix: Matrix) -> None:
    rotation = rotation_of(matrix)
    for axis in ((1.0, 0.0, 0.0), (0.0, 0.6, 0.8)):
        turned = matrix @ pauli_along(axis) @ matrix.conj().T
        assert np.allclose(turned, pauli_along(rotate(rotation, axis)))


@settings(max_examples=30)
@given(unitaries(1))
def test_the_axis_of_a_controlled_unitary_is_that_of_the_unitary(matrix: Matrix) -> None:
    control, target = operand_axes(controlled(matrix))
    assert control == (0.0, 0.0, 1.0)
    assert target is not None
    assert np.allclose(rotate(rotation_of(matrix), target), target)


@settings(max_examples=20)
@given(unitaries(2))
def test_a_random_two_qubit_unitary_has_no_axes(matrix: Matrix) -> None:
    assert operand_axes(matrix) == (None, None)


@settings(max_examples=20)
@given(unitaries(1), unitaries(1), st.floats(0.1, 3))
def test_turned_interactions_are_found(left: Matrix, right: Matrix, angle: float) -> None:
    pair = np.kron(left, right)
    matrix = pair @ gate_matrix(OPCODE["rzx"], (angle,)) @ pair.conj().T
    first, second = operand_axes(matrix)
    assert first is not None
    assert second is not None
    assert parallel(first, rotate(rotation_of(left), (0.0, 0.0, 1.0)))
    assert parallel(second, rotate(rotation_of(right), (1.0, 0.0, 0.0)))


def test_a_gate_that_does_nothing_to_an_operand_has_some_axis_there() -> None:
    assert operand_axes(np.eye(4, dtype=np.complex128)) == ((0.0, 0.0, 1.0), (0.0, 0.0, 1.0))
    assert gate_axes(OPCODE["cu3"], (0.0, 0.0, 0.0))[1] is not None


def test_hadamard_exchanges_z_and_x_and_turns_y_around() -> None:
    rotation = rotation_of_gate(OPCODE["h"], ())
    assert np.allclose(rotation, [[0, 0, 1], [0, -1, 0], [1, 0, 0]])


def test_the_axis_of_a_controlled_hadamard_lies_between_x_and_z() -> None:
    axis = gate_axes(OPCODE["ch"], ())[1]
    assert axis is not None
    assert np.allclose(axis, (sqrt(0.5), 0, sqrt(0.5)))


@pytest.mark.parametrize("angle", [0.0, 1e-5, 1e-3, pi / 2, pi - 1e-3, pi])
def test_parallel_counts_both_senses_and_no_near_misses(angle: float) -> None:
    turned = (sin(angle), 0.0, cos(angle))
    assert parallel((0.0, 0.0, 1.0), turned) == (angle in (0.0, pi))
