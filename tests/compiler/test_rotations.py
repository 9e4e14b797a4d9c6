"""The rotation form: equal programs are found equal, and different ones never are."""

from __future__ import annotations

from functools import reduce
from math import cos, pi, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from meaning import applied, same_meaning
from mutations import Line, lines_of, mutated, program_of
from toffolis import FORMS, decomposed

from strategies import programs, unitaries
from trapline.compiler.rotations import equivalent_by_rotations
from trapline.compiler.rotations_gates import CONTROL, ROTATE, SWAP, TABLE, Step, unitary_steps
from trapline.passes.gates import GATES, Matrix, gate_matrix
from trapline.passes.program import Program, ProgramBuilder, Register, Term
from trapline.passes.recover import recover
from trapline.passes.reorder import reorder
from trapline.passes.simplify import simplify

CLIFFORD_T = ("cx", "cx", "h", "h", "t", "tdg", "s", "x", "z", "cz", "ccx", "rz")
PAULIS = {
    "I": np.eye(2),
    "X": np.array([[0, 1], [1, 0]]),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1, -1]),
}
REWRITES = {"recover": recover, "simplify": simplify, "reorder": reorder}


def builder(n_qubits: int, n_bits: int = 0) -> ProgramBuilder:
    bits = [Register("c", n_bits)] if n_bits else []
    return ProgramBuilder("test", [Register("q", n_qubits)], bits)


def program(n_qubits: int, *lines: Line, n_bits: int = 0) -> Program:
    return program_of(builder(n_qubits, n_bits).build(), list(lines))


def verdict(one: Program, other: Program) -> bool | None:
    """Compare both ways, which must not contradict each other."""
    forth, back = equivalent_by_rotations(one, other), equivalent_by_rotations(other, one)
    assert {forth.passed, back.passed} != {True, False}
    return forth.passed


# templates


def step_matrix(step: Step, params: tuple[float, ...], n: int) -> Matrix:
    angle = step.angle + sum(f * p for f, p in zip(step.factors, params, strict=False))
    if step.kind == SWAP:
        return gate_matrix(next(g.opcode for g in GATES if g.name == "swap"), ())
    pauli = reduce(np.kron, [PAULIS[letter] for letter in step.letters])
    if step.kind == ROTATE:
        return np.asarray(cos(angle / 2) * np.eye(1 << n) - 1j * sin(angle / 2) * pauli)
    assert step.kind == CONTROL
    minus = [(np.eye(2) - PAULIS[x]) / 2 if x != "I" else np.eye(2) for x in step.letters]
    return np.asarray(np.eye(1 << n) - 2 * reduce(np.kron, minus), dtype=np.complex128)


def product(steps: list[Step], params: tuple[float, ...], n: int) -> Matrix:
    state = np.eye(1 << n, dtype=np.complex128)
    for step in steps:
        state = applied(step_matrix(step, params, n), tuple(range(n)), state, n)
    return state


def is_same_up_to_phase(one: Matrix, other: Matrix, tolerance: float) -> bool:
    overlap = np.vdot(one, other)
    return bool(np.abs(one * overlap / abs(overlap) - other).max() < tolerance)


@pytest.mark.parametrize("gate", [g for g in GATES if g.matrix], ids=lambda g: g.name)
def test_the_rotations_of_every_gate_make_its_matrix(gate: object) -> None:
    row = next(g for g in GATES if g is gate)
    for angles in ((0.3, -1.1, 2.7, 0.9), (pi, pi / 2, -pi, pi / 4), (5.0, 7.0, -9.0, 11.0)):
        params = angles[: row.n_params]
        made = product(TABLE[row.name], params, row.n_qubits)
        assert is_same_up_to_phase(made, gate_matrix(row.opcode, params), 1e-12)


def test_every_gate_has_a_template() -> None:
    assert {gate.name for gate in GATES} <= TABLE.keys()


@settings(max_examples=60)
@given(st.integers(1, 2).flatmap(unitaries))
def test_the_rotations_of_a_unitary_make_it(matrix: Matrix) -> None:
    n = len(matrix).bit_length() - 1
    assert is_same_up_to_phase(product(unitary_steps(matrix), (), n), matrix, 1e-6)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_rotations_of_a_diagonal_make_it(n: int) -> None:
    matrix = np.diag(np.exp(1j * np.random.default_rng(n).uniform(-9, 9, 1 << n)))
    assert is_same_up_to_phase(product(unitary_steps(matrix), (), n), matrix, 1e-9)


# equal programs


@pytest.mark.parametrize("name", REWRITES)
@settings(max_examples=120)
@given(
    given_program=programs(max_qubits=4, max_ops=20, max_bits=3, reset=False, overwrite_bits=True)
)
def test_rewritten_programs_are_found_equal(name: str, given_program: Program) -> None:
    assert verdict(given_program, REWRITES[name](given_program)) is True


@settings(max_examples=60)
@given(programs(max_qubits=4, max_ops=12, max_bits=2, matrices=True, overwrite_bits=True))
def test_programs_with_matrices_are_found_equal_to_themselves(given_program: Program) -> None:
    assert verdict(given_program, given_program) is True


@settings(max_examples=60)
@given(programs(min_qubits=3, max_qubits=5, max_ops=60, gates=CLIFFORD_T, reset=False))
def test_long_programs_are_found_equal_to_what_is_recovered(given_program: Program) -> None:
    assert verdict(given_program, recover(given_program)) is True


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_toffoli_is_a_toffoli(form: str) -> None:
    whole = program(4, Line("ccx", (0, 1, 2)), Line("ccz", (3, 2, 0)), Line("ccx", (2, 3, 1)))
    assert verdict(whole, decomposed(whole, form)) is True


def test_commuting_measurements_and_resets_may_change_places() -> None:
    lines = [
        Line("measure", (0,), bit=0),
        Line("rz", (1,), (0.3,)),
        Line("reset", (2,)),
        Line("cz", (0, 1)),
    ]
    one, other = (program(3, *order, n_bits=1) for order in (lines, lines[::-1]))
    assert verdict(one, other) is True


# different programs


@settings(max_examples=400)
@given(st.data())
def test_what_is_found_equal_or_different_is(data: st.DataObject) -> None:
    """The oracle multiplies Kraus operators."""
    strategy = programs(max_qubits=3, max_ops=12, max_bits=2, overwrite_bits=True)
    one = data.draw(strategy)
    other = data.draw(mutated(data.draw(st.sampled_from(list(REWRITES.values())))(one)))
    found = verdict(one, other)
    if found is not None:
        assert same_meaning(one, other, 1e-5) is found


CZ_T = [Line("h", (0,)), Line("h", (1,)), Line("cx", (0, 1)), Line("rz", (1,), (0.3,))]


def damaged(at: int, *lines: Line) -> tuple[Program, Program]:
    return program(3, *CZ_T, n_bits=2), program(3, *CZ_T[:at], *lines, *CZ_T[at + 1 :], n_bits=2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        damaged(0),
        damaged(2),
        damaged(3),
        damaged(3, Line("rz", (1,), (0.301,))),
        damaged(3, Line("rz", (1,), (-0.3,))),
        damaged(3, Line("rx", (1,), (0.3,))),
        damaged(3, Line("rz", (0,), (0.3,))),
        damaged(2, Line("cx", (1, 0))),
        damaged(2, Line("cz", (0, 1))),
        damaged(2, CZ_T[3], CZ_T[2]),
        damaged(2, CZ_T[2], Line("swap", (0, 1))),
        damaged(3, CZ_T[3], Line("measure", (0,), bit=0)),
        damaged(3, CZ_T[3], Line("reset", (2,))),
    ],
)
def test_one_wrong_gate_is_noticed(one: Program, other: Program) -> None:
    assert not same_meaning(one, other)
    assert verdict(one, other) is not True


FEED = [
    Line("h", (0,)),
    Line("measure", (0,), bit=0),
    Line("t", (1,), condition=(Term((0,), 1),)),
    Line("h", (1,)),
    Line("measure", (1,), bit=1),
    Line("reset", (2,)),
    Line("cx", (2, 1), condition=(Term((0, 1), 2),)),
]


@pytest.mark.parametrize(
    ("at", "lines"),
    [
        (1, []),
        (1, [FEED[1], FEED[1]]),
        (1, [Line("measure", (0,), bit=1)]),
        (1, [Line("x", (0,)), FEED[1], Line("x", (0,))]),
        (2, [Line("t", (1,))]),
        (2, [Line("t", (1,), condition=(Term((0,), 0),))]),
        (2, [Line("t", (1,), condition=(Term((0,), 1, False),))]),
        (2, [Line("t", (1,), condition=(Term((1,), 1),))]),
        (3, [FEED[4], FEED[3]]),
        (5, []),
        (5, [FEED[5], Line("x", (2,))]),
        (5, [FEED[6], FEED[5]]),
        (6, [Line("cx", (2, 1))]),
        (6, [Line("cx", (2, 0), condition=FEED[6].condition)]),
        (6, [Line("cx", (2, 1), condition=(Term((1, 0), 2),))]),
    ],
)
def test_one_wrong_measurement_condition_or_reset_is_noticed(at: int, lines: list[Line]) -> None:
    fed = program(3, *FEED, Line("x", (2,)), Line("cx", (2, 1)), n_bits=2)
    changed = [*lines_of(fed)[:at], *lines, *lines_of(fed)[at + 1 :]]
    assert verdict(fed, program_of(fed, changed)) is not True


def test_relabelled_outputs_are_noticed() -> None:
    rng = np.random.default_rng(1)
    out = builder(60)
    for _ in range(600):
        a, b = rng.choice(60, 2, replace=False).tolist()
        out.add("cx", [a, b])
        out.add("rz", [b], [float(rng.normal())])
    wide = out.build()
    relabelled = program_of(wide, [*lines_of(wide), Line("swap", (17, 44))])
    assert verdict(wide, relabelled) is False
    assert verdict(wide, recover(wide)) is True


def test_an_angle_of_a_wide_program_is_noticed() -> None:
    rng = np.random.default_rng(2)
    out = builder(100)
    for _ in range(1000):
        a, b, c = rng.choice(100, 3, replace=False).tolist()
        out.add("ccx", [a, b, c])
        out.add("rx", [b], [float(rng.normal())])
    wide = out.build()
    lines = lines_of(wide)
    at = next(k for k in range(1000, 2000) if lines[k].params)
    lines[at] = Line("rx", lines[at].qubits, (lines[at].params[0] + 1e-4,))
    assert verdict(wide, program_of(wide, lines)) is None


# limits


def test_other_registers_are_not_compared() -> None:
    found = equivalent_by_rotations(builder(2).build(), builder(3).build())
    assert found.passed is None
    assert "other registers" in found.checked


def test_each_limit_says_that_it_was_met() -> None:
    lines = [Line(gate, (q,)) for q in range(6) for gate in ("t", "h", "t", "h", "t")]
    one = program(6, *lines)
    other = program(6, *[Line("x", (q,)) for q in range(6)])
    found = equivalent_by_rotations(one, other, max_slots=8)
    assert found.passed is None
    assert "more than 8 strings wait" in found.checked
    assert "found no counterpart" in equivalent_by_rotations(one, other).checked
    orders = (range(39), range(38, -1, -1))
    one, other = (
        program(40, *[Line("rzz", (q, q + 1), (0.3,)) for q in order]) for order in orders
    )
    found = equivalent_by_rotations(one, other, max_work=10)
    assert found.passed is None
    assert "more than 1.0e+01 comparisons" in found.checked
    assert equivalent_by_rotations(one, other).passed
