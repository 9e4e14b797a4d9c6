"""Gates that cancel and merge through commuting ones."""

from __future__ import annotations

from math import pi

import pytest
from hypothesis import given, settings
from meaning import same_meaning

from strategies import programs
from trapline.passes.gates import GATES
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.simplify import simplify


def rows(program: Program) -> list[tuple[str, tuple[int, ...], tuple[float, ...]]]:
    return [(GATES[opcode].name, qubits, params) for opcode, qubits, params, _, _ in program.rows()]


def program_of(*gates: str) -> Program:
    """Build a program on qubits `abcd` from texts such as `cx ab`."""
    out = ProgramBuilder("test", [Register("q", 4)])
    for gate in gates:
        name, places, *params = gate.split()
        out.add(name, ["abcd".index(p) for p in places], [float(angle) for angle in params])
    return out.build()


@settings(max_examples=200)
@given(programs(max_qubits=4, max_ops=30, max_bits=2))
def test_any_program_keeps_its_meaning_and_gains_nothing(program: Program) -> None:
    after = simplify(program)
    assert after.n_ops <= program.n_ops
    assert same_meaning(program, after)


@settings(max_examples=60)
@given(programs(max_qubits=4, max_ops=40, max_bits=2))
def test_simplifying_again_changes_nothing(program: Program) -> None:
    once = simplify(program)
    assert simplify(once).n_ops == once.n_ops


@pytest.mark.parametrize(
    "gates",
    [
        ("h a", "h a"),
        ("cx ab", "cx ac", "cx db", "t a", "cx ab", "cx ac", "tdg a", "cx db"),
        ("cx ab", "cx bc", "cx cd", "cx cd", "cx bc", "cx ab"),
        ("cz ab", "cz bc", "cz ba", "cz cb"),
        ("ccx abc", "s a", "ccx bac", "sdg a"),
        ("rzz ab 0.3", "cz ab", "rzz ba -0.3", "cz ba"),
    ],
)
def test_inverse_gates_vanish_through_commuting_ones(gates: tuple[str, ...]) -> None:
    assert rows(simplify(program_of(*gates))) == []


def test_rotations_of_one_pair_become_one() -> None:
    after = simplify(program_of("cp ab 0.25", "cp bc 0.5", "cp ba 0.5"))
    assert rows(after) == [("cp", (0, 1), (0.75,)), ("cp", (1, 2), (0.5,))]


def test_phases_get_their_names_back() -> None:
    assert rows(simplify(program_of("t a", "t a"))) == [("s", (0,), ())]


def test_a_controlled_rotation_by_one_turn_is_not_the_identity() -> None:
    program = program_of(f"crz ab {pi}", f"crz ab {pi}")
    assert len(rows(simplify(program))) == 1


def test_nothing_cancels_past_what_does_not_commute() -> None:
    program = program_of("cx ab", "h b", "cx ab")
    assert simplify(program) is program
