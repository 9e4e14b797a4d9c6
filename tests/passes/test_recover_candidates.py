"""What is offered to the solver, and what is said about it."""

from __future__ import annotations

import cProfile
from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from meaning import same_meaning
from toffolis import decomposed

from strategies import programs
from trapline.passes import recover as recover_module
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.recover import candidates, recover, recover_structure
from trapline.passes.recover_exchange import exchange
from trapline.passes.recover_gates import fold
from trapline.passes.recover_place import place
from trapline.passes.recover_undo import undo
from trapline.passes.recover_write import write
from trapline.passes.simplify import simplify


def builder(n: int) -> ProgramBuilder:
    return ProgramBuilder("test", [Register("q", n)])


def n_interactions(program: Program) -> int:
    return int((np.diff(program.operand_start) > 1).sum())


@settings(max_examples=60)
@given(programs(max_qubits=4, max_ops=20, max_bits=2, matrices=True))
def test_every_candidate_means_the_same(program: Program) -> None:
    found = candidates(program)
    assert len(found) <= 3
    assert all(same_meaning(program, other) for _, other in found)


def test_the_report_counts_what_was_found() -> None:
    out = builder(6)
    out.add("ccx", (0, 1, 2))
    for gate in ("cx", "rz", "cx"):
        out.add(gate, (4,) if gate == "rz" else (3, 4), (0.3,) if gate == "rz" else ())
    found = recover_structure(decomposed(out.build(), "textbook"))
    assert (found.n_ccz, found.n_pairs, found.n_diagonals, found.n_rotations) == (1, 1, 0, 0)
    assert found.n_segments_after == 6 < found.n_segments_before
    assert found.n_cancelled > 0


def test_candidates_differ_and_begin_with_what_was_given() -> None:
    out = builder(3)
    out.add("ccx", (0, 1, 2))
    out.add("ccx", (0, 1, 2))
    out.add("ccx", (0, 1, 2))
    given = decomposed(out.build(), "textbook")
    found = candidates(given)
    assert [name for name, _ in found] == ["given", "simplified", "recovered"]
    assert found[0][1] is given
    assert [n_interactions(program) for _, program in found][2] == 1


def test_a_program_with_nothing_to_find_is_its_only_candidate() -> None:
    out = builder(3)
    out.add("h", (0,))
    out.add("cx", (0, 1))
    out.add("cx", (1, 2))
    assert [name for name, _ in candidates(out.build())] == ["given"]


@pytest.mark.parametrize(
    ("gate", "angles", "adds"),
    [("cp", (0.3,), False), ("cp", (-pi,), True), ("rxx", (pi / 2,), True), ("rxx", (1.0,), False),
     ("cz", (), True), ("ccx", (), True)],
)  # fmt: skip
def test_only_gates_that_add_qubits_are_folded(
    gate: str, angles: tuple[float, ...], adds: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded: list[Program] = []
    monkeypatch.setattr(
        recover_module, "recover", lambda program: folded.append(program) or program
    )
    out = builder(3)
    out.add("h", (0,))
    out.add(gate, (0, 1, 2) if gate == "ccx" else (0, 1), angles)
    candidates(out.build())
    assert bool(folded) == adds


@settings(max_examples=60)
@given(st.data())
def test_general_rotations_have_nothing_to_recover(data: st.DataObject) -> None:
    out = builder(4)
    kind = data.draw(st.sampled_from(["cp", "rzz", "rxx", "ryy"]))
    for _ in range(data.draw(st.integers(1, 20))):
        gate = data.draw(st.sampled_from([kind, "h", "rz", "t", "u3"]))
        qubits = data.draw(st.permutations(range(4)))
        n = 1 if gate in ("h", "rz", "t", "u3") else 2
        k = {"h": 0, "t": 0, "u3": 3}.get(gate, 1)
        angles = [data.draw(st.floats(0.1, 1.4)) for _ in range(k)]
        out.add(gate, qubits[:n], angles)
    program = out.build()
    assert n_interactions(recover(program)) >= n_interactions(simplify(program))


def test_large_programs_without_structure_are_their_only_candidates() -> None:
    rng = np.random.default_rng(0)
    out = builder(200)
    for _ in range(60_000):
        a, b = rng.choice(200, 2, replace=False).tolist()
        out.add("cx", (a, b))
        out.add("rx", (b,), (float(rng.normal()),))
    program = out.build()
    assert candidates(program) == [("given", program)]


def test_the_work_grows_in_proportion_to_the_circuit() -> None:
    """Counts calls of Python functions, not seconds."""
    small, large = (n_calls(random_circuit(n)) for n in (1_000, 4_000))
    assert large < 5 * small


def random_circuit(n_ops: int) -> Program:
    rng = np.random.default_rng(1)
    out = builder(50)
    for _ in range(n_ops):
        name = ("cx", "cx", "h", "t", "cz", "rz")[int(rng.integers(6))]
        qubits = rng.choice(50, 2 if name in ("cx", "cz") else 1, replace=False).tolist()
        out.add(name, qubits, (0.3,) if name == "rz" else ())
    return out.build()


def recover_once(program: Program) -> None:
    folded = fold(program)
    exchange(folded)
    write(program, folded, place(folded, undo(folded)))


def n_calls(program: Program) -> int:
    profile = cProfile.Profile()
    profile.runcall(recover_once, program)
    return sum(entry.callcount for entry in profile.getstats())
