"""Stabilizer simulation agrees with state vectors and tells right circuits from wrong ones."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np
import pytest
import stim
from distributed import Row, distribute

from trapline.compiler.simulate_clifford import (
    clifford_tableau,
    equivalent_by_stabilizers,
    is_clifford,
)
from trapline.compiler.simulate_compare import equivalent_by_state_vector
from trapline.passes.gates import GATES, OPCODE, gate_matrix
from trapline.passes.program import Program, ProgramBuilder, Register, Term

CLIFFORDS = ["x", "y", "z", "h", "s", "sdg", "sx", "sxdg", "cx", "cy", "cz", "swap", "iswap"]
QUARTERS = ["rx", "ry", "rz", "p", "rxx", "ryy", "rzz", "rzx"]


def builder(n_qubits: int, n_bits: int = 0) -> ProgramBuilder:
    bits = [Register("c", n_bits)] if n_bits else []
    return ProgramBuilder("test", [Register("q", n_qubits)], bits)


def random_clifford(
    seed: int, *, n_qubits: int = 4, length: int = 20, n_bits: int = 2, resets: bool = True
) -> Program:
    generator = np.random.default_rng(seed)
    b = builder(n_qubits, n_bits)
    for _ in range(length):
        order = [int(q) for q in generator.permutation(n_qubits)]
        kind = int(generator.integers(10))
        condition = (Term((0, 1), int(generator.integers(3))),) if kind == 2 and n_bits else ()
        if kind == 0 and n_bits:
            b.add("measure", order[:1], bit=int(generator.integers(n_bits)))
        elif kind == 1 and resets:
            b.add("reset", order[:1])
        else:
            name = str(generator.choice(CLIFFORDS + QUARTERS))
            gate = GATES[OPCODE[name]]
            angles = [pi / 2 * int(generator.integers(-5, 6)) for _ in range(gate.n_params)]
            b.add(name, order[: gate.n_qubits], angles, condition=condition)
    return b.build()


@pytest.mark.parametrize("name", CLIFFORDS)
def test_tableaus_of_clifford_gates_are_those_of_stim(name: str) -> None:
    matrix = gate_matrix(OPCODE[name], ())
    found = clifford_tableau(matrix)
    assert found is not None
    assert found == stim.Tableau.from_unitary_matrix(matrix, endian="big")


@pytest.mark.parametrize("seed", range(20))
def test_tableaus_of_random_clifford_unitaries_are_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wanted = stim.Tableau.random(1 + seed % 4)
    matrix = wanted.to_unitary_matrix(endian="big").astype(np.complex128)
    matrix = matrix / np.sqrt(np.abs(np.vdot(matrix[0], matrix[0])))
    # Stim rounds to single precision; entries of a Clifford are 0 or of one size.
    size = 1 / np.sqrt(np.count_nonzero(np.abs(matrix[0]) > 0.01))
    units = np.array([1, 1j, -1, -1j]) * size
    nearest = units[np.argmin(np.abs(matrix[..., None] * phase_of(matrix) - units), axis=-1)]
    exact = np.where(np.abs(matrix) > 0.01, nearest, 0) * np.exp(1j * rng.uniform(0, 6))
    assert clifford_tableau(exact) == wanted


def phase_of(matrix: np.ndarray) -> complex:
    first = matrix[0][np.abs(matrix[0]) > 0.01][0]
    return complex(abs(first) / first)


@pytest.mark.parametrize(
    ("name", "angles"),
    [("t", []), ("rz", [1e-8]), ("ccx", []), ("ch", []), ("rzz", [pi / 4]), ("cp", [pi / 2])],
)
def test_other_gates_are_not_clifford(name: str, angles: list[float]) -> None:
    b = builder(3)
    b.add(name, range(GATES[OPCODE[name]].n_qubits), angles)
    assert not is_clifford(b.build())
    verdict = equivalent_by_stabilizers(b.build(), b.build(), same_map(3))
    assert verdict.passed is None


def same_map(n_qubits: int) -> dict[str, dict[str, str]]:
    names = {f"q[{q}]": f"q[{q}]" for q in range(n_qubits)}
    return {"initial": names, "final": names}


def test_angles_of_quarter_turns_are_clifford() -> None:
    b = builder(2)
    b.add("rz", [0], [pi / 2 + 1e-12])
    b.add("cp", [0, 1], [pi])
    b.add("crz", [0, 1], [-2 * pi])
    b.add("u3", [1], [pi / 2, pi, -pi / 2])
    assert is_clifford(b.build())


@pytest.mark.parametrize("seed", range(12))
def test_distributed_random_circuits_are_equivalent(seed: int) -> None:
    program = random_clifford(seed)
    out, qubit_map = distribute(program, 2 + seed % 3)
    verdict = equivalent_by_stabilizers(program, out.build(), qubit_map, branches=8)
    assert verdict.passed, verdict.checked


@pytest.mark.parametrize("seed", range(8))
def test_stabilizers_notice_all_damage_that_state_vectors_notice(seed: int) -> None:
    program = random_clifford(seed, n_qubits=3, length=6, n_bits=2 * (seed % 2))
    out, qubit_map = distribute(program, 3)
    verdicts = set()
    for at in range(len(out.rows)):
        emitted = out.build([*out.rows[:at], *out.rows[at + 1 :]])
        dense = equivalent_by_state_vector(program, emitted, qubit_map)
        fast = equivalent_by_stabilizers(program, emitted, qubit_map, branches=16)
        # Damage to a qubit that is reset or measured anyway may not show on the average.
        assert dense.passed or not fast.passed, (at, out.rows[at], dense.checked)
        verdicts.add(dense.passed)
    assert False in verdicts


def ghz(n_qubits: int) -> Program:
    b = builder(n_qubits, n_qubits)
    b.add("h", [0])
    for q in range(n_qubits - 1):
        b.add("cx", [q, q + 1])
    b.add("measure", range(0, n_qubits, 2), bit=0)
    return b.build()


def test_a_wide_circuit_is_compared() -> None:
    program = ghz(80)
    out, qubit_map = distribute(program, 4)
    verdict = equivalent_by_stabilizers(program, out.build(), qubit_map, branches=6)
    assert verdict.passed, verdict.checked
    assert "80 input qubits" in verdict.checked
    rows = list(out.rows)
    at = next(i for i, row in enumerate(rows) if row.condition and row.gate == "x")
    del rows[at]
    verdict = equivalent_by_stabilizers(program, out.build(rows), qubit_map, branches=6)
    assert verdict.passed is False


def test_swapped_outputs_are_noticed() -> None:
    program = random_clifford(3, n_bits=0)
    out, qubit_map = distribute(program, 2)
    final = dict(qubit_map["final"])
    final["q[0]"], final["q[3]"] = final["q[3]"], final["q[0]"]
    swapped = {"initial": qubit_map["initial"], "final": final}
    assert equivalent_by_stabilizers(program, out.build(), swapped).passed is False


def test_leftover_entanglement_is_noticed_and_named() -> None:
    program = random_clifford(4, n_bits=0, resets=False)
    out, qubit_map = distribute(program, 2)
    name = qubit_map["final"]["q[0]"]
    out.copy(name, 1 - int(name[1]))
    verdict = equivalent_by_stabilizers(program, out.build(), qubit_map)
    assert verdict.passed is False
    assert "entangled" in verdict.checked


def test_a_wrong_sign_is_noticed() -> None:
    b = builder(2)
    b.add("cx", [0, 1])
    out, qubit_map = distribute(b.build(), 2)
    out.add("z", qubit_map["final"]["q[1]"])
    assert equivalent_by_stabilizers(b.build(), out.build(), qubit_map).passed is False


def test_a_reset_of_an_entangled_qubit_leaves_the_right_mixture() -> None:
    b = builder(3)
    b.add("cx", [0, 1])
    b.add("reset", [1])
    b.add("cx", [0, 2])
    out, qubit_map = distribute(b.build(), 2)
    assert equivalent_by_stabilizers(b.build(), out.build(), qubit_map).passed
    rows = [row for row in out.rows if not (row.gate == "reset" and "_d" in row.qubits[0])]
    assert equivalent_by_stabilizers(b.build(), out.build(rows), qubit_map).passed is False


def test_measurements_whose_correlation_is_lost_are_noticed() -> None:
    program = ghz(4)
    out, qubit_map = distribute(program, 1)
    at = next(i for i, row in enumerate(out.rows) if row.gate == "measure")
    name = qubit_map["final"]["q[2]"]
    rows = [*out.rows[:at], Row("h", (name,)), *out.rows[at:]]
    assert equivalent_by_stabilizers(program, out.build(rows), qubit_map).passed is False


def test_a_measurement_of_the_wrong_qubit_is_noticed() -> None:
    b = builder(2, 1)
    b.add("measure", [0], bit=0)
    out, qubit_map = distribute(b.build(), 1)
    rows = [replace(out.rows[0], qubits=(qubit_map["final"]["q[1]"],))]
    assert equivalent_by_stabilizers(b.build(), out.build(rows), qubit_map).passed is False
