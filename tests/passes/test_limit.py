"""Places that respect the communication qubits of their modules."""

from __future__ import annotations

import numpy as np
import pytest

from trapline.compiler.pipeline import compile as compile_circuit
from trapline.passes.assignment import Assignment
from trapline.passes.limit import within_comm_limits
from trapline.passes.program import ProgramBuilder, Register
from trapline.passes.segment import Segments, segment
from trapline.targets.network import ideal_network


def toffolis() -> Segments:
    builder = ProgramBuilder("toffolis", [Register("q", 3)])
    builder.add("ccx", (0, 1, 2))
    builder.add("cx", (0, 1))
    return segment(builder.build())


def test_an_interaction_in_a_third_module_comes_home_when_copies_are_short() -> None:
    segments = toffolis()
    network = ideal_network("complete", 3, 3, comm_qubits=2)
    home = np.array([0, 0, 1], dtype=np.int32)[segments.qubit]
    place = np.array([2, 2], dtype=np.int32)
    kept = within_comm_limits(
        segments, network, Assignment(home=home, place=place, move=segments.first_moves)
    )
    assert kept.place.tolist() == [0, 0]


def test_without_limits_nothing_moves() -> None:
    segments = toffolis()
    network = ideal_network("complete", 3, 3)
    start = Assignment(
        home=np.zeros(segments.n_segments, dtype=np.int32),
        place=np.array([2, 2], dtype=np.int32),
        move=segments.first_moves,
    )
    assert within_comm_limits(segments, network, start) is start


@pytest.mark.parametrize("comm_qubits", [1, 2, 3])
def test_few_communication_qubits_still_give_a_verified_circuit(comm_qubits: int) -> None:
    lines = ["OPENQASM 2.0;", 'include "qelib1.inc";', "qreg q[6];"]
    lines += [f"ccx q[{i}],q[{(i + 2) % 6}],q[{(i + 3) % 6}];" for i in range(6)]
    network = ideal_network("complete", 3, 2, comm_qubits=comm_qubits)
    result = compile_circuit("\n".join(lines), network, effort="fast")
    assert result.verification is not None
    assert result.verification.passed
    assert max(result.usage.peak_comm_qubits) <= comm_qubits
