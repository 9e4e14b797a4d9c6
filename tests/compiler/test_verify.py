"""Verification chooses its methods, says what it did, and passes nothing that is wrong."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np
import pytest
from distributed import Distributed, Row, distribute

from trapline.compiler.pipeline import compile as compile_circuit
from trapline.compiler.structure import check_structure
from trapline.compiler.verify import Verification, verify, verify_files
from trapline.errors import CheckError, InputError
from trapline.passes.check import PlanCheck
from trapline.passes.plan import Event, Plan
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.targets.network import Network, ideal_network

NETWORK = Network("line", ("m0", "m1", "m2"), (2, 2, 2), (2, 2, 2), ((0, 1), (1, 2)))


def builder(n_qubits: int, n_bits: int = 0) -> ProgramBuilder:
    bits = [Register("c", n_bits)] if n_bits else []
    return ProgramBuilder("test", [Register("q", n_qubits)], bits)


def one_cx() -> Program:
    b = builder(2)
    b.add("cx", [0, 1])
    return b.build()


def teleported_cx() -> tuple[Distributed, dict[str, dict[str, str]]]:
    out, qubit_map = distribute(one_cx(), 2)
    return out, qubit_map


def cx_plan(program: Program) -> Plan:
    rows = [
        (Event.FETCH, 0, 1, 0),
        (Event.RUN, 0, 1, -1),
        (Event.RELEASE, 0, 1, -1),
    ]
    columns = np.array(rows, dtype=np.int32).T
    return Plan(
        program=program,
        expanded=program,
        group=np.arange(1, dtype=np.int32),
        permutation=np.arange(2, dtype=np.int32),
        initial_home=np.array([0, 1], dtype=np.int32),
        kinds=columns[0].astype(np.int8),
        items=columns[1],
        modules=columns[2],
        sources=columns[3],
    )


def test_a_teleported_cx_is_verified_by_plan_and_state_vector() -> None:
    program = one_cx()
    out, qubit_map = distribute(program, 2)
    found = verify(
        program, out.build(), qubit_map=qubit_map, plan=cx_plan(program), network=NETWORK
    )
    assert found.passed
    assert found.exit_code == 0
    assert found.method == "plan-check+state-vector"
    assert "all 4 branches" in found.checked
    assert "3 events replayed, 1 EPR pairs" in found.details["plan-check"]
    found.require()


def state_teleportation() -> tuple[Program, Distributed, dict[str, dict[str, str]]]:
    out = Distributed(2, 1, ())
    out.teleport("m0_d[0]", "m1_d[0]")
    qubit_map = {"initial": {"q[0]": "m0_d[0]"}, "final": {"q[0]": "m1_d[0]"}}
    b = builder(1)
    b.add("id", [0])
    return b.build(), out, qubit_map


def test_a_state_teleportation_is_the_identity() -> None:
    program, out, qubit_map = state_teleportation()
    assert verify(program, out.build(), qubit_map=qubit_map).passed
    for at, row in enumerate(out.rows):
        if row.gate != "reset":
            emitted = out.build([*out.rows[:at], *out.rows[at + 1 :]])
            assert verify(program, emitted, qubit_map=qubit_map).passed is False, row


def test_every_missing_step_of_a_teleported_cx_is_noticed() -> None:
    out, qubit_map = teleported_cx()
    for at, row in enumerate(out.rows):
        if row.gate != "reset":
            emitted = out.build([*out.rows[:at], *out.rows[at + 1 :]])
            found = verify(one_cx(), emitted, qubit_map=qubit_map)
            assert found.passed is False, row
            assert found.exit_code == 5


def test_a_disentangler_in_the_wrong_basis_is_noticed() -> None:
    out, qubit_map = teleported_cx()
    at = next(i for i, row in enumerate(out.rows) if row.gate == "h")
    for gate in ("x", "s", "sx"):
        rows = [*out.rows[:at], replace(out.rows[at], gate=gate), *out.rows[at + 1 :]]
        assert verify(one_cx(), out.build(rows), qubit_map=qubit_map).passed is False


def test_a_wrong_condition_bit_is_noticed() -> None:
    out, qubit_map = teleported_cx()
    corrections = [i for i, row in enumerate(out.rows) if row.condition]
    first, second = corrections
    rows = list(out.rows)
    rows[second] = replace(rows[second], condition=rows[first].condition)
    assert verify(one_cx(), out.build(rows), qubit_map=qubit_map).passed is False


def test_swapped_outputs_and_leftover_entanglement_are_noticed() -> None:
    out, qubit_map = teleported_cx()
    names = qubit_map["final"]
    swapped = {"q[0]": names["q[1]"], "q[1]": names["q[0]"]}
    found = verify(
        one_cx(), out.build(), qubit_map={"initial": qubit_map["initial"], "final": swapped}
    )
    assert found.passed is False
    out.copy(names["q[0]"], 1)
    assert verify(one_cx(), out.build(), qubit_map=qubit_map).passed is False


def test_a_failure_names_its_method_and_raises() -> None:
    out, qubit_map = teleported_cx()
    found = verify(one_cx(), out.build(out.rows[:-2]), qubit_map=qubit_map)
    assert found.method == "state-vector"
    with pytest.raises(CheckError, match="verification failed: state vector") as caught:
        found.require()
    assert caught.value.exit_code == 5


def wide_program(gate: str) -> Program:
    b = builder(24)
    for q in range(23):
        b.add("cx", [q, q + 1])
    b.add(gate, [3])
    return b.build()


def test_a_wide_clifford_circuit_is_verified_by_stabilizers() -> None:
    program = wide_program("s")
    out, qubit_map = distribute(program, 2)
    found = verify(program, out.build(), qubit_map=qubit_map)
    assert found.passed
    assert found.method == "stabilizer"
    assert "32 sampled branches" in found.checked


def test_a_wide_circuit_without_a_plan_is_not_called_verified() -> None:
    program = wide_program("t")
    out, qubit_map = distribute(program, 2)
    found = verify(program, out.build(), qubit_map=qubit_map)
    assert found.passed is None
    assert found.method == "none"
    assert found.exit_code == 5
    assert "limit is 18" in found.checked
    with pytest.raises(CheckError, match="not verified"):
        found.require()


def test_a_wide_circuit_with_a_plan_is_verified_by_the_plan_alone_and_says_so() -> None:
    b = builder(40)
    for q in range(40):
        b.add("h", [q])
        b.add("t", [q])
    program = b.build()
    n_ops = program.n_ops
    plan = replace(
        cx_plan(program),
        group=np.arange(n_ops, dtype=np.int32),
        permutation=np.arange(40, dtype=np.int32),
        initial_home=np.zeros(40, dtype=np.int32),
        kinds=np.zeros(n_ops, dtype=np.int8),
        items=np.arange(n_ops, dtype=np.int32),
        modules=np.zeros(n_ops, dtype=np.int32),
        sources=np.full(n_ops, -1, dtype=np.int32),
    )
    out, qubit_map = distribute(program, 1)
    network = ideal_network("complete", 1, 40, 2)
    found = verify(program, out.build(), qubit_map=qubit_map, plan=plan, network=network)
    assert found.passed
    assert found.method == "plan-check"
    assert "not simulated" in found.checked


def test_a_broken_plan_fails_even_when_the_circuit_is_right() -> None:
    program = one_cx()
    out, qubit_map = distribute(program, 2)
    plan = replace(cx_plan(program), initial_home=np.array([1, 1], dtype=np.int32))
    found = verify(program, out.build(), qubit_map=qubit_map, plan=plan, network=NETWORK)
    assert found.passed is False
    assert found.method == "plan-check"
    other = builder(2)
    other.add("cz", [0, 1])
    found = verify(
        other.build(), out.build(), qubit_map=qubit_map, plan=cx_plan(program), network=NETWORK
    )
    assert found.passed is False
    assert found.method == "rewrite"


def test_a_plan_without_a_network_is_a_mistake_of_the_caller() -> None:
    program = one_cx()
    out, qubit_map = distribute(program, 2)
    with pytest.raises(ValueError, match="network"):
        verify(program, out.build(), qubit_map=qubit_map, plan=cx_plan(program))


# structure


def broken_structure(rows: list[Row], match: str, network: Network | None = None) -> None:
    out = Distributed(3, 2, ())
    found = check_structure(out.build(rows), network=network)
    assert found.passed is False
    assert match in found.checked


def test_a_gate_across_modules_is_refused() -> None:
    broken_structure([Row("cx", ("m0_d[0]", "m1_d[0]"))], "acts across modules m0 and m1")


@pytest.mark.parametrize(
    "ends", [("m0_d[0]", "m1_c[0]"), ("m0_c[0]", "m0_c[1]"), ("m0_c[0]", "m1_d[0]")]
)
def test_an_epr_pair_elsewhere_than_between_communication_qubits_is_refused(
    ends: tuple[str, str],
) -> None:
    broken_structure([Row("epr", ends)], "must join communication qubits of two modules")


def test_an_epr_pair_without_a_link_is_refused() -> None:
    broken_structure([Row("epr", ("m0_c[0]", "m2_c[0]"))], "no link", NETWORK)
    broken_structure([Row("epr", ("m2_c[0]", "m0_c[0]"))], "no link", NETWORK)


def test_more_qubits_than_the_module_has_are_refused() -> None:
    small = replace(NETWORK, data_qubits=(2, 1, 2))
    broken_structure([], "has 2 qubits, the module 1", small)
    small = replace(NETWORK, comm_qubits=(2, 2, 1))
    broken_structure([], "has 2 qubits, the module 1", small)
    broken_structure([], "no module of the network", replace(NETWORK, names=("m0", "m1", "x")))


def test_names_without_a_module_are_refused() -> None:
    found = check_structure(one_cx())
    assert found.passed is False
    assert "belongs to no module" in found.checked


def test_pairs_that_the_plan_does_not_know_are_refused() -> None:
    program = one_cx()
    out, qubit_map = distribute(program, 2)
    out.add("epr", "m0_c[0]", "m1_c[0]")
    out.add("reset", "m0_c[0]")
    out.add("reset", "m1_c[0]")
    emitted = out.build()
    assert verify(program, emitted, qubit_map=qubit_map).passed
    found = verify(program, emitted, qubit_map=qubit_map, plan=cx_plan(program), network=NETWORK)
    assert found.passed is False
    assert "2 EPR pairs between m0 and m1, the plan uses 1" in found.checked


def test_a_map_into_other_modules_than_the_plans_is_refused() -> None:
    program = one_cx()
    used = cx_plan(program)
    out, qubit_map = distribute(program, 2)
    moved = Distributed(2, 2, (), rows=list(out.rows), n_bits=out.n_bits)
    moved.teleport(qubit_map["final"]["q[0]"], "m1_d[0]")
    final = {**qubit_map["final"], "q[0]": "m1_d[0]"}
    elsewhere = {"initial": qubit_map["initial"], "final": final}
    assert verify(program, moved.build(), qubit_map=elsewhere).passed
    found = verify(program, out.build(), qubit_map=elsewhere, plan=used, network=NETWORK)
    assert found.passed is False
    assert found.method == "qubit-map"
    assert "final place of 'q[0]'" in found.checked


def test_long_module_names_keep_their_underscores() -> None:
    b = ProgramBuilder("t", [Register("big_trap_1_d", 1), Register("big_trap_2_c", 1)])
    b.add("cx", [0, 1])
    assert "big_trap_1 and big_trap_2" in check_structure(b.build()).checked


# files


def test_a_file_with_a_map_is_verified() -> None:
    out, qubit_map = teleported_cx()
    emitted = replace(out.build(), notes={"qubit_map": qubit_map})
    assert verify_files(one_cx(), emitted).passed
    wrong = replace(emitted, notes={"qubit_map": {**qubit_map, "final": {}}})
    with pytest.raises(InputError, match=r"qubit_map.final"):
        verify_files(one_cx(), wrong)


def test_a_file_without_a_map_is_matched_by_names_or_refused() -> None:
    out, _ = teleported_cx()
    with pytest.raises(InputError, match="no qubit_map, and no qubit named"):
        verify_files(one_cx(), out.build())
    b = ProgramBuilder("t", [Register("m0_d", 2)])
    b.add("crz", [0, 1], [pi / 3])
    assert verify_files(b.build(), b.build()).passed


def test_the_same_seed_gives_the_same_answer() -> None:
    out, qubit_map = teleported_cx()
    answers = [verify(one_cx(), out.build(), qubit_map=qubit_map, seed=3) for _ in range(2)]
    assert answers[0] == answers[1]
    assert isinstance(answers[0], Verification)


def test_a_plan_check_reports_where_qubits_end() -> None:
    from trapline.passes.check import check_plan

    found = check_plan(cx_plan(one_cx()), NETWORK)
    assert isinstance(found, PlanCheck)
    assert found.final_home == (0, 1)


def test_more_resets_than_branches_can_be_followed_are_no_difference() -> None:
    """A sample of the original's branches was once compared with one of the circuit's."""
    out = ProgramBuilder("resets", [Register("q", 8)], [Register("c", 1)])
    rows: list[tuple[str, tuple[int, ...], tuple[float, ...]]] = [
        ("cx", (0, 1), ()),
        ("reset", (0,), ()),
        ("cx", (2, 1), ()),
        ("cx", (2, 0), ()),
        ("u3", (2,), (1.19, 1.70, 2.42)),
        ("u3", (0,), (1.43, 2.49, 1.29)),
        ("reset", (2,), ()),
        ("reset", (0,), ()),
        ("cx", (1, 0), ()),
        ("u3", (2,), (2.19, 1.44, 0.51)),
        ("cx", (2, 1), ()),
        ("u3", (0,), (1.85, 1.15, 1.46)),
        ("reset", (0,), ()),
        ("reset", (2,), ()),
        ("u3", (2,), (2.26, 1.88, 0.92)),
        ("cx", (2, 0), ()),
        ("cx", (1, 2), ()),
        ("u3", (1,), (1.11, 0.87, 0.72)),
        ("reset", (0,), ()),
        ("reset", (1,), ()),
    ]
    for gate, qubits, angles in rows:
        out.add(gate, qubits, angles)
    out.add("measure", (2,), bit=0)
    network = replace(ideal_network("line", 4, 5), data_qubits=(1, 1, 5, 4))
    for seed in range(4):
        found = compile_circuit(out.build(), network, effort="fast", seed=seed).verification
        assert found is not None
        assert found.passed is not False, found.checked
