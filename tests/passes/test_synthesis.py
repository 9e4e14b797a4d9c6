"""Names of single-qubit unitaries and frames."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import unitaries
from trapline.passes.axes import rotate, rotation_of
from trapline.passes.gates import GATES, OPCODE, Matrix, gate_matrix, u3_matrix
from trapline.passes.synthesis import Named, add_one_qubit, frame_for, same_up_to_phase

ONE_QUBIT = [g for g in GATES if g.n_qubits == 1 and g.matrix is not None and g.n_params == 0]
AXES = [(x, y, z) for x, y, z in np.eye(3).tolist()]


def product(named: Named) -> Matrix:
    matrix: Matrix = np.eye(2, dtype=np.complex128)
    for name, params in named:
        matrix = gate_matrix(OPCODE[name], params) @ matrix
    return matrix


@settings(max_examples=100)
@given(unitaries(1))
def test_the_names_of_any_unitary_multiply_to_it(matrix: Matrix) -> None:
    named = add_one_qubit(matrix)
    assert len(named) == 1
    assert same_up_to_phase(product(named), matrix)


@settings(max_examples=60)
@given(st.floats(-7, 7), st.sampled_from([0.0, pi, 1e-13, pi - 1e-13, -pi]))
def test_diagonal_and_antidiagonal_unitaries_have_names_too(angle: float, theta: float) -> None:
    matrix = u3_matrix(theta, angle, 0.3)
    assert same_up_to_phase(product(add_one_qubit(matrix)), matrix)


@pytest.mark.parametrize("first", ONE_QUBIT, ids=lambda g: g.name)
@pytest.mark.parametrize("second", ONE_QUBIT, ids=lambda g: g.name)
def test_products_of_named_gates_come_back_by_name(first: object, second: object) -> None:
    one = gate_matrix(first.opcode, ())  # type: ignore[attr-defined]
    two = gate_matrix(second.opcode, ())  # type: ignore[attr-defined]
    named = add_one_qubit(np.exp(0.4j) * two @ one)
    assert same_up_to_phase(product(named), two @ one)
    clifford = not {first.name, second.name} & {"t", "tdg"}  # type: ignore[attr-defined]
    assert not clifford or all(name != "u3" for name, _ in named)


def test_the_identity_needs_no_gate() -> None:
    assert add_one_qubit(1j * np.eye(2)) == ()


@settings(max_examples=60)
@given(unitaries(1))
def test_a_frame_takes_z_to_its_axis(matrix: Matrix) -> None:
    axis = rotate(rotation_of(matrix), (0.0, 0.0, 1.0))
    assert np.allclose(rotate(rotation_of(frame_for(axis)), (0.0, 0.0, 1.0)), axis, atol=1e-12)


@pytest.mark.parametrize("tilt", [1e-3, 1e-5, 3e-7, 2e-8, 1.5e-9])
@pytest.mark.parametrize("pole", [1, -1])
def test_a_frame_is_exact_near_the_poles(tilt: float, pole: int) -> None:
    axis = (0.6 * tilt, -0.8 * tilt, pole * sqrt(1 - tilt**2))
    found = rotate(rotation_of(frame_for(axis)), (0.0, 0.0, 1.0))
    assert np.abs(np.subtract(found, axis)).max() < 1e-15


@pytest.mark.parametrize("axis", [*AXES, *[(-x, -y, -z) for x, y, z in AXES]])
def test_frames_of_the_pauli_axes_are_clifford(axis: tuple[float, float, float]) -> None:
    frame = frame_for(axis)
    assert np.allclose(rotate(rotation_of(frame), (0.0, 0.0, 1.0)), axis)
    rotation = np.abs(np.array(rotation_of(frame)))
    assert np.allclose(np.sort(rotation, axis=1), [[0, 0, 1]] * 3)


def test_a_phase_makes_no_difference_and_a_small_turn_does() -> None:
    x = gate_matrix(OPCODE["x"], ())
    assert same_up_to_phase(x, -1j * x)
    assert not same_up_to_phase(x, gate_matrix(OPCODE["rx"], (pi - 1e-3,)))


@settings(max_examples=60)
@given(st.integers(-8, -2), st.floats(1, 10), st.sampled_from(ONE_QUBIT), unitaries(1))
def test_small_turns_are_not_lost(
    exponent: int, digits: float, near: object, direction: Matrix
) -> None:
    """A turn by 1e-5 changes the overlap of two unitaries by 1e-10 only."""
    angle = digits * 10.0**exponent
    turn = direction @ np.diag([1, np.exp(1j * angle)]) @ direction.conj().T
    matrix = turn @ gate_matrix(near.opcode, ())  # type: ignore[attr-defined]
    found = product(add_one_qubit(matrix))
    overlap = np.vdot(found, matrix)
    assert np.abs(matrix - found * (overlap / abs(overlap))).max() < 1e-9
