"""Copies that outlive a segment, and gates that happen in all modules that hold a qubit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import (
    FETCH,
    RELEASE,
    RUN,
    SPREAD,
    Row,
    builder,
    events_of,
    make_plan,
    network,
    refused,
    spread_plan,
    with_events,
)

from strategies import programs
from trapline.compiler.verify import verify
from trapline.errors import SolverError
from trapline.passes.allocate import allocate
from trapline.passes.assignment import Assignment, pairs, static_assignment
from trapline.passes.check import check_plan
from trapline.passes.check_gates import GateTable
from trapline.passes.embedding import check_kept, embed, keepable
from trapline.passes.emit import emit
from trapline.passes.expand import expand
from trapline.passes.gates import GATES
from trapline.passes.plan import Event, Plan
from trapline.passes.program import Program, ProgramBuilder, Register, Term
from trapline.passes.route import Router
from trapline.passes.segment import segment
from trapline.targets.network import Network, ideal_network

COMPLETE = ideal_network("complete", 3, 5)


def verified(program: Program, plan: Plan, net: Network) -> None:
    check_plan(plan, net)
    emitted = emit(plan, net)
    found = verify(
        program,
        emitted,
        qubit_map=emitted.notes["qubit_map"],  # type: ignore[arg-type]
        plan=plan,
        network=net,
    )
    assert found.passed is True, found.checked
    assert "state-vector" in found.method or "stabilizer" in found.method


def sandwich(gate: str, place: int, axis: str, condition: bool = False) -> Program:
    """Gates along `axis` of qubit 0 before and after one in which it is operand `place`."""
    n = next(row.n_qubits for row in GATES if row.name == gate)
    out = ProgramBuilder("test", [Register("q", n + 2)], [Register("c", 1)])
    if condition:
        out.add("h", [n + 1])
        out.add("measure", [n + 1], bit=0)
    others = list(range(1, n))
    along = {"x": ("cx", (n, 0)), "y": ("cy", (n, 0)), "z": ("cz", (n, 0))}[axis]
    for q in range(n):
        out.add("u3", [q], [0.4 + q, 0.2, 1.1])
    out.add(*along)
    out.add(gate, [*others[:place], 0, *others[place:]], condition=_when(condition))
    out.add("t" if axis == "z" else "id", [0])
    out.add(*along)
    return out.build()


def _when(condition: bool) -> tuple[Term, ...]:
    return (Term((0,), 1),) if condition else ()


@pytest.mark.parametrize("condition", [False, True])
@pytest.mark.parametrize("axis", ["x", "y", "z"])
@pytest.mark.parametrize(
    ("gate", "place"),
    [("cx", 0), ("cx", 1), ("cy", 0), ("cy", 1), ("cz", 0), ("ccx", 0), ("ccx", 2), ("ccz", 1)],
)
def test_a_gate_across_the_axis_of_a_cat_state_spares_its_copies(
    gate: str, place: int, axis: str, condition: bool
) -> None:
    program = sandwich(gate, place, axis, condition)
    expanded = expand(program)
    segments = segment(expanded.program)
    allowed = keepable(expanded.program, segments)
    perpendicular = GATES[[row.name for row in GATES].index(gate)].axes[place] != axis
    assert allowed.any() == perpendicular
    n = program.n_qubits
    home = np.zeros(n, dtype=np.int32)
    home[n - 2] = 1
    middle = segments.n_interactions // 2
    where = np.array([1, 0, 1], dtype=np.int32)
    assert middle == 1
    start = static_assignment(segments, home, where)
    if not perpendicular:
        return
    plan = allocate(program, expanded, segments, COMPLETE, replace(start, kept=allowed))
    assert (plan.kinds == Event.SPREAD).sum() == 1
    assert plan.epr_pairs == pairs(segments, replace(start, kept=allowed), Router(COMPLETE))
    verified(program, plan, COMPLETE)


@settings(max_examples=80)
@given(
    programs(
        min_qubits=3,
        max_qubits=4,
        max_ops=14,
        gates=("cx", "cz", "cy", "ccx", "h", "t", "s", "x", "y", "sx", "u3", "rzz", "crx"),
        reset=False,
    ),
    st.integers(0, 2**20),
)
def test_kept_copies_keep_the_meaning_and_cost_what_is_counted(program: Program, seed: int) -> None:
    rng = np.random.default_rng(seed)
    net = ideal_network("complete", 3, program.n_qubits)
    expanded = expand(program)
    segments = segment(expanded.program)
    home = rng.integers(2, size=program.n_qubits).astype(np.int32)
    place = rng.integers(3, size=segments.n_interactions).astype(np.int32)
    start = static_assignment(segments, home, place)
    allowed = keepable(expanded.program, segments)
    kept = allowed.copy()
    for s in np.flatnonzero(allowed).tolist():
        kept[s] &= not kept[segments.previous[s]]
    some = replace(start, kept=kept)
    best = embed(segments, start, Router(net), allowed)
    assert pairs(segments, best, Router(net)) <= pairs(segments, start, Router(net))
    for assignment in (some, best):
        try:
            check_kept(segments, assignment, allowed)
        except SolverError:
            continue
        plan = allocate(program, expanded, segments, net, assignment)
        assert plan.epr_pairs <= pairs(segments, assignment, Router(net))
        verified(program, plan, net)


def ladder() -> tuple[Program, Assignment]:
    """CZ with the other module, CX onto the qubit from a third one, CZ again."""
    out = ProgramBuilder("test", [Register("q", 3)])
    for gate, qubits in (("cz", (0, 1)), ("cx", (2, 0)), ("cz", (0, 1))):
        out.add(gate, qubits)
    program = out.build()
    segments = segment(program)
    home = np.array([0, 1, 0], dtype=np.int32)
    return program, static_assignment(segments, home, np.array([1, 0, 1], dtype=np.int32))


def test_keeping_where_it_may_not_be_is_refused() -> None:
    program, start = ladder()
    segments = segment(program)
    allowed = keepable(program, segments)
    for s in np.flatnonzero(~allowed).tolist():
        kept = np.zeros_like(allowed)
        kept[s] = True
        with pytest.raises(SolverError, match="cannot keep"):
            check_kept(segments, replace(start, kept=kept), allowed)
    moved = replace(start, home=start.home.copy(), kept=allowed)
    moved.home[allowed] = 2
    with pytest.raises(SolverError, match="cannot keep"):
        check_kept(segments, moved, allowed)


def test_copies_are_not_kept_where_communication_qubits_are_limited() -> None:
    program, start = ladder()
    expanded = expand(program)
    segments = segment(program)
    kept = replace(start, kept=keepable(program, segments))
    limited = ideal_network("complete", 3, 3, 2)
    plan = allocate(program, expanded, segments, limited, kept)
    assert not (plan.kinds == Event.SPREAD).any()
    assert plan.epr_pairs == pairs(segments, start, Router(limited))


def test_a_measurement_between_ends_the_copies() -> None:
    b = builder(3, 1)
    b.add("cz", [0, 1])
    b.add("cx", [2, 0])
    b.add("measure", [0], bit=0)
    b.add("cz", [0, 1])
    program = b.build()
    assert not keepable(program, segment(program)).any()


# The checker.


def changed(at: int, row: Row) -> Plan:
    events = events_of(spread_plan())
    events[at] = row
    return with_events(spread_plan(), events)


def test_a_spread_gate_is_accepted_in_any_module_that_holds_the_qubit() -> None:
    assert check_plan(spread_plan(), network()).epr_pairs == 2
    check_plan(changed(3, (SPREAD, 1, 1, 0)), network())


def test_a_spread_gate_without_its_other_operand_in_every_module_is_refused() -> None:
    refused(changed(2, (FETCH, 2, 2, 0)), "holder")


def test_a_spread_gate_in_a_module_without_the_qubit_is_refused() -> None:
    refused(changed(3, (SPREAD, 1, 2, 0)), "holder")


def test_spreading_over_another_operand_or_none_is_refused() -> None:
    refused(changed(3, (SPREAD, 1, 0, 2)), "spread")
    refused(changed(3, (SPREAD, 1, 0, 1)), "spread")
    refused(changed(3, (SPREAD, 1, 0, -1)), "spread")


def test_running_a_gate_across_the_axis_in_one_module_is_refused() -> None:
    refused(changed(3, (RUN, 1, 0, -1)), "axis")


def test_spreading_a_gate_along_the_axis_is_refused() -> None:
    b = builder(3)
    for gate, qubits in (("cz", [0, 1]), ("cz", [2, 0])):
        b.add(gate, qubits)
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (RUN, 0, 1, -1),
        (FETCH, 2, 1, 0),
        (SPREAD, 1, 0, 0),
        (RELEASE, 2, 1, -1),
        (RELEASE, 0, 1, -1),
    ]
    refused(make_plan(b.build(), events, [0, 1, 0]), "spread")


@pytest.mark.parametrize("gate", ["crx", "cu3", "rzx", "csx"])
def test_spreading_what_is_no_reflection_is_refused(gate: str) -> None:
    b = builder(3)
    b.add("cz", [0, 1])
    count = next(row.n_params for row in GATES if row.name == gate)
    b.add(gate, [2, 0], [0.7] * count)
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (RUN, 0, 1, -1),
        (FETCH, 2, 1, 0),
        (SPREAD, 1, 0, 0),
        (RELEASE, 2, 1, -1),
        (RELEASE, 0, 1, -1),
    ]
    refused(make_plan(b.build(), events, [0, 1, 0]), "spread")


def test_spreading_over_a_single_holder_is_refused() -> None:
    b = builder(2)
    b.add("cx", [0, 1])
    refused(make_plan(b.build(), [(SPREAD, 0, 0, 1)], [0, 0]), "spread")


def test_reflections_are_told_by_their_matrices() -> None:
    for row in GATES:
        if row.matrix is None or row.n_qubits < 2 or row.name == "unitary":
            continue
        b = builder(row.n_qubits)
        b.add(row.name, list(range(row.n_qubits)), [0.7] * row.n_params)
        program = b.build()
        table = GateTable(program)
        number = table.number(row.opcode, row.n_qubits, program.params_of(0))
        found = table.reflection(number)
        wanted = row.name in ("cx", "cy", "cz", "ch", "ccx", "ccz", "c3x", "c4x")
        assert (None not in found) == wanted, row.name
